"""A feed (差分連携), what arrived for it, the files of its sequence, rows left out, and the events that were told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

from machikumo.feeds.domain.arrivals import Verdict, ZeroRows
from machikumo.feeds.domain.before import Reason
from machikumo.feeds.domain.events import Happened
from machikumo.feeds.domain.sequence import Order
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel

if TYPE_CHECKING:
    from enum import StrEnum

NAME = 100


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in kind]


class Via(models.TextChoices):
    """By which way a file came."""

    PAGE = "page", "画面"
    COMMAND = "command", "コマンド"
    FOLDER = "folder", "フォルダー"
    MACHINE = "machine", "REST"


class FileState(models.TextChoices):
    """Where a file of the sequence stands."""

    WAITING = "waiting", "待機"
    STOPPED = "stopped", "停止"
    APPLIED = "applied", "反映済み"
    SKIPPED = "skipped", "欠番"


class Stop(models.TextChoices):
    """Why a file waits for somebody's word."""

    NONE = "", "—"
    ZERO_ROWS = "zero_rows", "0件"
    TOO_MANY = "too_many", "反映できない行が多い"
    DEFINITIONS = "definitions", "定義の変更"
    UNREADABLE = "unreadable", "読めない"


class RowState(models.TextChoices):
    """What became of a row that was left out."""

    OPEN = "open", "未処理"
    APPLIED = "applied", "反映済み"
    KEPT = "kept", "台帳のまま"


class Feed(TenantModel):
    """One stream of difference files of one system; all that makes it another vendor's is data here.

    ``last_position`` is the last place of the sequence that was dealt with (applied, or said to be missing for good),
    ``last_day`` the day up to which differences are in the register.
    """

    key = models.CharField(max_length=40)
    name = models.CharField(max_length=NAME)
    mapping_key = models.CharField(max_length=NAME, blank=True)  # empty: standard rows
    codes = models.JSONField(default=list)  # municipality codes that may stand in its files
    pattern = models.CharField(max_length=200)
    order = models.CharField(max_length=8, choices=_choices(Order), default=Order.NUMBER.value)
    width = models.IntegerField(default=4)
    days = models.JSONField(default=list)
    due_after_days = models.IntegerField(default=1)
    due_hour = models.IntegerField(default=9)
    stale_after = models.IntegerField(default=3)
    control_header = models.CharField(max_length=200, blank=True)
    control_trailer = models.CharField(max_length=200, blank=True)
    ends_with_newline = models.BooleanField(default=True)
    zero_rows = models.CharField(max_length=12, choices=_choices(ZeroRows), default=ZeroRows.NO_CHANGE.value)
    stop_percent = models.IntegerField(default=20)
    last_position = models.BigIntegerField()
    last_day = models.DateField(null=True)
    applied_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    made_by = models.CharField(max_length=NAME)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A key once a town."""

        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="feed_key_once")]

    def __str__(self) -> str:
        return self.name


class FeedFile(TenantModel):
    """One place of a feed's sequence that holds a file, or that somebody said has none (skipped)."""

    feed = TenantForeignKey(Feed, on_delete=models.PROTECT, related_name="files")
    position = models.BigIntegerField()
    day = models.DateField(null=True)
    name = models.CharField(max_length=255)
    stored = TenantForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of the definitions by which it was received
    state = models.CharField(max_length=8, choices=FileState, default=FileState.WAITING)
    stop = models.CharField(max_length=12, choices=Stop, default=Stop.NONE, blank=True)
    confirmed = models.JSONField(default=list)  # stops that somebody said are right
    rows = models.IntegerField(default=0)
    applied = models.IntegerField(default=0)
    already = models.IntegerField(default=0)
    left_out = models.IntegerField(default=0)
    events = models.JSONField(default=dict)  # kind of event -> how many
    note = models.TextField(blank=True)
    received_at = models.DateTimeField(db_default=Now())
    applied_at = models.DateTimeField(null=True)

    class Meta:
        """A place of the sequence once: this is what keeps a file from being applied twice."""

        constraints = [models.UniqueConstraint(fields=["organisation", "feed", "position"], name="feed_position_once")]

    def __str__(self) -> str:
        return self.name


class FeedArrival(TenantModel):
    """One file that came, by whatever way, and what was said of it; the bytes of refused ones are kept too."""

    feed = TenantForeignKey(Feed, on_delete=models.PROTECT, related_name="arrivals")
    name = models.CharField(max_length=255)
    stored = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    rows = models.IntegerField(null=True)
    via = models.CharField(max_length=8, choices=Via)
    verdict = models.CharField(max_length=16, choices=_choices(Verdict))
    file = TenantForeignKey(FeedFile, on_delete=models.PROTECT, null=True, related_name="arrivals")
    arrived_by = models.CharField(max_length=NAME)
    arrived_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Read newest first."""

        indexes = [models.Index(fields=["organisation", "feed", "-id"], name="feed_arrivals_newest")]

    def __str__(self) -> str:
        return self.name


class FeedRow(TenantModel):
    """A row that was not applied: it breaks a rule, or the register says something else. Its bytes stay in the file.

    ``row`` counts the file's data rows; ``offset`` and ``length`` are its place without the control records.
    """

    file = TenantForeignKey(FeedFile, on_delete=models.PROTECT, related_name="left")
    row = models.IntegerField()
    offset = models.BigIntegerField(default=0)
    length = models.IntegerField(default=0)
    broken = models.BooleanField(default=False)  # breaks a rule of its layout: to be mended
    reason = models.CharField(max_length=40)  # a Reason, or the rule that it breaks
    items = models.CharField(max_length=200, blank=True)
    addressee_number = models.CharField(max_length=15, blank=True)
    history_number = models.IntegerField(null=True)
    history_branch = models.IntegerField(null=True)
    message_ja = models.TextField(blank=True)
    message_en = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=RowState, default=RowState.OPEN)
    settled_by = models.CharField(max_length=NAME, blank=True)
    settled_at = models.DateTimeField(null=True)
    ground = models.TextField(blank=True)

    class Meta:
        """Read by file, in its order; a row has one reason."""

        constraints = [
            models.UniqueConstraint(fields=["organisation", "file", "row", "reason"], name="feed_row_reason_once")
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.reason}"

    @property
    def is_of_number(self) -> bool:
        """Whether the row is in, and only its number was left out of the vault."""
        return self.reason in {Reason.NUMBER_CLASH, Reason.NUMBER_REFUSED}


class FeedEvent(TenantModel):
    """One event that was told to the listeners: once a version of a person's record."""

    file = TenantForeignKey(FeedFile, on_delete=models.PROTECT, related_name="told")
    kind = models.CharField(max_length=20, choices=_choices(Happened))
    subject = models.CharField(max_length=60)
    history_number = models.IntegerField()
    history_branch = models.IntegerField()
    event_date = models.DateField(null=True)
    told_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A version's event once."""

        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "subject", "history_number", "history_branch"], name="feed_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
