"""Drawing a sample, taking the old system's answers, comparing, opening somebody, deciding, reporting."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from machikumo.certificates.actions import compose_rows
from machikumo.comparisons import queries
from machikumo.comparisons.comparing import answers_from_row, compare, known_fields, tokens_of
from machikumo.comparisons.domain.errors import ComparisonError, NoReason
from machikumo.comparisons.domain.fields import printed_of
from machikumo.comparisons.domain.judging import Verdict, checked
from machikumo.comparisons.domain.sampling import Candidate, draw
from machikumo.comparisons.models import ComparedField, Comparison, Sampled
from machikumo.comparisons.reading import read_list
from machikumo.kernel.errors import Conflict, NotFound
from machikumo.kernel.ledger import action, record, record_many
from machikumo.layouts.own_layouts import mapping_for
from machikumo.register import queries as register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from machikumo.comparisons.domain.judging import Decision
    from machikumo.kernel.scope import Scope

MOST = 2_000
GROUND = "data_migration"


@action(permission="layouts.move_in")
def draw_sample(scope: Scope, *, name: str, seed: str, size: int, today: date) -> Comparison:
    """A run with its sample; the same seed, size, day and register give the same people.

    Raises ComparisonError when the register is empty or the size is out of bounds.
    """
    if not 1 <= size <= MOST:
        raise ComparisonError(f"人数は1から{MOST:,}までです。", f"The size is 1 to {MOST:,}.")
    drawn = draw((Candidate(*row) for row in register.features(scope)), seed=seed, size=size, today=today)
    if not drawn:
        raise ComparisonError("台帳にまだ誰もいません。先に取り込んでください。", "The register is empty: load first.")
    one = Comparison.objects.add(scope, name=name, seed=seed, size=size, drawn_for=today, made_by=scope.person)
    people = [
        Sampled(
            organisation_id=scope.organisation_id,
            comparison_id=one.pk,
            number=number,
            person_id=each.candidate.person_id,
            token=each.candidate.token,
            addressee_number=each.candidate.addressee_number,
            strata=[stratum.value for stratum in each.strata],
            is_foreign=each.candidate.is_foreign,
        )
        for number, each in enumerate(drawn, 1)
    ]
    Sampled.objects.within(scope).bulk_create(people)
    details = {"size": len(people), "asked": size, "seed": seed}
    record(scope, event="comparison.drawn", subject=f"comparison:{one.pk}", ground=GROUND, details=details)
    return one


@action(permission="layouts.move_in")
def take_list(scope: Scope, *, comparison_id: int, name: str, data: bytes, mapping_key: str) -> int:
    """Take the old system's list, of which only the sampled people are kept, and compare; gives how many were in it.

    Raises UnreadableList, or LayoutError for an unknown mapping; nothing is then taken.
    """
    one = queries.comparison_of(scope, comparison_id)
    people = {person.addressee_number: person for person in queries.people_of(scope, one)}
    old = read_list(io.BytesIO(data), mapping_for(scope, mapping_key), people.keys(), training=scope.training)
    found = [people[number] for number in old.rows]
    for person in found:
        row = old.rows[person.addressee_number]
        person.answers = answers_from_row(row, old.head_of(row))
        person.items = {key: value for key, value in row.items() if key not in {"history_number", "history_branch"}}
        _answered(scope, person, "list")
    digest = hashlib.sha256(data).hexdigest()
    Comparison.objects.within(scope).filter(pk=one.pk).update(list_name=name[:200], list_sha256=digest)
    _compare(scope, found)
    details = {
        "sha256": digest,
        "mapping": mapping_key,
        "read": old.read,
        "held_back": old.held_back,
        "found": len(found),
        "missing": len(people) - len(found),
    }
    record(scope, event="comparison.list_taken", subject=f"comparison:{one.pk}", ground=GROUND, details=details)
    return len(found)


@action(permission="layouts.move_in")
def take_paper(scope: Scope, *, sampled_id: int, values: Mapping[str, str]) -> Sampled:
    """Take what stands on the old system's certificate of somebody, typed field by field, and compare."""
    person = queries.sampled_of(scope, sampled_id)
    person.answers, person.items = known_fields(values), {}
    if not any(person.answers.values()):
        raise ComparisonError("一つも入力されていません。", "Nothing was typed.")
    _answered(scope, person, "paper")
    _compare(scope, [person])
    details = {"number": person.number, "comparison": person.comparison_id}
    record(scope, event="comparison.paper_taken", subject=f"person:{person.token}", ground=GROUND, details=details)
    return person


