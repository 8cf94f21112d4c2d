"""docs/licences.md: whose work the product builds on, and under which terms."""

from collections.abc import Sequence
from itertools import groupby

from packaging.utils import canonicalize_name

from supply.components import Component

COPYLEFT = ("AGPL", "GPL", "Affero", "General Public", "SSPL", "EUPL")
"""Words of licences whose terms reach further than the component: a release names them, people decide."""
_WEAK = ("LGPL", "Lesser", "MPL", "Mozilla")


def reaches_further(licence: str) -> bool:
    """Whether the terms could bind the product as a whole."""
    return any(word in licence for word in COPYLEFT) and not any(word in licence for word in _WEAK)


def licence_list(components: Sequence[Component]) -> str:
    """The page, by licence and name."""
    lines = [
        "# Licences of what the product is built on",
        "",
        "Made by `make licences` from the metadata of the pinned packages; the product itself is under the MIT",
        "licence.",
        "Every component is used unchanged, as its authors publish it.",
        "",
    ]
    ordered = sorted(components, key=lambda each: (each.licence.lower(), canonicalize_name(each.name)))
    for licence, group in groupby(ordered, key=lambda each: each.licence):
        lines += [f"## {licence}", "", "| component | version |", "|---|---|"]
        lines += [f"| {_linked(each)} | {each.version} |" for each in group]
        lines.append("")
    return "\n".join(lines)


def _linked(component: Component) -> str:
    return f"[{component.name}]({component.home})" if component.home.startswith("http") else component.name
