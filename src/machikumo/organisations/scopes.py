"""From a signed-in account to a Scope: the role that the person holds today in this organisation, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from machikumo.kernel.errors import Forbidden
from machikumo.kernel.scope import Scope
from machikumo.kernel.tenancy.edge import visitor_scope
from machikumo.kernel.ui.language import t
from machikumo.organisations import queries, sessions
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.domain.appointments import chosen_role

if TYPE_CHECKING:
    from django.http import HttpRequest

    from machikumo.kernel.tenancy.models import Organisation
    from machikumo.organisations.models import Account

ROLES_IN_SESSION = "machikumo_roles"  # organisation code → role that the person chose
IDLE_IN_SESSION = "machikumo_idle_minutes"


class SecondFactorMissing(Forbidden):
    """A live organisation demands a second factor, and the account has none yet."""

    def __init__(self) -> None:
        super().__init__(
            "この団体では二要素認証が必要です。パスキーまたは認証アプリを設定してください。",
            "This organisation demands a second factor: set up a passkey or an authenticator app.",
        )


class FirstPasswordInUse(Forbidden):
    """The account still has the password that somebody else gave it."""

    def __init__(self) -> None:
        super().__init__(
            "初回パスワードのままです。自分だけが知るパスワードに変更してください。",
            "This is still the first password: choose one that only you know.",
        )


def staff_scope(request: HttpRequest, organisation: Organisation, purpose: str) -> Scope | None:
    """The scope of the signed-in person in this organisation today (Japan's day), or None when there is no role.

    Called inside the organisation's transaction, on every request: an appointment that ended yesterday opens nothing.
    Raises FirstPasswordInUse for an account whose password somebody else knows, and SecondFactorMissing in a live
    organisation for an account without one.
    """
    account: Account = request.user  # type: ignore[assignment]
    if account.is_demo and queries.live_organisation_exists():
        return None
    if not _answers_for(request, account, organisation.code):
        return None
    visitor = visitor_scope(organisation, purpose)
    held = roles_here(visitor, organisation, account)
    wanted = request.session.get(ROLES_IN_SESSION, {}).get(organisation.code, "")
    key = chosen_role(held, wanted)
    if not key:
        return None
    if account.first_password_until is not None:
        raise FirstPasswordInUse
    if not organisation.is_training and not _has_two_factors(request, account):
        raise SecondFactorMissing
    role = catalogue().role(key)
    _remember_idle_minutes(request, role.idle_minutes)
    scope = Scope(
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        person=account.person,
        role=key,
        purpose=purpose,
        permissions=role.narrowed_by(queries.permissions_taken_away(visitor, key)),
        training=organisation.is_training,
    )
    _tell_frame(request, scope, held)
    sessions.note_entry(request.session, scope)
    return scope


def roles_here(scope: Scope, organisation: Organisation, account: Account) -> list[str]:
    """The roles that the account holds here today and that this kind of organisation may give."""
    allowed = {role.key for role in catalogue().roles_of(organisation.kind)}
    return [key for key in queries.roles_held(scope, account.pk, timezone.localdate()) if key in allowed]


def _has_two_factors(request: HttpRequest, account: Account) -> bool:
    """A second factor of our own, or a sign-in through a provider that is known to ask for one."""
    if queries.has_second_factor(account):
        return True
    trusted = {app["provider_id"] for app in providers() if app["settings"].get("second_factor")}
    records = get_authentication_records(request, account)
    return any(record.get("method") == "socialaccount" and record.get("provider") in trusted for record in records)


def _answers_for(request: HttpRequest, account: Account, code: str) -> bool:
    """Whether every provider by which this session was opened may answer for people of that organisation."""
    allowed = {app["provider_id"]: app["settings"].get("organisations", ()) for app in providers()}
    records = get_authentication_records(request, account)
    asked = [record.get("provider") for record in records if record.get("method") == "socialaccount"]
    return all(code in allowed.get(provider, ()) for provider in asked)


def providers() -> list[dict[str, Any]]:
    """The OpenID Connect providers that staff may sign in with."""
    apps: list[dict[str, Any]] = dict(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"])["APPS"]
    return apps


def _tell_frame(request: HttpRequest, scope: Scope, held: list[str]) -> None:
    """What the page's frame shows of the person, read only when it is drawn."""
    title = catalogue().role(scope.role).title
    facts = {
        "role_title": t(title.ja, title.en),
        "roles_held": tuple(catalogue().role(key) for key in held),
        "person_name": SimpleLazyObject(lambda: queries.people_names(scope, [scope.person]).get(scope.person, "")),
    }
    for name, value in facts.items():
        setattr(request, name, value)


def _remember_idle_minutes(request: HttpRequest, minutes: int) -> None:
    """The shortest limit of all roles used in this session holds for the whole session."""
    known = request.session.get(IDLE_IN_SESSION)
    if known is None or minutes < known:
        request.session[IDLE_IN_SESSION] = minutes
