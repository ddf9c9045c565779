"""Fills a database with the demonstration's towns, and prints as JSON what the browser tests open.

Run as a program of its own, with MACHIKUMO_DATABASE naming the database: the tests' process keeps its connections.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

PEOPLE = 150
TOWN, OTHER_TOWN = "182079", "403491"
FLOW_CLERKS = {"ja": "flow-clerk-ja", "en": "flow-clerk-en"}  # one for each run through with two factors
CLERK, PASSWORD = "browser-clerk", "correct horse battery staple"
KEYED = "browser-keyed"  # has an authenticator app and recovery codes, and works in both towns


def fill() -> dict[str, Any]:
    """The two towns move in; the first gets a clerk with a password, an approval, a transfer file and reviews."""
    from machikumo.organisations.queries import organisation
    from machikumo.organisations.registration import command_scope
    from machikumo.site.demo import story
    from machikumo.site.demo.announce import Announcer
    from machikumo.synthetic.exports import Order, make_export

    announcer = Announcer(3)
    verdicts = [story.organisations(announcer)]
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        for mover in story.MOVERS:
            order = Order(mover.code, PEOPLE, mover.seed, story.AS_OF, mover.vendor, mover.defects)
            made[mover.code] = make_export(order, Path(folder) / mover.code, lambda _done, _total: None)
        verdicts += story.moves_in(announcer, made)
    scope = command_scope(organisation(TOWN), purpose="demonstration")
    _add_clerks(scope)
    facts = _add_work(scope) | _add_keys() | _add_gaiji(scope) | _add_layout(scope) | _add_mapping(scope)
    facts |= _add_cutover(scope) | _add_question(scope) | _add_feed(scope) | _add_comparison(scope)
    facts |= {"verdicts": [verdict.line() for verdict in verdicts]} | _objects(scope) | _add_rounds(scope)
    facts |= _add_former_ledger(scope)
    story.sealed()
    return facts


def _add_clerks(scope: Scope) -> None:
    """Somebody who signs in with a password, as all do where it is real."""
    from machikumo.organisations.actions import people

    for number, username in enumerate((CLERK, *FLOW_CLERKS.values(), KEYED), 1):
        staff = people.add_staff(
            scope, employee_number=f"B{number}", name="鍵山　ひらく", kana="カギヤマ　ヒラク", username=username
        )
        people.appoint(scope, staff_id=staff.pk, role="desk_clerk", starts_on=date(2026, 4, 1))
        account = people.set_first_password(scope, staff_id=staff.pk, password=PASSWORD)
        account.first_password_until = None  # as if it had been chosen at the first sign-in
        account.save(update_fields=["first_password_until"])


def _add_keys() -> dict[str, Any]:
    """A second place of work and a second factor for one of them."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from machikumo.organisations.actions import people
    from machikumo.organisations.models import Account
    from machikumo.organisations.queries import organisation
    from machikumo.organisations.registration import command_scope

    other = command_scope(organisation(OTHER_TOWN), purpose="demonstration")
    staff = people.add_staff(other, employee_number="B9", name="鍵山　ひらく", username=KEYED)
    people.appoint(other, staff_id=staff.pk, role="desk_clerk", starts_on=date(2026, 4, 1))
    account, secret = Account.objects.get(username=KEYED), generate_totp_secret()
    TOTP.activate(account, secret)
    RecoveryCodes.activate(account)
    return {"secret": secret}


def _add_work(scope: Scope) -> dict[str, Any]:
    """A request for a second pair of eyes, a file of transfers, the year's reviews."""
    from machikumo.certificates.actions.certifying import propose_issuer
    from machikumo.certificates.domain.snapshot import CERTIFICATION
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.organisations import queries
    from machikumo.organisations.actions import reviews, transfers
    from machikumo.organisations.domain.transfer_file import HEADER
    from machikumo.organisations.views.changes import SAMPLE

    batch = transfers.upload(scope, file_name="異動.csv", data=(",".join(HEADER) + "\r\n" + SAMPLE).encode())
    reviews.open_reviews(scope)
    approval = propose_issuer(
        scope,
        mayor_title="鯖江市長",
        mayor_name="見本　太郎",
        certification=CERTIFICATION,
        source="試用",
        valid_from=date(2027, 4, 1),
    )
    with entered(scope):
        review = queries.reviews(scope).first()
    return {"batch_id": batch.pk, "review_id": review.pk if review else 0, "approval_id": approval.pk}


def _add_gaiji(scope: Scope) -> dict[str, Any]:
    """A font of user-defined characters that waits for its decisions."""
    from machikumo.gaiji import actions, queries
    from machikumo.gaiji.tests.making import gaiji_bytes
    from machikumo.kernel.tenancy.doors import entered

    one = actions.receive(scope, key="kasumi", system="霞　住民記録", font_name="EUDC.TTE", font=gaiji_bytes(4, 9))
    with entered(scope):
        return {"set_id": one.pk, "figure_id": queries.figures_of(scope, one)[0].pk}


