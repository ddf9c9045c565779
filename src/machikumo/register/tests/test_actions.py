"""Loading, finding, showing and correcting people in a real database."""

from __future__ import annotations

import threading
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections

from machikumo.kernel.errors import Conflict, Forbidden, NotFound
from machikumo.kernel.tenancy.doors import entered
from machikumo.register import actions, queries
from machikumo.register.actions import RegisterError
from machikumo.register.domain import terms
from machikumo.register.domain.blocks import BlockLevel
from machikumo.register.domain.terms import Search
from machikumo.register.models import PersonVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation


def some_version(scope: Scope, **filters: Any) -> PersonVersion:
    with entered(scope):
        version = (
            PersonVersion.objects.within(scope)
            .filter(**queries.PRESENT, resident_state="1", **filters)
            .select_related("person")
            .order_by("pk")
            .first()
        )
    assert version is not None
    return version


def found_ids(scope: Scope, *several: tuple[terms.Term, ...]) -> set[int]:
    search = Search(tuple(term for group in several for term in group))
    return {one.person_id for one in actions.search(scope, terms=search)}


def test_every_row_of_the_block_becomes_a_version(scope: Scope, frame: pl.DataFrame) -> None:
    counts = actions.load_block(scope, frame=frame, source="test")
    assert counts.versions == counts.rows == len(frame)
    assert counts.persons == frame["addressee_number"].n_unique()


def test_loading_the_same_block_again_changes_nothing(loaded: Scope, frame: pl.DataFrame) -> None:
    again = actions.load_block(loaded, frame=frame, source="test")
    assert (again.versions, again.persons, again.households) == (0, 0, 0)
    assert again.already == len(frame)


def test_what_was_loaded_comes_out_letter_by_letter(loaded: Scope, frame: pl.DataFrame) -> None:
    hidden = {"individual_number", "resident_record_code"}
    keys = [name for name in frame.columns if name not in hidden]
    with entered(loaded):
        got = list(queries.standard_rows(loaded, keys))
    ordered = sorted(
        frame.select(keys).iter_rows(named=True),
        key=lambda row: (row["addressee_number"], int(row["history_number"]), int(row["history_branch"])),
    )
    for mine, theirs in zip(got, ordered, strict=True):
        for name in keys:
            assert mine[name] == (theirs[name] or "")


def test_no_number_of_the_vault_lies_in_any_table_of_the_register(loaded: Scope, frame: pl.DataFrame) -> None:
    number = next(value for value in frame["individual_number"].to_list() if value)
    with entered(loaded), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM register_personversion v WHERE organisation_id = %s AND to_jsonb(v)::text LIKE %s",
            [loaded.organisation_id, f"%{number}%"],
        )
        assert cursor.fetchone() == (0,)


def test_a_person_is_found_by_name_kana_birth_address_and_number(loaded: Scope) -> None:
    version = some_version(loaded)
    assert version.birth_date is not None
    family = version.name.split("　")[0]
    for group in (
        terms.name_terms(version.name),
        terms.name_terms(family),
        terms.name_terms(version.name_kana),
        terms.birth_terms(version.birth_date),
        terms.address_terms(version.address_town + version.address_number),
        terms.number_terms(version.person.addressee_number),
    ):
        assert version.person_id in found_ids(loaded, group), group


def test_every_condition_must_hold(loaded: Scope) -> None:
    version = some_version(loaded)
    assert version.birth_date is not None
    both = found_ids(loaded, terms.name_terms(version.name), terms.birth_terms(version.birth_date))
    assert version.person_id in both
    assert not found_ids(loaded, terms.name_terms(version.name), terms.birth_terms(date(1800, 1, 1)))


def test_a_selector_or_an_old_form_does_not_hide_a_person(scope: Scope, frame: pl.DataFrame) -> None:
    import polars as pl

    one = frame.head(1).with_columns(pl.lit("渡\u908a\U000e0103　太郎").alias("name"))
    actions.load_block(scope, frame=one, source="test")
    version = some_version(scope)
    assert version.name == "渡\u908a\U000e0103　太郎"
    assert version.person_id in found_ids(scope, terms.name_terms("渡辺 太郎"))


