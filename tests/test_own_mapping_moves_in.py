"""A layout made in the editor, a mapping made in the editor, and a file moved in by both: forms alone, no code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from machikumo.definitions.queries import mappings as queries
from machikumo.kernel.jobs.running import perform
from machikumo.kernel.tenancy.doors import entered
from machikumo.layouts.models import MoveInState
from machikumo.layouts.queries.move_ins import move_ins
from machikumo.register.models import PersonVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

HEADINGS = (
    "宛名番号", "世帯番号", "氏名", "フリガナ", "性別", "生年月日", "続柄区分", "続柄", "国籍区分", "郵便番号",
    "市区町村コード", "町字コード", "都道府県", "市区町村", "町字", "番地", "異動日", "帳票の並び順",
)  # fmt: skip
PEOPLE = 12
DIGITS = "１２３４５６７８９"


def people() -> bytes:
    """A small system's list of persons, two to a household, in CP932; its codes are its own."""
    lines = [HEADINGS]
    for number in range(1, PEOPLE + 1):
        head = number % 2 == 1
        lines.append((
            f"{number:07d}", f"{(number + 1) // 2:07d}", f"見本　{'一郎' if head else '花子'}",
            f"ミホン　{'イチロウ' if head else 'ハナコ'}", "男" if head else "女", f"19{60 + number}-04-{number:02d}",
            "a" if head else "b", "世帯主" if head else "妻", "日", "916-0001", "182079",
            "0001000", "福井県", "鯖江市", "舟津町", f"{DIGITS[number % 9]}番地", "2015-04-01", str(PEOPLE - number),
        ))  # fmt: skip
    return "".join(",".join(line) + "\r\n" for line in lines).encode("cp932")


def sent(client: Client, address: str, **changes: Any) -> str:
    """Post the form of a page as it stands, with changes; where that leads."""
    form = client.get(address).context["form"]
    facts = {name: form.initial.get(name, form.fields[name].initial) for name in form.fields} | {"sent": "1"} | changes
    answer = client.post(address, {name: value for name, value in facts.items() if value not in {None, False}})
    assert answer.status_code == 302, [*answer.context["form"].errors.values()]
    return str(answer["Location"])


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", people())


def settle(client: Client, base: str, sheet: Any, keys: dict[str, str]) -> None:
    """What the proposals left open: code maps, a constant, and a column that is left behind."""
    sent(client, f"{base}targets/resident_state/", first="", do="sources")
    sent(client, f"{base}targets/resident_state/step/?kind=constant", value="1")
    sent(client, f"{base}targets/resident_state/", do="remove-1")
    codes = {"resident_kind": ("国籍区分", "日,1"), "relationship_1": ("続柄区分", "a,02\nb,12")}
    for item, (heading, pairs) in codes.items():
        elsewhere = sheet.move_from(keys[heading])
        if elsewhere is None or elsewhere.target != (item,):
            if elsewhere is not None:  # proposed for another item: taken off there first, never in silence
                sent(client, f"{base}targets/{elsewhere.target[0]}/", do="clear")
            sent(client, f"{base}targets/{item}/", first=keys[heading], do="sources")
        tables = [step["table"] for step in client.get(f"{base}targets/{item}/").context["steps"] if step["table"]]
        if not tables:
            tables = [item.replace("_", "-")]
            sent(client, f"{base}targets/{item}/step/?kind=code_map", table=tables[0])
        sent(client, f"{base}maps/{tables[0]}/", pairs=pairs)
    elsewhere = sheet.move_from(keys["続柄"])
    if elsewhere is not None and elsewhere.target != ("relationship_text",):
        sent(client, f"{base}targets/{elsewhere.target[0]}/", do="clear")
    sent(client, f"{base}targets/relationship_text/", first=keys["続柄"], do="sources")
    printing = keys["帳票の並び順"]
    sent(client, f"{base}answers/", **{f"reason-{printing}": "旧システムの印刷順で、新システムでは使わない"})


@pytest.mark.usefixtures("quiet_queue")
def test_a_list_of_persons_moves_in_by_a_layout_and_a_mapping_of_the_towns_own(
    client: Client, town: Organisation, scope: Scope, signed_in: Callable[..., Any]
) -> None:
    signed_in(client, town, "information_officer")
    work = f"/{town.code}/work/"
    facts: dict[str, Any] = {"key": "small-system", "name": "小さなシステム", "file": upload()}
    draft = client.post(f"{work}layouts/new/", facts)["Location"]
    edition = sent(client, f"{draft}publish/")
    reference = f"own:{edition.split('/')[-4]}.1"
    facts = {"key": "small", "name": "小 → 標準", "source": reference, "target": "resident-standard", "file": upload()}
    base = client.post(f"{work}layouts/mappings/new/", facts)["Location"]
    with entered(scope):
        own = queries.own_mappings(scope).get()
        sheet, around = queries.sheet_at(scope, own, 0), queries.around(scope, own)
    keys = {item.name: item.key for item in around.source.items}
    proposed = {move.target[0]: move for move in sheet.moves if move.source}
    for item, heading in (("name", "氏名"), ("name_kana", "フリガナ"), ("sex", "性別"), ("address_town", "町字")):
        assert proposed[item].source == (keys[heading],)
    assert [step["kind"] for step in proposed["address_postal_code"].steps] == ["strip"]
    settle(client, base, sheet, keys)
    preview = client.post(f"{base}preview/", {"file": upload()}).content.decode()
    assert "●" in preview
    assert "花子" not in preview
    sent(client, f"{base}publish/", note="初版")
    key = f"own:{own.pk}.1"
    assert client.post(f"{work}move/new/", {"mapping": key, "file": upload()}).status_code == 302
    with entered(scope):
        one = move_ins(scope).get()
    assert one.mapping_key == key
    perform(scope.organisation_id, one.job_run_id or 0)
    with entered(scope):
        one = move_ins(scope).get()
        persons = PersonVersion.objects.within(scope)
        names, kinds = set(persons.values_list("name", flat=True)), set(persons.values_list("resident_kind", flat=True))
        codes = set(persons.values_list("address_postal_code", flat=True))
    assert (one.state, one.rows, one.accepted, one.quarantined) == (MoveInState.RECONCILED, PEOPLE, PEOPLE, 0)
    assert one.reconciliation["holds"]
    assert names == {"見本　一郎", "見本　花子"}
    assert kinds == {"1"}
    assert codes == {"9160001"}