def _add_layout(scope: Scope) -> dict[str, Any]:
    """A layout of the town's own with a published edition, changed again since."""
    from dataclasses import replace

    from machikumo.definitions import actions
    from machikumo.definitions.queries import own as queries
    from machikumo.kernel.tenancy.doors import entered

    own = actions.copy_layout(scope, key="seals", name="印鑑　登録", shipped_key="seal-registration")
    actions.publish(scope, own_layout_id=own.pk, note="First")
    with entered(scope):
        document = queries.draft_of(queries.own_layout_of(scope, own.pk))
    shorter = replace(document.items[0], length=12)
    changed = replace(document, items=(shorter, *document.items[1:]))
    actions.save_draft(scope, own_layout_id=own.pk, revision=1, document=changed)
    return {"own_layout_id": own.pk}


def _add_cutover(scope: Scope) -> dict[str, Any]:
    """A plan for a cut-over that lies ahead, with the town's move-in as its real load, one item answered."""
    from datetime import datetime, timedelta

    from machikumo.cutover import actions
    from machikumo.cutover.domain.decisions import Verdict
    from machikumo.cutover.domain.deeds import USUALLY_CLOSED
    from machikumo.cutover.models import Load, Step
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.layouts.models import MoveIn

    start = datetime.fromisoformat("2027-01-09T17:30+09:00")
    plan = actions.make_plan(
        scope,
        system="resident_record",
        name="住民記録　本番切替",
        freeze_starts_at=start,
        freeze_ends_at=start + timedelta(hours=63),
        closed=USUALLY_CLOSED,
    )
    with entered(scope):
        one = MoveIn.objects.within(scope).latest("pk").pk
        step = Step.objects.within(scope).filter(plan=plan)[1].pk
        load = Load.objects.within(scope).earliest("pk").pk
    actions.link_files(scope, plan_id=plan.pk, move_in_ids=[one])
    actions.answer(scope, plan_id=plan.pk, item="way_back", verdict=Verdict.GO, note="旧事業者と確認した")
    return {"plan_id": plan.pk, "step_id": step, "item": "way_back", "load_id": load}


def _add_former_ledger(scope: Scope) -> dict[str, Any]:
    """As if the town had come from another installation, in whose ledger nothing was sealed."""
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.operations.models import FormerLedger

    with entered(scope):
        FormerLedger.objects.add(
            scope,
            number=1,
            verifier_key="machikumo/ledger/182079+00000000+AQ==",
            size=0,
            root="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            package_sha256="0" * 64,
            made_at=datetime(2026, 4, 1, tzinfo=UTC),
            loaded_by=scope.person,
        )
    return {"former_number": 1}


def _add_feed(scope: Scope) -> dict[str, Any]:
    """A feed of which the third difference has not come, one that stopped, and a machine with a token."""
    from machikumo.feeds.actions.describing import Description, open_feed
    from machikumo.feeds.actions.receiving import receive
    from machikumo.feeds.domain.envelope import Control
    from machikumo.feeds.models import Via
    from machikumo.feeds.working import apply_waiting
    from machikumo.organisations.actions import machines
    from machikumo.site.demo import story
    from machikumo.synthetic import differences

    mover = story.MOVERS[0]
    order = differences.DailyOrder(TOWN, PEOPLE, mover.seed + 1, story.AS_OF, mover.vendor, days=5)
    described = Description(
        name="霞　日次差分",
        mapping_key=mover.mapping,
        pattern=differences.PATTERN,
        codes=(TOWN,),
        control=Control(differences.HEADER, differences.TRAILER),
        stop_percent=100,
    )
    feed = open_feed(scope, key="daily", description=described, as_of=story.AS_OF)
    for file in differences.daily_files(order):
        if file.number != 3:  # the file of the third day is lost
            receive(scope, feed_id=feed.pk, name=file.name, chunks=[file.data], via=Via.PAGE)
    done = apply_waiting(scope, feed.pk)
    machine = machines.register_machine(scope, key="kasumi", name="霞　送信", permissions={"feeds.receive"})
    machines.issue_token(scope, machine_id=machine.pk)
    return {"feed_id": feed.pk, "file_id": done[0].pk, "machine_id": machine.pk}


