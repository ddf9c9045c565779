"""``{% load ui %}``: every tag and filter of the design system; what they do is in ``parts``."""

from __future__ import annotations

from django import template

from machikumo.kernel.ui.parts import blocks, fields, frame, lists, words

register = template.Library()

for tag in (
    *(words.t, words.icon, words.chip, words.wareki),
    *(blocks.print_button, blocks.stat),
    *(lists.datatable, lists.crumb, lists.steps, lists.progress),
    *(fields.field, fields.fields, fields.filter_form, fields.error_summary),
):
    register.simple_tag(tag)

for tag_in_context in (
    *(lists.pagination, lists.tabs, lists.search_box),
    *(frame.stylesheet, frame.scripts, frame.sections, frame.navigation, frame.language_switch),
):
    register.simple_tag(tag_in_context, takes_context=True)

for block in (
    *(words.capture, blocks.button, blocks.notice, blocks.emergency, blocks.empty, blocks.card, blocks.panel),
    *(blocks.disclosure, blocks.facts, blocks.fact, blocks.stats, blocks.timeline, blocks.event),
):
    register.simple_block_tag(block)

for block_in_context in (blocks.confirm, lists.breadcrumbs):
    register.simple_block_tag(block_in_context, takes_context=True)

register.filter("number", words.number)
register.filter("jst", words.jst)
register.filter("words", words.words_of)
register.filter("drawn", words.drawn)
