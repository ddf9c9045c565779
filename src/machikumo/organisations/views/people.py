"""People and roles of an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.approvals import queries as approvals
from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import Column, Table, chip, link, page_of
from machikumo.organisations import passwords, queries
from machikumo.organisations.actions import bodies, granting
from machikumo.organisations.actions import people as actions
from machikumo.organisations.catalogue import catalogue
from machikumo.organisations.forms import (
    AppearanceForm,
    AppointForm,
    ChangeStaffForm,
    EndForm,
    FindPeopleForm,
    SectionForm,
    StaffForm,
    StandInForm,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from machikumo.kernel.scope import Scope
    from machikumo.organisations.domain.roles import Role
    from machikumo.organisations.models import Appointment, StaffMember

GET_AND_POST = ["GET", "POST"]
ASKED = t(
    "この役割は二人で決めます。承認を依頼しました。ほかの人が承認すると有効になります。",
    "Two people give this role. It was sent for approval and holds once somebody else has approved it.",
)


@require_GET
@work_page("organisations.view_people", purpose="administration")
def people(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Who works here, with the roles held today."""
    form = FindPeopleForm(request.GET, sections=queries.sections_of(scope))
    asked = form.cleaned_data if form.is_valid() else {}
    found = queries.people_of(scope, words=asked.get("q", ""), section_id=_number(asked.get("section")))
    page = page_of(request, found, size=50)
    roles = queries.roles_of_people(scope, [person.pk for person in page], timezone.localdate())

    def to_person(person: StaffMember) -> Any:
        return link(person.name, reverse("organisations:person", args=[scope.organisation_code, person.pk]))

    columns = (
        Column("employee_number", t("職員番号", "Number"), kind="code"),
        Column("name", t("氏名", "Name"), heading=True, cell=to_person),
        Column("section", t("所属", "Section"), cell=lambda person: person.section or ""),
        Column("roles", t("役割", "Roles"), cell=lambda person: "、".join(role_words(key) for key in roles[person.pk])),
        Column("is_active", t("状態", "State"), cell=_state),
    )
    table = Table(columns, page, caption=t("職員", "People"), query=request.GET, total=page.paginator.count)
    return render(request, "organisations/people.html", {"form": form, "page": page, "table": table})


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_people", purpose="administration")
def add_person(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Somebody new."""
    form = StaffForm(request.POST or None, sections=queries.sections_of(scope))
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        facts["section_id"] = _number(facts.pop("section"))
        staff = _try(form, lambda: actions.add_staff(scope, **facts))
        if staff is not None:
            messages.success(request, t("登録しました。次に役割を任命してください。", "Added. Now appoint to a role."))
            return redirect("organisations:person", scope.organisation_code, staff.pk)
    return render(request, "organisations/form.html", {"form": form, "title": t("職員を登録する", "Add a person")})


@require_http_methods(GET_AND_POST)
@work_page("organisations.view_people", purpose="administration")
def person(request: HttpRequest, scope: Scope, staff_id: int) -> HttpResponse:
    """One person: every appointment, and a form for a new one."""
    staff = queries.staff_member(scope, staff_id)
    sections = queries.sections_of(scope)
    kind = request.organisation.kind  # type: ignore[attr-defined]  # set by the edge
    form = AppointForm(request.POST or None, kind=kind, sections=sections, initial={"section": staff.section_id})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        facts["section_id"] = _number(facts.pop("section"))
        done = _try(form, lambda: granting.grant(scope, staff_id=staff.pk, **facts))
        if done is not None:
            tell_granted(request, done, t("任命しました。", "Appointed."))
            return redirect("organisations:person", scope.organisation_code, staff.pk)
    rows = [(row, role_words(row.role), state_of(row)) for row in queries.appointments_of(scope, staff)]
    return render(request, "organisations/person.html", {"staff": staff, "rows": rows, "form": form})


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_people", purpose="administration")
def change_person(request: HttpRequest, scope: Scope, staff_id: int) -> HttpResponse:
    """Correct a name or a section, or say that the person has left."""
    staff = queries.staff_member(scope, staff_id)
    known = {"name": staff.name, "kana": staff.kana, "section": staff.section_id}
    initial = known | {"is_active": "yes" if staff.is_active else "no"}
    form = ChangeStaffForm(request.POST or None, sections=queries.sections_of(scope), initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        facts["section_id"] = _number(facts.pop("section"))
        if _try(form, lambda: actions.change_staff(scope, staff_id=staff.pk, **facts)) is not None:
            messages.success(request, t("変更しました。", "Changed."))
            return redirect("organisations:person", scope.organisation_code, staff.pk)
    title = t(f"{staff.name}さんの情報を変更する", f"Change what is known of {staff.name}")
    return render(request, "organisations/form.html", {"form": form, "title": title})


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_people", purpose="administration")
def first_password(request: HttpRequest, scope: Scope, staff_id: int) -> HttpResponse:
    """Give a first password: shown once, on this answer only."""
    staff = queries.staff_member(scope, staff_id)
    facts: dict[str, Any] = {"staff": staff}
    if request.method == "POST":
        password = passwords.first_password()
        try:
            account = actions.set_first_password(scope, staff_id=staff.pk, password=password)
        except MachikumoError as error:
            messages.error(request, words(error))
            return redirect("organisations:person", scope.organisation_code, staff.pk)
        facts |= {"password": password, "until": account.first_password_until}
    return render(request, "organisations/first_password.html", facts)


@require_http_methods(GET_AND_POST)
@work_page("organisations.settings", purpose="administration")
def appearance(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The colour and the English name by which the organisation's pages are known."""
    here = request.organisation  # type: ignore[attr-defined]  # set by the edge
    form = AppearanceForm(request.POST or None, initial={"colour": here.colour, "name_en": here.name_en})
    valid = request.method == "POST" and form.is_valid()
    if valid and _try(form, lambda: bodies.change_appearance(scope, **form.cleaned_data)) is not None:
        messages.success(request, t("変更しました。", "Changed."))
        return redirect("organisations:appearance", scope.organisation_code)
    title = t("団体の見た目", "How the organisation looks")
    return render(request, "organisations/form.html", {"form": form, "title": title})


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_people", purpose="administration")
def end_role(request: HttpRequest, scope: Scope, appointment_id: int) -> HttpResponse:
    """Let an appointment end."""
    row = queries.appointment(scope, appointment_id)
    form = EndForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        done = _try(form, lambda: actions.end_appointment(scope, appointment_id=row.pk, **form.cleaned_data))
        if done is not None:
            messages.success(request, t("終了日を登録しました。", "The last day is noted."))
            return redirect("organisations:person", scope.organisation_code, row.staff_member_id)
    title = t(
        f"{row.staff_member.name}さんの「{catalogue().role(row.role).title.ja}」を終了する",
        f"End {row.staff_member.name}'s role as {catalogue().role(row.role).title.en}",
    )
    return render(request, "organisations/form.html", {"form": form, "title": title})


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_people", purpose="administration")
def stand_in(request: HttpRequest, scope: Scope, appointment_id: int) -> HttpResponse:
    """Let somebody stand in."""
    row = queries.appointment(scope, appointment_id)
    others = queries.people_of(scope).filter(is_active=True).exclude(pk=row.staff_member_id)
    form = StandInForm(request.POST or None, people=others)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        facts["staff_id"] = int(facts.pop("staff"))
        done = _try(form, lambda: granting.grant_stand_in(scope, appointment_id=row.pk, **facts))
        if done is not None:
            tell_granted(request, done, t("代理を登録しました。", "The stand-in is noted."))
            return redirect("organisations:person", scope.organisation_code, row.staff_member_id)
    title = t(f"{row.staff_member.name}さんの代理", f"Stand-in for {row.staff_member.name}")
    return render(request, "organisations/form.html", {"form": form, "title": title})


@require_GET
@work_page("organisations.view_people", purpose="administration")
def roles(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Every role that this kind of organisation gives, and how much of each the town took away."""
    taken = _taken(scope)

    def to_role(role: Role) -> Any:
        return link(role_words(role.key), reverse("organisations:role", args=[scope.organisation_code, role.key]))

    columns = (
        Column("key", t("役割", "Role"), heading=True, cell=to_role),
        Column("permissions", t("権限", "Permissions"), kind="number", cell=lambda role: len(role.permissions)),
        Column("taken", t("外した権限", "Taken away"), kind="number", cell=lambda role: len(taken.get(role.key, ()))),
        Column("idle_minutes", t("サインアウトまでの分", "Idle minutes"), kind="number"),
    )
    given = catalogue().roles_of(request.organisation.kind)  # type: ignore[attr-defined]  # set by the edge
    pairs = [(role_words(pair.first), role_words(pair.second), pair.reason) for pair in catalogue().incompatible]
    table = Table(columns, given, caption=t("役割", "Roles"))
    return render(request, "organisations/roles.html", {"table": table, "pairs": pairs})


@require_GET
@work_page("organisations.view_people", purpose="administration")
def role(request: HttpRequest, scope: Scope, key: str) -> HttpResponse:
    """One role: each permission, and whether this organisation took it away."""
    shown = catalogue().role_for(key, request.organisation.kind)  # type: ignore[attr-defined]  # set by the edge
    taken = _taken(scope).get(key, set())
    titles = catalogue().permissions
    rows = [(name, titles[name], name in taken) for name in sorted(shown.permissions)]
    return render(request, "organisations/role.html", {"role": shown, "rows": rows})


@require_POST
@work_page("organisations.narrow_roles", purpose="administration")
def narrow(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Take a permission away from a role, or give it back."""
    key, permission = request.POST.get("role", ""), request.POST.get("permission", "")
    if request.POST.get("do") == "restore":
        actions.restore_role(scope, role=key, permission=permission)
        messages.success(request, t("権限を戻しました。", "The permission is back."))
    else:
        actions.narrow_role(scope, role=key, permission=permission, reason=request.POST.get("reason", "")[:200])
        messages.success(
            request, t("権限を外しました。次の操作から有効です。", "Taken away, from the next request on.")
        )
    return redirect("organisations:role", scope.organisation_code, key)


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_people", purpose="administration")
def sections(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The sections, and a form for one more."""
    form = SectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_section(scope, **form.cleaned_data)
        messages.success(request, t("所属を登録しました。", "The section is saved."))
        return redirect("organisations:sections", scope.organisation_code)
    return render(request, "organisations/sections.html", {"form": form, "sections": queries.sections_of(scope)})


def role_words(key: str) -> str:
    """The role's title in the reader's language; the key itself when the file no longer knows it."""
    known = catalogue().roles.get(key)
    return words((known.title.ja, known.title.en)) if known else key


def state_of(row: Appointment) -> str:
    """Whether an appointment is to come, in force or over today: ``future``, ``now`` or ``past``."""
    today = timezone.localdate()
    if row.starts_on > today:
        return "future"
    return "past" if row.ends_on is not None and row.ends_on < today else "now"


def _taken(scope: Scope) -> dict[str, set[str]]:
    """What this organisation took away, by role."""
    taken: dict[str, set[str]] = {}
    for row in queries.narrowings(scope):
        taken.setdefault(row.role, set()).add(row.permission)
    return taken


def _state(staff: StaffMember) -> Any:
    if staff.is_active:
        return chip("在職", "Here", kind="success")
    return chip("退職", "Left")


def _number(text: Any) -> int | None:
    return int(text) if text and str(text).isdigit() else None


def tell_granted(request: HttpRequest, done: Any, said: Any) -> None:
    """Say that it is done, or that it waits for another person."""
    if approvals.is_request(done):
        messages.info(request, ASKED)
    else:
        messages.success(request, said)


def _try(form: Any, act: Any) -> Any:
    """What the action gives; None with its refusal shown above the form."""
    try:
        return act()
    except MachikumoError as error:
        form.add_error(None, words(error))
        return None
