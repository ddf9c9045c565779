"""Form fields, all of them, and the summary of what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from machikumo.kernel.ui.parts.rendering import part
from machikumo.kernel.ui.widgets import EraDateWidget

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.utils.safestring import SafeString

WIDTHS = {"": "", "full": "", "medium": " mk-input--medium", "short": " mk-input--short"}


def kind_of(bound: BoundField) -> str:
    """How the field is drawn: hidden, date, choices, check, file, long or line."""
    widget = bound.field.widget
    kinds: tuple[tuple[Any, str], ...] = (
        (EraDateWidget, "date"),
        ((forms.RadioSelect, forms.CheckboxSelectMultiple), "choices"),
        (forms.CheckboxInput, "check"),
        (forms.FileInput, "file"),
        (forms.Textarea, "long"),
    )
    if widget.is_hidden:
        return "hidden"
    return next((kind for classes, kind in kinds if isinstance(widget, classes)), "line")


def first_input(bound: BoundField) -> str:
    """The id of the input that a link to the field must reach."""
    suffix = "_0" if kind_of(bound) in ("choices", "date") else ""
    return f"{bound.auto_id}{suffix}"


def field(bound: BoundField, width: str = "", *, row: bool = False, grow: bool = False) -> SafeString:
    """A form field with all that belongs to it; ``width`` short, medium or full; ``row`` lays choices side by side."""
    kind = kind_of(bound)
    attributes = _attributes(bound, kind, width)
    return part(
        "field",
        field=bound,
        kind=kind,
        row=row,
        grow=grow,
        input=bound.as_widget(attrs=attributes),
        choices=_choices(bound) if kind == "choices" else (),
        described=attributes.get("aria-describedby", ""),
        asks=getattr(bound.form, "tells_need", True),
        longest=getattr(bound.field, "max_length", None) if kind == "long" else None,
    )


def _attributes(bound: BoundField, kind: str, width: str) -> dict[str, Any]:
    about = [f"{bound.auto_id}_help"] if bound.help_text else []
    about += [f"{bound.auto_id}_error"] if bound.errors else []
    attributes: dict[str, Any] = {"aria-describedby": " ".join(about)} if about else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if kind in ("line", "long"):
        attributes["class"] = f"mk-input{WIDTHS[width]}"
    return attributes


def _choices(bound: BoundField) -> list[Any]:
    return [
        choice.data | {"checked": choice.data["selected"]} for choice in bound.subwidgets if choice.data["value"] != ""
    ]


def fields(form: forms.BaseForm) -> SafeString:
    """All fields of the form, in order, hidden ones at the end."""
    shown = [field(bound) for bound in form.visible_fields()]
    return part("fields", fields=shown, hidden=form.hidden_fields())


def filter_form(form: forms.BaseForm, action: str = "") -> SafeString:
    """A GET form as a bar above a list: the fields, a button to narrow and a link to show all."""
    visible = form.visible_fields()
    shown = [field(bound, grow=place == 0) for place, bound in enumerate(visible)]
    return part("filter_form", fields=shown, hidden=form.hidden_fields(), action=action, narrowed=_is_narrowed(form))


def _is_narrowed(form: forms.BaseForm) -> bool:
    return form.is_bound and any(bound.data for bound in form.visible_fields())


def error_summary(form: forms.BaseForm) -> SafeString | str:
    """What is wrong in the form, each line a link to its field; nothing when all is right."""
    if not form.errors:
        return ""
    wrong = [(first_input(bound), bound.label, error) for bound in form.visible_fields() for error in bound.errors]
    general = [*form.non_field_errors(), *(error for bound in form.hidden_fields() for error in bound.errors)]
    return part("error_summary", wrong=wrong, general=general, total=len(wrong) + len(general))
