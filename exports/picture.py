"""SVG to PNG with the Chinese font that comes with the product: the same picture, byte by byte, on every machine."""

from functools import cache

FONT = "Noto Sans SC"
"""Family that every text of a picture asks for first; pages fall back to the reader's own sans-serif."""

FONT_FAMILIES = f"{FONT}, sans-serif"


def png(svg: str, *, zoom: float = 1.0) -> bytes:
    """The picture of an SVG text on white; `zoom` multiplies its size in pixels. No font of the system is used."""
    import resvg_py  # noqa: PLC0415 - needed for pictures only

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            background="#ffffff",
            skip_system_fonts=True,
            zoom=zoom,
            font_files=[_font_file()],
            font_family=FONT,
            sans_serif_family=FONT,
        )
    )


@cache
def _font_file() -> str:
    from pylopdf_fonts_zh_cn import sans_path  # noqa: PLC0415

    return str(sans_path())
