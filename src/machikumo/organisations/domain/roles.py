"""Roles as data: titles, permission sets, and what a town has taken away from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machikumo.kernel.errors import Refusal
from machikumo.organisations.domain.errors import RoleNotHere, UnknownRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MANAGES_PEOPLE = "organisations.manage_people"
UNNAMED = ("この操作", "this work")


class CatalogueFault(ValueError):
    """The file of roles contradicts itself: a fault of whoever edited it, found at start."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role; ``works_here`` is False for residents and machines, which no appointment gives."""

    key: str
    title: Title
    kinds: frozenset[str]
    permissions: frozenset[str]
    idle_minutes: int
    works_here: bool = True
    two_people: bool = False  # one asks for it and another approves
    protected: frozenset[str] = frozenset()  # of its permissions, those that no town takes away

    def narrowed_by(self, taken_away: Iterable[str]) -> frozenset[str]:
        """The permissions left when the town has taken some away: it never adds one, nor takes a protected one."""
        return self.permissions - (frozenset(taken_away) - self.protected)


@dataclass(frozen=True, slots=True)
class IncompatiblePair:
    """Two roles that one person may not hold in one organisation at the same time."""

    first: str
    second: str
    reason: Title

    def joins(self, one: str, other: str) -> bool:
        """Whether these two roles are this pair, in either order."""
        return {one, other} == {self.first, self.second}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every role and permission that the platform knows."""

    edition: str
    permissions: Mapping[str, Title]
    roles: Mapping[str, Role]
    incompatible: tuple[IncompatiblePair, ...]

    def role(self, key: str) -> Role:
        """The role of that key; UnknownRole otherwise."""
        try:
            return self.roles[key]
        except KeyError:
            raise UnknownRole(key) from None

    def key_of(self, words: str) -> str:
        """The key of the role with that Japanese title; the words themselves when they are no title."""
        return next((role.key for role in self.roles.values() if role.title.ja == words), words)

    def role_for(self, key: str, kind: str) -> Role:
        """The role, when an organisation of that kind may give it to somebody; RoleNotHere otherwise."""
        role = self.role(key)
        if kind not in role.kinds or not role.works_here:
            raise RoleNotHere(
                f"役割「{role.title.ja}」はこの種類の団体では任命できません。",
                f"The role '{role.title.en}' cannot be given in this kind of organisation.",
            )
        return role

    def roles_of(self, kind: str) -> tuple[Role, ...]:
        """The roles that an organisation of that kind may give, in the order of the file."""
        return tuple(role for role in self.roles.values() if kind in role.kinds and role.works_here)

    def refusal_of(self, permissions: Sequence[str], role: str) -> Refusal:
        """What somebody in that role reads who holds none of the permissions; roles of the same kind of body first."""
        mine = self.roles.get(role)
        here = [one for one in self.roles.values() if one.works_here and (not mine or one.kinds & mine.kinds)]
        able = [one for one in here if one.permissions & set(permissions)]
        able = able or [one for one in self.roles.values() if one.permissions & set(permissions)]
        acts = [self.permissions[key] for key in permissions if key in self.permissions]
        return Refusal(
            act=("」または「".join(act.ja for act in acts), " / ".join(act.en for act in acts)) if acts else UNNAMED,
            roles=tuple((one.title.ja, one.title.en) for one in able if one.key != role),
            ask=tuple((one.title.ja, one.title.en) for one in here if MANAGES_PEOPLE in one.permissions),
            taken_away=mine in able,
        )


def catalogue_from(data: Mapping[str, Any]) -> Catalogue:
    """The catalogue read from the parsed file; CatalogueFault names what does not fit.

    Source: data/roles/roles.toml.
    """
    permissions = {key: _title(titles) for key, titles in data["permissions"].items()}
    grave = frozenset(data.get("two_people", ()))
    protected = frozenset(data.get("protected", ()))
    roles = {key: _role(key, facts, grave, protected) for key, facts in data["roles"].items()}
    pairs = tuple(_pair(facts) for facts in data.get("incompatible", ()))
    if grave - permissions.keys():
        raise CatalogueFault(f"two_people names unknown permissions: {', '.join(sorted(grave - permissions.keys()))}")
    if protected - permissions.keys():
        raise CatalogueFault(
            f"protected names unknown permissions: {', '.join(sorted(protected - permissions.keys()))}"
        )
    for role in roles.values():
        unknown = role.permissions - permissions.keys()
        if unknown:
            raise CatalogueFault(f"role {role.key} names unknown permissions: {', '.join(sorted(unknown))}")
    for pair in pairs:
        if pair.first == pair.second or not {pair.first, pair.second} <= roles.keys():
            raise CatalogueFault(f"incompatible pair {pair.first} / {pair.second} does not name two roles")
    return Catalogue(data["edition"], permissions, roles, pairs)


def _title(titles: Any) -> Title:
    ja, en = titles
    return Title(ja, en)


def _role(key: str, facts: Mapping[str, Any], grave: frozenset[str], protected: frozenset[str]) -> Role:
    return Role(
        key=key,
        title=_title(facts["title"]),
        kinds=frozenset(facts["kinds"]),
        permissions=frozenset(facts["permissions"]),
        idle_minutes=facts["idle_minutes"],
        works_here=facts.get("works_here", True),
        two_people=not grave.isdisjoint(facts["permissions"]),
        protected=protected & frozenset(facts["permissions"]),
    )


def _pair(facts: Mapping[str, Any]) -> IncompatiblePair:
    return IncompatiblePair(facts["first"], facts["second"], _title(facts["reason"]))
