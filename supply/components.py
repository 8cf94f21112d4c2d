"""The components of a release: every pinned requirement with its hashes, and the licence that its metadata name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marker>[^\\]+))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_CLASSIFIER = "License :: OSI Approved :: "
_KNOWN_TEXTS = (
    ("permission is hereby granted, free of charge", "MIT"),
    ("apache license", "Apache-2.0"),
    ("redistribution and use in source and binary forms", "BSD-3-Clause"),
    ("mozilla public license", "MPL-2.0"),
)
"""Beginnings of licence files of packages whose metadata name none."""
UNKNOWN = "not stated"


@dataclass(frozen=True, slots=True)
class Component:
    """A requirement as it is pinned. `installed`: it is in this environment, so its licence could be read."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str
    home: str
    installed: bool

    @property
    def purl(self) -> str:
        """Its package URL (github.com/package-url/purl-spec)."""
        return f"pkg:pypi/{canonicalize_name(self.name)}@{self.version}"


def components(requirements: Path) -> list[Component]:
    """Every requirement of the locked file that this platform installs, by name."""
    found = []
    for name, version, marker, hashes in _pins(requirements.read_text("utf8").splitlines()):
        if marker and not Marker(marker).evaluate():
            continue
        metadata = _installed(name)
        found.append(
            Component(
                name=name,
                version=version,
                hashes=tuple(hashes),
                licence=_licence(metadata) if metadata else UNKNOWN,
                home=_home(metadata) if metadata else "",
                installed=metadata is not None,
            )
        )
    return sorted(found, key=lambda each: canonicalize_name(each.name))


def _pins(lines: Iterable[str]) -> list[tuple[str, str, str, list[str]]]:
    pins: list[tuple[str, str, str, list[str]]] = []
    for line in lines:
        pin = _PIN.match(line)
        if pin:
            pins.append((pin["name"], pin["version"], (pin["marker"] or "").strip(), []))
        elif pins:
            pins[-1][3].extend(_HASH.findall(line))
    return pins


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _licence(package: Distribution) -> str:
    """As an SPDX expression where the package gives one, else in the words of its metadata or its licence file."""
    metadata = package.metadata
    expression = _first(package, "License-Expression")
    if expression:
        return expression
    approved = [each for each in metadata.get_all("Classifier") or () if each.startswith(_CLASSIFIER)]
    if approved:
        return " and ".join(sorted(each.removeprefix(_CLASSIFIER) for each in approved))
    stated = _first(package, "License")
    if stated and stated.upper() != "UNKNOWN":
        return stated.splitlines()[0][:80]
    return _from_file(package)


def _first(package: Distribution, name: str) -> str:
    return next((str(each).strip() for each in package.metadata.get_all(name) or ()), "")


def _from_file(package: Distribution) -> str:
    for file in package.files or ():
        if Path(str(file)).name.lower().startswith(("licen", "copying")):
            text = " ".join(file.read_text(encoding="utf8").lower().split())
            for words, licence in _KNOWN_TEXTS:
                if words in text:
                    return licence
    return UNKNOWN


def _home(package: Distribution) -> str:
    links = [each.partition(", ") for each in package.metadata.get_all("Project-URL") or ()]
    wanted = ("homepage", "source", "repository", "source code", "github", "documentation")
    by_name = {name.lower(): link for name, _, link in links}
    return next((by_name[each] for each in wanted if each in by_name), _first(package, "Home-page"))