def _answered(scope: Scope, person: Sampled, source: str) -> None:
    facts: dict[str, Any] = {
        "answers": person.answers,
        "items": person.items,
        "source": source,
        "answered_at": timezone.now(),
        "answered_by": scope.person,
    }
    Sampled.objects.within(scope).filter(pk=person.pk).update(**facts)


def _compare(scope: Scope, people: Sequence[Sampled]) -> None:
    """Compare these people anew; who is no more in the register differs in everything that the old system says."""
    ids = [person.person_id for person in people]
    rows = compose_rows(scope, person_ids=ids, ground=GROUND)
    present = {version.person_id: version for version in register.present_versions(scope, ids)}
    for person in people:
        ours = printed_of(*rows[person.person_id]) if person.person_id in rows else {}
        version = present.get(person.person_id)
        compare(scope, person, ours, register.row_of(version, list(person.items)) if version else {})
    record_many(scope, ({"subject": token} for token in tokens_of(people)), event="person.compared", ground=GROUND)


@action(permission="layouts.move_in")
def compare_again(scope: Scope, *, comparison_id: int) -> int:
    """Compare everybody who is answered with the register as it is now; gives how many.

    Decisions about values that are still the same stay.
    """
    one = queries.comparison_of(scope, comparison_id)
    answered = [person for person in queries.people_of(scope, one) if person.source]
    _compare(scope, answered)
    details = {"people": len(answered)}
    record(scope, event="comparison.compared", subject=f"comparison:{one.pk}", ground=GROUND, details=details)
    return len(answered)


@action()
def open_person(scope: Scope, *, sampled_id: int, ground: str) -> list[ComparedField]:
    """The fields of somebody with both values unmasked; the opening is a row of the person in the ledger.

    Needs layouts.move_in or register.view.
    """
    scope.require("layouts.move_in", "register.view")
    person = queries.sampled_of(scope, sampled_id)
    found = queries.fields_of(scope, person)
    details = {"comparison": person.comparison_id, "number": person.number, "fields": len(found)}
    record(scope, event="comparison.opened", subject=f"person:{person.token}", ground=ground, details=details)
    return found


@action(permission="layouts.view")
def decide(scope: Scope, *, field_id: int, decision: Decision, reason: str) -> None:
    """This person's decision about a difference. NoReason without a reason, Conflict when it is no difference."""
    row = queries.field_of(scope, field_id)
    if row.verdict != Verdict.DIFFERENT:
        raise Conflict("この項目は差異ではありません。", "This field is no difference.")
    try:
        why = checked(decision, reason)
    except ValueError:
        raise NoReason from None
    facts: dict[str, Any] = {
        "decision": decision.value,
        "reason": why,
        "decided_by": scope.person,
        "decided_role": scope.role,
        "decided_at": timezone.now(),
    }
    if not ComparedField.objects.within(scope).filter(pk=row.pk).update(**facts):
        raise NotFound
    details = {"key": row.key, "place": row.place, "decision": decision.value}
    subject = f"person:{row.sampled.token}"
    record(scope, event="comparison.decided", subject=subject, ground=GROUND, after=why, details=details)


@action(permission="layouts.view")
def make_report(scope: Scope, *, comparison_id: int) -> Comparison:
    """The run of which a report is made, which is a row in the ledger; its values are masked."""
    one = queries.comparison_of(scope, comparison_id)
    record(scope, event="comparison.reported", subject=f"comparison:{one.pk}", ground=GROUND)
    return one
