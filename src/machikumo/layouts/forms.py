"""Handing over an old vendor's file."""

from __future__ import annotations

from typing import Any

from django import forms

from machikumo.kernel.ui.forms import PlainForm
from machikumo.kernel.ui.language import t
from machikumo.kernel.ui.recipients import RecipientField
from machikumo.layouts.queries.catalogue import shipped


def mapping_choices() -> list[tuple[str, Any]]:
    """The mappings that there are, by the names of their old systems."""
    catalogue = shipped()
    found = (catalogue.mapping(key) for key in catalogue.mapping_keys)
    return [(mapping.key, t(mapping.name, mapping.name_en)) for mapping in found]


class ExportForm(PlainForm):
    """In which layout the register goes out, and who may open the file."""

    mapping = forms.ChoiceField(label=t("書き出す様式", "Layout"), choices=mapping_choices)
    recipient = RecipientField()


class HandOverForm(PlainForm):
    """The file as the old vendor wrote it, and which system it came from."""

    mapping = forms.ChoiceField(label=t("旧システムと変換定義", "Old system and mapping"), choices=mapping_choices)
    file = forms.FileField(
        label=t("旧システムのファイル", "File of the old system"),
        help_text=t(
            "受け取ったままのファイルを選んでください。Excelなどで開いて保存し直すと、桁や文字が変わることがあります。",
            "Please choose the file as received. Saving it again in Excel may change digits and characters.",
        ),
    )
