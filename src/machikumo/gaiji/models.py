"""Sets of user-defined characters, their figures, candidates, decisions and published maps; nothing is deleted.

In a live organisation the database itself refuses it; a training one can be emptied as a whole.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from machikumo.gaiji.domain.decisions import Decision, Ground, Outcome, ReducedTo, State
from machikumo.kernel.files.models import StoredFile
from machikumo.kernel.tenancy.models import TenantForeignKey, TenantModel


class SetState(models.TextChoices):
    """How far the machine's part of the work is."""

    RECEIVED = "received", "受領"
    READY = "ready", "準備完了"


class Verdict(models.TextChoices):
    """What the machine found for a figure; it never decides."""

    WAITING = "waiting", "照合待ち"
    CANDIDATES = "candidates", "候補あり"
    NO_CANDIDATE = "no_candidate", "候補なし"
    BLANK = "blank", "空白の図形"
    BROKEN = "broken", "読めない図形"
    MISSING = "missing", "フォントにない"


class Status(models.TextChoices):
    """Where people stand with a figure."""

    OPEN = "open", "未決定"
    PROPOSED = "proposed", "確認待ち"
    IDENTIFIED = "identified", "同定済み"
    KEPT = "kept", "図形のまま"


class GaijiSet(TenantModel):
    """The user-defined characters of one old system: its font, and the file in which their use is counted."""

    key = models.SlugField(max_length=60)
    system = models.CharField(max_length=100)
    font = TenantForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    font_sha256 = models.CharField(max_length=64)
    family = models.CharField(max_length=200, blank=True)
    data = TenantForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    charset = models.CharField(max_length=12, default="cp932")
    key_column = models.CharField(max_length=100, blank=True)
    texts = models.BigIntegerField(default=0)
    used_cells = models.BigIntegerField(default=0)  # cells with at least one such character
    used_people = models.BigIntegerField(default=0)
    candidates_from = models.CharField(max_length=64, blank=True)  # digest of the font that the candidates come from
    state = models.CharField(max_length=10, choices=SetState, default=SetState.RECEIVED)
    job_run_id = models.BigIntegerField(null=True)
    received_by = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A key once."""

        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="gaiji_set_once")]

    def __str__(self) -> str:
        return self.system


class GaijiFigure(TenantModel):
    """One user-defined character: its code point, its picture as the path of an SVG, and its use."""

    gaiji_set = TenantForeignKey(GaijiSet, on_delete=models.PROTECT, related_name="figures")
    code = models.IntegerField()
    picture = models.TextField(blank=True)
    cells = models.BigIntegerField(default=0)
    people = models.BigIntegerField(default=0)
    columns = models.JSONField(default=dict)
    verdict = models.CharField(max_length=12, choices=Verdict, default=Verdict.WAITING)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)

    class Meta:
        """A code point once a set; read with the most people first."""

        constraints = [models.UniqueConstraint(fields=["organisation", "gaiji_set", "code"], name="gaiji_figure_once")]
        indexes = [models.Index(fields=["organisation", "gaiji_set", "-people", "-cells", "code"], name="gaiji_by_use")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The code point as people write it."""
        return f"U+{self.code:04X}"


class GaijiCandidate(TenantModel):
    """A figure that resembles one, as it was shown to those who decided: name, writing and picture are kept."""

    figure = TenantForeignKey(GaijiFigure, on_delete=models.PROTECT, related_name="candidates")
    rank = models.SmallIntegerField()
    name = models.CharField(max_length=8)
    text = models.CharField(max_length=8, blank=True)
    picture = models.TextField(blank=True)
    distance = models.FloatField()

    class Meta:
        """Each rank once."""

        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["organisation", "figure", "rank"], name="gaiji_candidate_once")]

    def __str__(self) -> str:
        return self.name


class GaijiDecision(TenantModel):
    """One decision about one figure; the database refuses a second reviewer who is the first."""

    figure = TenantForeignKey(GaijiFigure, on_delete=models.PROTECT, related_name="decisions")
    number = models.IntegerField()
    outcome = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Outcome])
    name = models.CharField(max_length=8, blank=True)
    text = models.CharField(max_length=8, blank=True)
    display = models.CharField(max_length=8, blank=True)
    reduced = models.CharField(max_length=2, blank=True)
    reduced_to = models.CharField(max_length=10, blank=True, choices=[(one.value, one.value) for one in ReducedTo])
    ground = models.CharField(max_length=20, blank=True, choices=[(one.value, one.value) for one in Ground])
    reason = models.TextField()
    rank = models.SmallIntegerField(null=True)  # of the candidate that was taken
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default="proposed")
    decided_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=100, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True)

    class Meta:
        """One open and one confirmed decision a figure; always two people."""

        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "figure", "number"], name="gaiji_decision_once"),
            models.UniqueConstraint(
                fields=["organisation", "figure"], condition=models.Q(state="proposed"), name="gaiji_open_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "figure"], condition=models.Q(state="confirmed"), name="gaiji_confirmed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="proposed", reviewed_by="", reviewed_at__isnull=True)
                | (
                    ~models.Q(state="proposed")
                    & ~models.Q(reviewed_by=models.F("decided_by"))
                    & ~models.Q(reviewed_by="")
                    & models.Q(reviewed_at__isnull=False)
                ),
                name="gaiji_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure_id}/{self.number}"

    @property
    def facts(self) -> Decision:
        """What the rules and the map need to know."""
        return Decision(
            Outcome(self.outcome),
            self.reason,
            self.name,
            self.text,
            self.display,
            self.reduced,
            ReducedTo(self.reduced_to) if self.reduced_to else None,
            Ground(self.ground) if self.ground else None,
        )


class GaijiMapVersion(TenantModel):
    """One published map, for ever as it was: the TOML that the layouts engine reads, and its digest."""

    gaiji_set = TenantForeignKey(GaijiSet, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    edition = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    content = models.TextField()
    forms = models.JSONField(default=list)  # the three forms of each identified figure
    identified = models.IntegerField()
    undecided = models.IntegerField()
    cells_percent = models.FloatField()
    people_percent = models.FloatField()
    published_by = models.CharField(max_length=100)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A version once a set; the newest first."""

        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["organisation", "gaiji_set", "version"], name="gaiji_map_once")]

    def __str__(self) -> str:
        return f"{self.gaiji_set_id}/{self.version}"


class ReductionTable(TenantModel):
    """An official table of reduced forms that the town itself has brought; the newest is used."""

    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    imported_by = models.CharField(max_length=100)
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The same file once."""

        constraints = [models.UniqueConstraint(fields=["organisation", "sha256"], name="reduction_table_once")]

    def __str__(self) -> str:
        return self.name


class ReducedForm(TenantModel):
    """One reduced form of a figure in such a table."""

    table = TenantForeignKey(ReductionTable, on_delete=models.PROTECT, related_name="forms")
    figure = models.CharField(max_length=8)
    order = models.SmallIntegerField()
    text = models.CharField(max_length=2)
    reduced_to = models.CharField(max_length=10)
    ground = models.CharField(max_length=20)

    class Meta:
        """Found by figure, strongest ground first."""

        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "table", "figure", "order"], name="reduced_form_once")
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.text}"