def _add_question(scope: Scope) -> dict[str, Any]:
    """A question to the old vendor with a file beside it, and a row that was set aside."""
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.layouts.models import HeldRow
    from machikumo.questions import actions, queries
    from machikumo.questions.domain.rules import Party

    one = actions.ask(
        scope,
        asked_of=Party.OLD_VENDOR,
        about="column?layout=vendor-kasumi-juki&item=ido_ymd",
        title="異動日の空欄",
        body="空欄の行は、異動日が不明ということですか。",
        due_on=date(2027, 4, 1),
        blocks=False,
        files=[("例.txt", "例".encode())],
    )
    with entered(scope):
        file = queries.attachments_of(scope, one).get()
        held = HeldRow.objects.within(scope).order_by("pk")[0]
        return {"party": "old_vendor", "attachment_id": file.pk, "held_row_id": held.pk}


def _add_mapping(scope: Scope) -> dict[str, Any]:
    """A mapping of the town's own with a published edition, and an item taken out of the draft since."""
    from machikumo.definitions import relating
    from machikumo.definitions.domain.relating import editing
    from machikumo.definitions.queries import mappings as queries
    from machikumo.kernel.tenancy.doors import entered

    facts = {"source": "vendor-minato-resident", "target": "resident-standard"}
    own = relating.begin_mapping(scope, key="minato-ours", name="みなと　当市", **facts)
    relating.publish_mapping(scope, own_mapping_id=own.pk, note="First")
    with entered(scope):
        sheet = queries.sheet_at(scope, own, 0)
    relating.save_mapping(scope, own_mapping_id=own.pk, revision=1, sheet=editing.without_move(sheet, "remarks"))
    return {"own_mapping_id": own.pk}


def _add_rounds(scope: Scope) -> dict[str, Any]:
    """A move of the resident records: the first file as the first rehearsal, a mended one as the second, compared."""
    from machikumo.kernel.jobs.running import perform
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.layouts.models import MoveIn
    from machikumo.rehearsals import actions, queries
    from machikumo.site.demo import story
    from machikumo.synthetic.exports import Order, make_export

    move = actions.plan_move(
        scope, system="resident_record", old_vendor="旧　事業者", new_vendor="新　事業者", rehearsals=2
    )
    mover = story.MOVERS[0]
    with entered(scope):
        first, second, _real = queries.rounds_of(scope, move)
        moved_in = MoveIn.objects.within(scope).filter(mapping_key=mover.mapping).earliest("pk").pk
    actions.add_file(scope, round_id=first.pk, move_in_id=moved_in)
    with tempfile.TemporaryDirectory() as folder:
        order = Order(mover.code, PEOPLE, mover.seed, story.AS_OF, mover.vendor, 0.0)
        data = make_export(order, Path(folder)).file.read_bytes()
    actions.receive_file(scope, round_id=second.pk, name="第２回.csv", chunks=[data], mapping_key=mover.mapping)
    with entered(scope):
        (run,) = queries.files_of(scope, second)
    perform(scope.organisation_id, run.job_run_id)
    for one in (first, second):
        perform(scope.organisation_id, actions.start_measuring(scope, round_id=one.pk).pk)
    return {"move_id": move.pk, "round_id": second.pk}


def _add_comparison(scope: Scope) -> dict[str, Any]:
    """A sample of people, one of whom has a name on the old system's paper that is not ours."""
    from machikumo.comparisons import actions
    from machikumo.comparisons.models import ComparedField, Sampled
    from machikumo.kernel.tenancy.doors import entered

    one = actions.draw_sample(scope, name="第1回　照合", seed="見本", size=12, today=date(2026, 4, 1))
    with entered(scope):
        person = Sampled.objects.within(scope).filter(comparison=one)[0].pk
    actions.take_paper(scope, sampled_id=person, values={"name": "見本　一郎", "sex": "男"})
    with entered(scope):
        field = ComparedField.objects.within(scope).filter(sampled_id=person)[0].pk
    return {"comparison_id": one.pk, "sampled_id": person, "field_id": field}


def _objects(scope: Scope) -> dict[str, Any]:
    """The keys of what stands in addresses."""
    from machikumo.kernel.jobs.models import JobRun
    from machikumo.kernel.tenancy.doors import entered
    from machikumo.layouts.models import MoveIn
    from machikumo.organisations.models import Appointment, StaffMember
    from machikumo.register.models import PersonVersion

    with entered(scope):
        living = PersonVersion.objects.within(scope).filter(is_latest=True, resident_state="1")
        return {
            "person_id": living.order_by("pk").values_list("person_id", flat=True)[0],
            "name": living.order_by("pk").values_list("name", flat=True)[0],
            "move_in_id": MoveIn.objects.within(scope).latest("pk").pk,
            "run_id": JobRun.objects.within(scope).latest("pk").pk,
            "staff_id": StaffMember.objects.within(scope).order_by("pk")[0].pk,
            "appointment_id": Appointment.objects.within(scope).order_by("pk")[0].pk,
        }


if __name__ == "__main__":
    from machikumo.site.setup import start_django

    start_django()
    sys.stdout.write("\n" + json.dumps(fill(), ensure_ascii=False) + "\n")
