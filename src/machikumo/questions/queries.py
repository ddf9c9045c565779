"""Reading the question log, as far as a party sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from machikumo.kernel.errors import Forbidden, NotFound
from machikumo.kernel.registries import question_subjects
from machikumo.organisations.queries import holders_of
from machikumo.questions.domain.references import Kind, Reference, restored
from machikumo.questions.domain.rules import UNSETTLED, Party, State
from machikumo.questions.domain.sheet import Known
from machikumo.questions.models import Attachment, Entry, Member, Question

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from machikumo.kernel.scope import Scope

VENDOR_ROLE = "vendor_engineer"
NAMES = {
    Kind.GENERAL: ("移行全般", "The move as a whole"),
    Kind.FILE: ("ファイル", "File"),
    Kind.COLUMN: ("列", "Column"),
    Kind.ROWS: ("行", "Rows"),
    Kind.MAPPING: ("変換の決め方", "Mapping"),
    Kind.GAIJI: ("外字", "Gaiji"),
    Kind.COUNT: ("件数", "Count"),
}


def party_of(scope: Scope) -> Party | None:
    """For whom the person takes part; None for a vendor's engineer whom nobody has put to a vendor."""
    if scope.role != VENDOR_ROLE:
        return Party.TOWN
    member = Member.objects.within(scope).filter(person=scope.person).first()
    return Party(member.party) if member else None


def own_party(scope: Scope) -> Party:
    """For whom the person takes part; Forbidden for a vendor's engineer whom nobody has put to a vendor."""
    party = party_of(scope)
    if party is None:
        raise Forbidden(
            "どの事業者の担当か登録されていません。団体の情報政策担当に依頼してください。",
            "Nobody has said for which vendor you work: ask the town's information officer.",
        )
    return party


def questions(
    scope: Scope, *, state: str = "", asked_of: str = "", move_in_id: int | None = None
) -> QuerySet[Question]:
    """The questions that the person sees, newest first, narrowed where asked."""
    rows = _seen(scope, Question.objects.within(scope))
    if state == "unsettled":
        rows = rows.filter(state__in=UNSETTLED)
    elif state:
        rows = rows.filter(state=state)
    if asked_of:
        rows = rows.filter(asked_of=asked_of)
    if move_in_id is not None:
        rows = rows.filter(about_move_in=move_in_id)
    return rows.order_by("-number")


def _seen(scope: Scope, rows: QuerySet[Question]) -> QuerySet[Question]:
    party = party_of(scope)
    if party is None:
        return rows.none()
    return rows if party is Party.TOWN else rows.filter(Q(asked_by=party) | Q(asked_of=party))


def question_of(scope: Scope, number: int) -> Question:
    """One question by its number; NotFound for one that the person does not see, and for any other municipality's."""
    found = _seen(scope, Question.objects.within(scope)).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def entries_of(scope: Scope, one: Question) -> QuerySet[Entry]:
    """What was written about a question, in order."""
    return Entry.objects.within(scope).filter(question_id=one.pk).order_by("pk")


def attachments_of(scope: Scope, one: Question) -> QuerySet[Attachment]:
    """The files beside a question and what was written about it."""
    return Attachment.objects.within(scope).filter(question_id=one.pk).select_related("file").order_by("pk")


def attachment_of(scope: Scope, attachment_id: int) -> Attachment:
    """One file, of a question that the person sees."""
    found = Attachment.objects.within(scope).select_related("file", "question").filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    question_of(scope, found.question.number)
    return found


def members(scope: Scope) -> QuerySet[Member]:
    """Who takes part for which vendor."""
    return Member.objects.within(scope).order_by("party", "pk")


def engineers(scope: Scope, day: date) -> list[tuple[str, str]]:
    """Token and name of the vendors' engineers who work here on that day and sign in."""
    return [(f"account:{one.account_id}", one.name) for one in holders_of(scope, VENDOR_ROLE, day) if one.account_id]


def is_engineer(scope: Scope, person: str, day: date) -> bool:
    """Whether the person is one of them."""
    return person in dict(engineers(scope, day))


def company_of(scope: Scope, party: Party) -> str:
    """What a vendor is called; the empty text when nobody has said."""
    return members(scope).filter(party=party).values_list("company", flat=True).first() or ""


def subject_of(scope: Scope, tie: Reference) -> tuple[str, str, str]:
    """What a question is about, in both languages, and the address of it (empty: none).

    The room to which the thing belongs tells it; NotFound when there is no such thing.
    """
    if tie.kind.value in question_subjects:
        ja, en, url = question_subjects.get(tie.kind.value)(scope, tie)
        return ja, en, url
    return (*plain_words(tie), "")


def shown_subject(scope: Scope, one: Question) -> tuple[str, str, str]:
    """The same for a question that was asked: a thing that is not there any more is told by its tie."""
    tie = restored(one.about)
    try:
        return subject_of(scope, tie)
    except NotFound:
        return (*plain_words(tie), "")


def plain_words(tie: Reference) -> tuple[str, str]:
    """The tie in words that need nothing else."""
    ja, en = NAMES[tie.kind]
    told = "、".join(value for _, value in tie.facts)
    return (f"{ja}: {told}", f"{en}: {told}") if told else (ja, en)


def known_for_sheet(scope: Scope, party: Party) -> dict[int, Known]:
    """The questions of a party as its answered sheet is judged by them."""
    rows = Question.objects.within(scope).filter(asked_of=party)
    entries = Entry.objects.within(scope).filter(question__asked_of=party, party=party).order_by("pk")
    last = dict(entries.values_list("question_id", "text"))  # of a question's entries the last one stays
    return {row.number: Known(row.token, State(row.state), last.get(row.pk, "")) for row in rows}


def standing_against(scope: Scope, move_in_ids: Iterable[int], mapping_keys: Iterable[str]) -> QuerySet[Question]:
    """The unsettled questions that stand against a signature of those runs and mappings.

    Questions tied to no run stand against every signature, but for those about a mapping that is not signed here.
    """
    rows = Question.objects.within(scope).filter(state__in=UNSETTLED, blocks=True)
    ours = Q(about_move_in__in=list(move_in_ids))
    of_mapping = Q(about_move_in__isnull=True, about__kind=Kind.MAPPING.value)
    ours |= of_mapping & Q(about__mapping__in=list(mapping_keys))
    free = Q(about_move_in__isnull=True) & ~Q(about__kind=Kind.MAPPING.value)
    return rows.filter(ours | free).order_by("due_on", "number")
