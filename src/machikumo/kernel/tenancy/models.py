"""The organisation, and the base of every table that belongs to one."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from machikumo.kernel.errors import MachikumoError

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

Row_co = TypeVar("Row_co", bound="TenantModel", covariant=True)

current_scope: ContextVar[Scope | None] = ContextVar("machikumo_scope", default=None)


class UnscopedRead(MachikumoError):
    """A tenant's table was read outside every scope: a fault of the program, never of the user."""

    status = 500


class ScopeMismatch(MachikumoError):
    """Two organisations met in one transaction: a fault of the program, never of the user."""

    status = 500


class OrganisationKind(models.TextChoices):
    """What an organisation is; the value is what URLs and exports carry."""

    MINISTRY = "ministry", "総務省"
    PREFECTURE = "prefecture", "都道府県"
    MUNICIPALITY = "municipality", "市区町村"
    GROUP = "group", "共同化グループ"


class OrganisationMode(models.TextChoices):
    """Live or training, for ever: a training organisation refuses real numbers and a live one refuses test numbers."""

    LIVE = "live", "本番"
    TRAINING = "training", "練習"


class Organisation(models.Model):
    """An organisation (団体): ministry, prefecture, municipality or joint body; each is a tenant.

    ``code`` is the six-digit 全国地方公共団体コード, or a slug for a joint body and the ministry.
    The table holds public facts only and is readable by every database role.
    """

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=16, choices=OrganisationKind)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True)
    kana = models.CharField(max_length=200, blank=True)
    prefecture_code = models.CharField(max_length=6, blank=True, db_index=True)
    mode = models.CharField(max_length=8, choices=OrganisationMode, default=OrganisationMode.TRAINING)
    colour = models.CharField(max_length=7, default="#0017c1")
    host_name = models.CharField(max_length=253, blank=True)
    practice_of = models.CharField(max_length=40, blank=True)  # code of the live body that it is like
    is_active = models.BooleanField(default=False)  # True once it is a customer with people who work here

    class Meta:
        """Ordered as in the code table."""

        ordering = ["code"]
        verbose_name = "団体"
        constraints = [
            models.UniqueConstraint(fields=["host_name"], condition=~models.Q(host_name=""), name="host_of_one")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def is_training(self) -> bool:
        """Whether this is a training organisation."""
        return self.mode == OrganisationMode.TRAINING


class TenantManager(models.Manager[Row_co]):
    """The door to a tenant's rows: reads outside a scope fail instead of giving everything or nothing."""

    def get_queryset(self) -> models.QuerySet[Row_co]:
        """Rows of the organisation whose scope is entered; UnscopedRead outside."""
        scope = current_scope.get()
        if scope is None:
            raise UnscopedRead(
                f"{self.model._meta.label} は団体の範囲の外から読めません。",
                f"{self.model._meta.label} was read outside every scope.",
            )
        return super().get_queryset().filter(organisation_id=scope.organisation_id)

    def within(self, scope: Scope) -> models.QuerySet[Row_co]:
        """Rows of the scope's organisation; ScopeMismatch when another organisation's scope is entered."""
        entered = current_scope.get()
        if entered is not None and entered.organisation_id != scope.organisation_id:
            raise ScopeMismatch("別の団体の範囲です。", "Another organisation's scope is entered.")
        return self.get_queryset()

    def add(self, scope: Scope, **fields: Any) -> Row_co:
        """A new row of the scope's organisation, saved."""
        row: Row_co = self.model(organisation_id=scope.organisation_id, **fields)
        row.save(force_insert=True)
        return row


class TenantModel(models.Model):
    """Base of every table with an organisation's own rows; see operations.ProtectTenantTable."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # every index of a tenant table begins with it already
    objects = TenantManager()

    class Meta:
        """No table of its own."""

        abstract = True


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]  # django-stubs: generic only for the checker
    """A reference between tenant tables: its constraint is the composite one made by ProtectTenantTable.

    PostgreSQL's referential checks ignore row security, so a plain key would let one tenant point at another's row.
    """

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:
        options["db_constraint"] = False
        options.setdefault("db_index", False)  # indexes begin with organisation_id, so they are named in Meta
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> Any:
        """What a migration writes down."""
        name, path, arguments, options = super().deconstruct()
        options.pop("db_constraint", None)
        return name, path, arguments, options
