"""People who come along with a town from another installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from machikumo.kernel import ledger
from machikumo.organisations.leaving import PART
from machikumo.organisations.models import Account, StaffMember, Workplace

if TYPE_CHECKING:
    from machikumo.kernel.scope import Scope

MOST_NAMES = 1_000


@ledger.action(permission="operations.load")
def take_accounts(scope: Scope, *, arrival: Any) -> int:
    """An account here for each of them, without a password; whoever works here already keeps the one that he has.

    A sign-in name that somebody has here gets the town's code behind it: never another person's account.
    """
    here = StaffMember.objects.within(scope).filter(account__isnull=False)
    known = dict(here.values_list("employee_number", "account_id"))
    made = 0
    for line in arrival.lines(PART):
        row = json.loads(line)
        account_id = known.get(row["employee_number"])
        if account_id is None:
            account_id, made = _account(scope, row).pk, made + 1
        arrival.remember("organisations_account", {row["account"]: account_id})
    ledger.record(scope, event="accounts.taken_over", ground="exit_package", details={"count": made})
    return made


def _account(scope: Scope, row: dict[str, Any]) -> Account:
    account = Account(
        username=_free_name(row["username"], scope.organisation_code),
        email=row["email"],
        is_active=row["works"],
        is_demo=row["is_demo"] and scope.training,
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    if account.is_active:
        Workplace.objects.create(account=account, organisation_id=scope.organisation_id)
    return account


def _free_name(wanted: str, code: str) -> str:
    names = [wanted, f"{wanted}.{code}", *(f"{wanted}.{code}.{number}" for number in range(2, MOST_NAMES))]
    taken = set(Account.objects.filter(username__in=names).values_list("username", flat=True))
    return next(name for name in names if name not in taken)
