"""Personnel changes from a file, the yearly access review, and the group's members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from machikumo.kernel.errors import MachikumoError
from machikumo.kernel.tasks.people import names_of
from machikumo.kernel.tenancy.edge import work_page
from machikumo.kernel.tenancy.models import OrganisationKind
from machikumo.kernel.ui.language import t, words
from machikumo.kernel.ui.tables import page_of
from machikumo.organisations import queries
from machikumo.organisations.actions import bodies, granting, reviews, transfers
from machikumo.organisations.domain.transfer_file import HEADER
from machikumo.organisations.forms import EndForm, MemberForm, TransferForm
from machikumo.organisations.queries import previews
from machikumo.organisations.views.people import GET_AND_POST, role_words, tell_granted

if TYPE_CHECKING:
    from django.http import HttpRequest

    from machikumo.kernel.scope import Scope

SAMPLE = (
    "1001,,,異動,窓口担当,110,2026-04-01,,1002,\r\n"
    "1003,新人　ひかり,シンジン　ヒカリ,採用,窓口担当,110,令和8年4月1日,,,\r\n"
    "1004,,,退職,,,2026-03-31,,1002,定年\r\n"
)


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_people", purpose="administration")
def transfer_list(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The files so far, and a form for the next one."""
    form = TransferForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = transfers.upload(scope, file_name=file.name, data=file.read())
        except MachikumoError as error:
            form.add_error("file", words(error))
        else:
            return redirect("organisations:transfer", scope.organisation_code, batch.pk)
    facts = {"form": form, "page": page_of(request, queries.transfer_batches(scope), size=20), "columns": list(HEADER)}
    return render(request, "organisations/transfers.html", facts)


@require_GET
@work_page("organisations.manage_people", purpose="administration")
def transfer_sample(_request: HttpRequest, _scope: Scope) -> HttpResponse:
    """A file to begin with: the header and three lines."""
    text = ",".join(HEADER) + "\r\n" + SAMPLE
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="transfers.csv"'
    return response


@require_GET
@work_page("organisations.manage_people", purpose="administration")
def transfer(request: HttpRequest, scope: Scope, batch_id: int) -> HttpResponse:
    """What each line would do, or what is wrong with it; while it waits, as things stand now."""
    batch = queries.transfer_batch(scope, batch_id)
    lines = previews.preview(scope, batch) if batch.state == "previewed" else []
    facts = {
        "batch": batch,
        "lines": [(line, role_words(line.change.role) if line.change else "") for line in lines],
        "problems": sum(bool(line.problems) for line in lines),
    }
    return render(request, "organisations/transfer.html", facts)


@require_POST
@work_page("organisations.manage_people", purpose="administration")
def apply_transfer(request: HttpRequest, scope: Scope, batch_id: int) -> HttpResponse:
    """Apply the file, or put it aside."""
    try:
        if request.POST.get("do") == "withdraw":
            transfers.withdraw(scope, batch_id=batch_id)
            messages.success(request, t("取りやめました。", "Put aside."))
        else:
            done = granting.apply_file(scope, batch_id=batch_id)
            tell_granted(
                request, done, t("反映しました。役割は発令日から変わります。", "Applied: roles change on their days.")
            )
    except MachikumoError as error:
        messages.error(request, words(error))
    return redirect("organisations:transfer", scope.organisation_code, batch_id)


@require_POST
@work_page("organisations.manage_people", purpose="administration")
def hand_over(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Hand over the open work of those whose day has come."""
    done = transfers.hand_over_due(scope)
    told = (
        f"発令日が来た{done.people}人を確かめ、担当の仕事{done.things}件を引き継ぎました。",
        f"The day of {done.people} people had come; {done.things} things of theirs were handed over.",
    )
    rest = (
        "役割に届く仕事は、後任がその役割でそのまま続けます。",
        "Work that comes to a role stays with the role: the successor goes on with it there.",
    )
    messages.success(request, t(f"{told[0]}{rest[0]}", f"{told[1]} {rest[1]}"))
    return redirect("organisations:transfers", scope.organisation_code)


@require_http_methods(GET_AND_POST)
@work_page("organisations.view_people", purpose="administration")
def review_list(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The yearly reviews; who manages people opens those of this year."""
    if request.method == "POST":
        count = reviews.open_reviews(scope)
        messages.success(request, t(f"{count}課の点検を始めました。", f"{count} reviews were opened."))
        return redirect("organisations:reviews", scope.organisation_code)
    page = page_of(request, queries.reviews(scope), size=50)
    return render(request, "organisations/reviews.html", {"page": page, "today": timezone.localdate()})


@require_http_methods(GET_AND_POST)
@work_page("organisations.review_access", purpose="administration")
def review(request: HttpRequest, scope: Scope, review_id: int) -> HttpResponse:
    """Answer for each role of the section, and sign."""
    found = queries.review(scope, review_id)
    if request.method == "POST":
        chosen = {
            int(key.removeprefix("line-")): str(value)
            for key, value in request.POST.items()
            if key.startswith("line-") and key.removeprefix("line-").isdigit()
        }
        try:
            reviews.answer(scope, review_id=found.pk, decisions=chosen)
            if request.POST.get("do") == "sign":
                reviews.sign(scope, review_id=found.pk)
            messages.success(request, t("保存しました。", "Saved."))
        except MachikumoError as error:
            messages.error(request, words(error))
        return redirect("organisations:review", scope.organisation_code, found.pk)
    lines = [
        (line, role_words(line.appointment.role), _is_own(line.appointment.staff_member.account_id, scope))
        for line in queries.review_lines(scope, found)
    ]
    facts = {"review": found, "lines": lines, "signed_by": names_of(scope, [found.signed_by])[found.signed_by]}
    return render(request, "organisations/review.html", facts)


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_group", purpose="administration")
def group(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The members of the group, ended ones too, and a form for the next to join."""
    if request.organisation.kind != OrganisationKind.GROUP:  # type: ignore[attr-defined]  # set by the edge
        raise Http404
    form = MemberForm(request.POST or None, initial={"joined_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            bodies.join_group(scope, **form.cleaned_data)
        except MachikumoError as error:
            form.add_error("member", words(error))
        else:
            messages.success(request, t("参加を登録しました。", "The member has joined."))
            return redirect("organisations:group", scope.organisation_code)
    return render(request, "organisations/group.html", {"form": form, "members": queries.memberships(scope)})


@require_http_methods(GET_AND_POST)
@work_page("organisations.manage_group", purpose="administration")
def leave(request: HttpRequest, scope: Scope, member: str) -> HttpResponse:
    """Let a member leave on a day; its own data stays its own."""
    form = EndForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            bodies.leave_group(scope, member=member, left_on=facts["ends_on"], reason=facts["reason"])
        except MachikumoError as error:
            form.add_error("ends_on", words(error))
        else:
            messages.success(request, t("脱退を登録しました。", "The member leaves on that day."))
            return redirect("organisations:group", scope.organisation_code)
    body = queries.organisation(member)
    title = t(f"{body.name}の脱退", f"{body.name_en or body.name} leaves the group")
    return render(request, "organisations/form.html", {"form": form, "title": title})


def _is_own(account_id: int | None, scope: Scope) -> bool:
    return account_id is not None and account_id == queries.account_of(scope.person)
