"""Words about mappings: steps, proposals as lines, changes between two versions; Japanese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from machikumo.layouts.domain.definition import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from machikumo.definitions.domain.proposing.proposals import Proposals
    from machikumo.definitions.domain.relating.sheets import MappingSheet, MoveSheet
    from machikumo.layouts.domain.definition import Layout

Words = tuple[str, str]
KINDS: Mapping[str, Words] = {
    "copy": ("そのまま", "Copy"),
    "constant": ("固定値", "Constant"),
    "code_map": ("コード対応表", "Code map"),
    "lookup": ("読み替え表（既定値あり）", "Look-up with a default"),
    "era_to_iso": ("和暦 → 西暦日付", "Era to ISO date"),
    "iso_to_era": ("西暦日付 → 和暦", "ISO date to era"),
    "date_compact": ("20260401 → 2026-04-01", "Compact to ISO date"),
    "date_expand": ("2026-04-01 → 20260401", "ISO to compact date"),
    "join_name": ("氏と名をつなぐ", "Join two names"),
    "split_name": ("氏名を分ける", "Split a name"),
    "width_fold": ("全角・半角をそろえる", "Fold widths"),
    "pad": ("左を埋める", "Pad on the left"),
    "unpad": ("左の埋め字を取る", "Take off padding"),
    "strip": ("記号を取る", "Take a sign out"),
    "put_in": ("記号を入れる", "Put a sign in"),
    "gaiji_map": ("外字を置き換える", "Map 外字"),
}
LOSSY = frozenset({"constant", "lookup"})


def is_lossy(step: Mapping[str, Any], maps: Mapping[str, Any]) -> bool:
    """Whether what a step makes cannot be turned back; for a code map that depends on its pairs."""
    if step["kind"] == "code_map":
        targets = [target for _, target in maps.get(step.get("table", ""), ())]
        return len(set(targets)) != len(targets)
    return step["kind"] in LOSSY


def settings(step: Mapping[str, Any]) -> str:
    """The settings of a step as one short text."""
    return " ".join(f"{name}={value}" for name, value in step.items() if name not in {"kind", "invertible"})


def move_words(move: MoveSheet, source: Layout) -> Words:
    """A move's sources and steps in words."""
    names = "＋".join(source.by_key[key].name if key in source.by_key else key for key in move.source)
    made = [(*KINDS.get(step["kind"], (step["kind"],) * 2), settings(step)) for step in move.steps]
    japanese, english = (" → ".join(f"{one[at]}（{one[2]}）" if one[2] else one[at] for one in made) for at in (0, 1))
    return (f"{names}: {japanese}" if names else japanese, f"{names}: {english}" if names else english)


def lines_of(found: Proposals, source: Layout, target: Layout) -> Iterator[str]:
    """Proposals as lines for a terminal: score, source, target, steps, the reasons; then what stays open."""
    for one in found.moves:
        names = "+".join(f"{key}（{source.by_key[key].name}）" for key in one.source) or "―"
        targets = "+".join(f"{key}（{target.by_key[key].name}）" for key in one.target)
        kinds = " > ".join(" ".join([step["kind"], settings(step)]).strip() for step in one.steps)
        yield f"{one.score:.2f}\t{names}\t{targets}\t{kinds}\t{'、'.join(reason for reason, _ in one.reasons)}"
        for doubt in one.doubts:
            yield f"\t確かめてください: {doubt[0]} / {doubt[1]}"
    for key in found.open_sources:
        yield f"移行元で未対応 / open in the source\t{key}\t{source.by_key[key].name}"
    for key in found.open_targets:
        item = target.by_key[key]
        if item.requirement is Requirement.REQUIRED:
            yield f"必須なのに未対応 / required, open\t{key}\t{item.name}"


def changes_of(old: MappingSheet, new: MappingSheet, source: Layout, target: Layout) -> list[Words]:
    """What differs between two versions of a mapping, in the order of the target; then code maps and answers."""
    found: list[Words] = []
    for item in target.items:
        moves = [sheet.move_to(item.key) for sheet in (old, new)]
        if moves[0] != moves[1]:
            told = [move_words(move, source) if move else ("なし", "nothing") for move in moves]
            found.append((f"{item.name}: {told[0][0]} ⇒ {told[1][0]}", f"{item.name}: {told[0][1]} ⇒ {told[1][1]}"))
    for key in sorted({*old.maps, *new.maps}):
        before, after = (dict(sheet.maps.get(key, ())) for sheet in (old, new))
        for code in [*before, *(code for code in after if code not in before)]:
            was, now = before.get(code, "―"), after.get(code, "―")
            if was != now:
                found.append((f"対応表 {key}: {code} {was} ⇒ {now}", f"Code map {key}: {code} {was} ⇒ {now}"))
    for key in [one for one in source.keys if old.dropped.get(one) != new.dropped.get(one)]:
        name = source.by_key[key].name
        before_it, after_it = old.dropped.get(key) or "―", new.dropped.get(key) or "―"
        found.append((f"移さない項目 {name}: {before_it} ⇒ {after_it}", f"Left out {name}: {before_it} ⇒ {after_it}"))
    if old.head.gaiji != new.head.gaiji:
        found.append(
            (
                f"外字対応表: {old.head.gaiji or '―'} ⇒ {new.head.gaiji or '―'}",
                f"外字 map: {old.head.gaiji} ⇒ {new.head.gaiji}",
            )
        )
    return found
