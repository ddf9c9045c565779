"""Marks on paper: two-dimensional codes as SVG."""

from __future__ import annotations

import io


def qr_svg(text: str) -> str:
    """A QR code of the text with medium error correction, without the quiet border (the template leaves it)."""
    import segno

    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue().decode("utf-8")