def test_another_town_finds_and_sees_nobody(
    loaded: Scope, other_town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    version = some_version(loaded)
    other = scope_of(other_town)
    assert not found_ids(other, terms.name_terms(version.name))
    with pytest.raises(NotFound):
        actions.consult(other, person_id=version.person_id, ground="resident_request")


def test_showing_a_person_needs_the_permission(
    loaded: Scope, town: Organisation, scope_of: Callable[..., Scope]
) -> None:
    version = some_version(loaded)
    with pytest.raises(Forbidden):
        actions.consult(scope_of(town, permissions=frozenset()), person_id=version.person_id, ground="training")


def test_a_correction_keeps_the_corrected_version(loaded: Scope) -> None:
    version = some_version(loaded)
    actions.correct(
        loaded,
        person_id=version.person_id,
        expected_version_id=version.pk,
        changes={"name": "新しい　名前"},
        ground="notification",
    )
    shown = actions.consult(loaded, person_id=version.person_id, ground="training")
    assert shown.version.name == "新しい　名前"
    old = next(one for one in shown.history if one.pk == version.pk)
    assert (old.name, old.superseded_at is None) == (version.name, False)
    assert version.person_id in found_ids(loaded, terms.name_terms(version.name))
    assert version.person_id in found_ids(loaded, terms.name_terms("新しい　名前"))


def test_of_two_clerks_on_one_record_the_second_is_told_and_nothing_is_lost(loaded: Scope) -> None:
    version = some_version(loaded)
    results: list[str] = []
    barrier = threading.Barrier(2)

    def clerk(name: str) -> None:
        barrier.wait()
        try:
            actions.correct(
                loaded,
                person_id=version.person_id,
                expected_version_id=version.pk,
                changes={"name": name},
                ground="notification",
            )
            results.append(name)
        except Conflict:
            results.append("conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=clerk, args=(name,)) for name in ("甲　一", "乙　二")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("conflict") == 1
    winner = next(name for name in results if name != "conflict")
    assert some_version(loaded, person_id=version.person_id).name == winner


def test_an_item_that_is_not_correctable_is_refused(loaded: Scope) -> None:
    version = some_version(loaded)
    with pytest.raises(RegisterError, match="household_id"):
        actions.correct(
            loaded,
            person_id=version.person_id,
            expected_version_id=version.pk,
            changes={"household_id": 1},
            ground="notification",
        )


def test_a_block_holds_until_it_is_closed_and_cannot_be_closed_twice(loaded: Scope) -> None:
    version = some_version(loaded)
    block = actions.add_block(
        loaded, person_id=version.person_id, level=BlockLevel.REFUSE, starts_on=date(2026, 1, 1), ends_on=None
    )
    with entered(loaded):
        assert version.person_id in queries.blocks_of(loaded, [version.person_id])
    actions.close_block(loaded, block_id=block.pk)
    with entered(loaded):
        assert queries.blocks_of(loaded, [version.person_id]) == {}
    with pytest.raises(Conflict):
        actions.close_block(loaded, block_id=block.pk)


def test_the_household_begins_with_its_head(loaded: Scope) -> None:
    head = some_version(loaded, relationship_1="02")
    with entered(loaded):
        members = queries.household_members(loaded, head.household_id)
    assert members[0].relationship_1 == "02"
    assert sum(member.relationship_1 == "02" for member in members) == 1


def test_the_totals_count_every_version(loaded: Scope, frame: pl.DataFrame) -> None:
    with entered(loaded):
        totals = queries.totals(loaded)
    assert all(sum(counts.values()) == len(frame) for counts in totals.values())


def test_a_search_walks_an_index_under_row_security(loaded: Scope) -> None:
    statement, values = queries.candidate_statement(loaded.organisation_id, Search(terms.name_terms("山")))
    with entered(loaded), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + statement, values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan


def test_a_person_who_was_there_gets_the_keys_of_a_new_row_too(loaded: Scope, frame: pl.DataFrame) -> None:
    import polars as pl

    version = some_version(loaded)
    row = frame.filter(pl.col("addressee_number") == version.person.addressee_number).tail(1)
    later = row.with_columns(
        pl.lit("99").alias("history_number"), pl.lit("0").alias("is_latest"), pl.lit("以前　姓名").alias("name")
    )
    counts = actions.load_block(loaded, frame=later, source="test")
    assert (counts.versions, counts.persons) == (1, 0)
    assert version.person_id in found_ids(loaded, terms.name_terms("以前"))
    assert version.person_id in found_ids(loaded, terms.name_terms(version.name))


def test_two_rows_with_one_name_give_one_key(scope: Scope, frame: pl.DataFrame) -> None:
    import polars as pl

    from machikumo.register.models import SearchKey

    one = frame.head(1)
    twice = pl.concat(
        [one.with_columns(pl.lit("0").alias("is_latest")), one.with_columns(pl.lit("9").alias("history_number"))]
    )
    assert actions.load_block(scope, frame=twice, source="test").versions == 2
    with entered(scope):
        keys = list(SearchKey.objects.within(scope).values_list("kind", "key"))
    assert len(keys) == len(set(keys)) > 0


def test_numbers_and_birth_dates_have_no_keys_of_their_own_and_walk_an_index(loaded: Scope) -> None:
    from machikumo.register.domain.keys import KeyKind
    from machikumo.register.models import SearchKey

    version = some_version(loaded)
    with entered(loaded):
        assert not SearchKey.objects.within(loaded).filter(kind__in=[KeyKind.BIRTH, KeyKind.NUMBER]).exists()
    for group in (terms.birth_terms(version.birth_date), terms.number_terms(version.person.addressee_number)):
        statement, values = queries.candidate_statement(loaded.organisation_id, Search(group))
        with entered(loaded), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN " + statement, values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Index" in plan
        assert "Seq Scan" not in plan


def test_the_block_tells_every_persons_token(scope: Scope, frame: pl.DataFrame) -> None:
    counts = actions.load_block(scope, frame=frame, source="test")
    assert set(counts.tokens) == set(frame["addressee_number"].to_list())
    assert actions.load_block(scope, frame=frame, source="test").tokens == counts.tokens


def test_a_number_of_two_people_is_told_and_keeps_no_row_out(scope: Scope, frame: pl.DataFrame) -> None:
    import polars as pl

    number = next(value for value in frame["individual_number"].to_list() if value)
    people = frame.unique("addressee_number", maintain_order=True).head(2)
    counts = actions.load_block(
        scope, frame=people.with_columns(pl.lit(number).alias("individual_number")), source="test"
    )
    assert counts.versions == 2
    (left_out,) = counts.numbers_left_out
    assert left_out.kind == "individual_number"
    assert {left_out.addressee_number, left_out.holder} == set(people["addressee_number"].to_list())


def test_what_is_no_number_is_told_without_a_holder(scope: Scope, frame: pl.DataFrame) -> None:
    import polars as pl

    one = frame.head(1).with_columns(pl.lit("12").alias("individual_number"))
    (left_out,) = actions.load_block(scope, frame=one, source="test").numbers_left_out
    assert (left_out.addressee_number, left_out.holder) == (one["addressee_number"][0], "")
