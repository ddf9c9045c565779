"""Every tenant's table stands behind its wall: a policy and composite keys, made in a migration."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lints.source import Finding, Source

BASE, KEY, OPERATION = "TenantModel", "TenantForeignKey", "ProtectTenantTable"


@dataclass(frozen=True, slots=True)
class Model:
    """A model class where it is written."""

    source: Source
    node: ast.ClassDef

    @property
    def bases(self) -> set[str]:
        """Names of the classes that it derives from, without their modules."""
        return {ast.unparse(base).rpartition(".")[2] for base in self.node.bases}

    @property
    def is_abstract(self) -> bool:
        """Whether it has no table of its own."""
        metas = [inner for inner in self.node.body if isinstance(inner, ast.ClassDef) and inner.name == "Meta"]
        return any(ast.unparse(line) == "abstract = True" for meta in metas for line in meta.body)

    @property
    def room(self) -> str:
        """The folder of its app."""
        parts = self.source.path.parts
        end = parts.index("models") if "models" in parts else len(parts) - 1
        return "/".join(parts[:end])

    def fields(self, kind: str) -> dict[str, str]:
        """Its fields made by ``kind``, with the name of what each points at."""
        found = {}
        for line in self.node.body:
            call = getattr(line, "value", None)
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == kind and call.args:
                found[_assigned(line)] = ast.unparse(call.args[0]).strip("'\"").rpartition(".")[2]
        return found


def walls(files: Sequence[Source]) -> Iterator[Finding]:
    """Each table derived from TenantModel is named in a ProtectTenantTable, with every reference it holds."""
    tenants = tenant_models(files)
    names = {model.node.name for model in tenants}
    protections = protected(files)
    for model in tenants:
        if not model.is_abstract:
            yield from _behind_its_wall(model, protections)
        for field, target in model.fields("ForeignKey").items():
            if target in names:
                yield model.source.finding(model.node, f"{model.node.name}.{field}: use {KEY}, {target} is a tenant's")


def tenant_models(files: Sequence[Source]) -> list[Model]:
    """Models that derive from TenantModel, directly or through others."""
    models = _models(files)
    known, before = {BASE}, 0
    while len(known) != before:
        before = len(known)
        known |= {model.node.name for model in models if model.bases & known}
    return [model for model in models if model.bases & known and model.node.name != BASE]


def platform_models(files: Sequence[Source]) -> set[str]:
    """Names of the models that belong to no tenant."""
    return {model.node.name for model in _models(files)} - {model.node.name for model in tenant_models(files)}


def _models(files: Sequence[Source]) -> list[Model]:
    return [
        Model(source, node)
        for source in files
        if source.is_product and source.belongs_to("models")
        for node in source.tree.body
        if isinstance(node, ast.ClassDef)
    ]


def protected(files: Sequence[Source]) -> dict[tuple[str, str], set[str]]:
    """By app folder and lower-case model: the references that its ProtectTenantTable names."""
    found: dict[tuple[str, str], set[str]] = {}
    for source in files:
        if source.is_migration and source.is_python:
            room = "/".join(source.path.parts[: source.path.parts.index("migrations")])
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(OPERATION) and len(node.args) > 1:
                    model = ast.unparse(node.args[1]).strip("'\"").lower()
                    found.setdefault((room, model), set()).update(_references(node))
    return found


def _behind_its_wall(model: Model, protections: dict[tuple[str, str], set[str]]) -> Iterator[Finding]:
    name = model.node.name
    references = protections.get((model.room, name.lower()))
    if references is None:
        yield model.source.finding(model.node, f"{name}: no {OPERATION} in {model.room}/migrations")
        return
    for field in sorted(set(model.fields(KEY)) - references):
        yield model.source.finding(model.node, f"{name}.{field}: not among the references of its {OPERATION}")


def _references(call: ast.Call) -> set[str]:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "references"]
    return {
        key.value
        for value in given
        if isinstance(value, ast.Dict)
        for key in value.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _assigned(line: ast.stmt) -> str:
    targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", ast.Name(""))]
    return ast.unparse(targets[0])
