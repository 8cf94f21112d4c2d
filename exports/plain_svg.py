"""What pygal draws, as SVG that any page may hold: no script, no style sheet, no style attribute, no date.

A page with a strict content security policy blocks the style sheet and script that pygal writes into each chart, so the
look is set by presentation attributes here; tooltips and other things that move are left out.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import cycle
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring

from exports.picture import FONT_FAMILIES

NAMESPACE = "http://www.w3.org/2000/svg"
INK, FAINT = "#1f2933", "#e1e5ea"
TEXT_SIZE, TITLE_SIZE = 13, 16

VALUE_SIZE = 13

_KEPT = frozenset({"svg", "g", "rect", "text"})
_MOVING = frozenset({"tooltip-overlay", "tooltip", "overlay"})
_GEOMETRY = frozenset({"x", "y", "width", "height", "transform", "viewBox"})
_DIGITS = re.compile(r"-?\d+\.\d+")


def plain_svg(drawn: str, colours: Sequence[str]) -> str:
    """The chart that pygal rendered, in plain SVG; `colours` are those of the bars in turn.

    Every bar has its value beside it, so axes and guides are left out.
    """
    source = fromstring(drawn)
    root = Element("svg", {"xmlns": NAMESPACE, "role": "img", **_geometry(source), "font-family": FONT_FAMILIES})
    SubElement(root, "title").text = source.findtext(f"{{{NAMESPACE}}}title")
    paints = cycle(colours)
    for child in source:
        _copy(child, root, frozenset(), paints)
    return tostring(root, encoding="unicode")


def _copy(node: Element, parent: Element, around: frozenset[str], paints: Iterator[str]) -> None:
    """Copies a node and what is in it; `around` are the classes of everything that it stands in."""
    name = str(node.tag).rsplit("}", 1)[-1]
    own = frozenset(node.get("class", "").split())
    if name not in _KEPT or own & _MOVING:
        return
    place = around | own
    copied = SubElement(parent, name, _geometry(node) | _look(name, own, place, paints))
    copied.text = node.text if name == "text" else None
    for child in node:
        _copy(child, copied, place, paints)


def _geometry(node: Element) -> dict[str, str]:
    return {name: _DIGITS.sub(_rounded, value) for name, value in node.items() if name in _GEOMETRY}


def _rounded(number: re.Match[str]) -> str:
    """To a tenth of a pixel: what a processor's last digit may say does not matter then."""
    text = f"{float(number[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _look(name: str, own: frozenset[str], place: frozenset[str], paints: Iterator[str]) -> dict[str, str]:
    if name == "text":
        return _text_look(place)
    if name == "rect":
        return {"fill": "#ffffff" if "background" in own else next(paints)}
    return {}


def _text_look(place: frozenset[str]) -> dict[str, str]:
    horizontal = "horizontal" in place
    if "title" in place:
        return {"font-size": str(TITLE_SIZE), "font-weight": "bold", "text-anchor": "middle", "fill": INK}
    if "value" in place:
        return {"font-size": str(VALUE_SIZE), "text-anchor": "start" if horizontal else "middle", "fill": INK}
    return {"font-size": str(TEXT_SIZE), "text-anchor": "end" if horizontal else "middle", "fill": INK}
