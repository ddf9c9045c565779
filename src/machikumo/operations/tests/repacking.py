"""Packages that were tampered with, and packages that were made anew around the same contents."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from machikumo.kernel.files.closing import ClosedWriter
from machikumo.operations.arriving.loading import Loaded, load
from machikumo.operations.domain.package import MANIFEST, SIGNATURE, Writer
from machikumo.operations.tests.leaving_town import scope_in
from machikumo.operations.tests.opening import PUBLIC, SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from machikumo.kernel.scope import Scope
    from machikumo.kernel.tenancy.models import Organisation

KEPT_FACTS = ("town", "tables", "organisations", "missing")


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tampered(content: bytes, change: Mapping[str, bytes | None]) -> bytes:
    """The archive with these members changed, added or (None) left out, and a manifest that knows nothing of it."""
    members = {**parts_of(content), **change}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            if data is not None:
                archive.writestr(name, data)
    return out.getvalue()


def made_anew(
    content: bytes,
    change: Mapping[str, bytes | None] | None = None,
    *,
    code: str = "",
    facts: Mapping[str, Any] | None = None,
    key: Ed25519PrivateKey | None = None,
    unsigned: bool = False,
) -> bytes:
    """A package with these changes, whole and signed, as only whoever has a key and the contents could make one."""
    parts = {**parts_of(content), **(change or {})}
    told = json.loads(parts[MANIFEST] or b"")
    signing = key or Ed25519PrivateKey.generate()
    out = io.BytesIO()
    public = signing.public_key().public_bytes_raw()
    sign: Callable[[bytes], bytes] | None = None if unsigned else signing.sign
    writer = Writer(
        out, organisation=code or told["organisation"], made_at=told["made_at"], public_key=public, sign=sign
    )
    rows = {part["name"]: part["rows"] for part in told["parts"]}
    with writer:
        for name, data in parts.items():
            if name in {MANIFEST, SIGNATURE} or data is None:
                continue
            lines = data.splitlines(keepends=True)
            writer.add(name, lines) if rows.get(name, 0) == len(lines) else writer.add_file(name, [data])
        writer.tell(**({name: told[name] for name in KEPT_FACTS} | dict(facts or {})))
        writer.close()
    return out.getvalue()


def closed(content: bytes) -> io.BytesIO:
    """Closed for the key of the tests."""
    out = io.BytesIO()
    with ClosedWriter(out, PUBLIC) as writer:
        writer.write(content)
    out.seek(0)
    return out


def load_here(content: bytes, *, signer: str = "", key: str = SECRET) -> Loaded:
    """Load it into this installation with every right."""
    return load(closed(content), key, scope_in=rights, signer=signer, say=lambda _ja, _en: None)


def rights(town: Organisation) -> Scope:
    return scope_in(town)
