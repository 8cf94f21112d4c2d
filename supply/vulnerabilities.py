"""Known vulnerabilities of the components, as OSV records (ossf.github.io/osv-schema): from a file, or asked online."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from supply.components import Component

OSV = "https://api.osv.dev/v1"
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """One that concerns a component as it is pinned."""

    id: str
    component: Component
    summary: str
    fixed_in: tuple[str, ...]


def from_records(components: Sequence[Component], records: Iterable[Mapping[str, Any]]) -> list[Vulnerability]:
    """What of the records concerns the components, by component and id."""
    by_name = {canonicalize_name(each.name): each for each in components}
    found = {}
    for record in records:
        if record.get("withdrawn"):
            continue
        for affected in record.get("affected", ()):
            package = affected.get("package", {})
            component = by_name.get(canonicalize_name(package.get("name", "")))
            if package.get("ecosystem") != "PyPI" or component is None or not _concerns(affected, component.version):
                continue
            found[component.name, record["id"]] = Vulnerability(
                id=record["id"],
                component=component,
                summary=record.get("summary") or record.get("details", "").split("\n")[0][:200],
                fixed_in=tuple(_fixes(affected)),
            )
    return [found[each] for each in sorted(found)]


def read_records(source: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a file: a JSON list, one JSON record, JSON lines, or a zip of records (OSV's PyPI/all.zip)."""
    if source.suffix == ".zip":
        with ZipFile(source) as packed:
            for name in packed.namelist():
                if name.endswith(".json"):
                    yield json.loads(packed.read(name))
        return
    text = source.read_text("utf8")
    if text.lstrip().startswith("["):
        yield from json.loads(text)
        return
    try:
        yield json.loads(text)
    except ValueError:
        for line in text.splitlines():
            if line.strip():
                yield json.loads(line)


def ask(components: Sequence[Component], client: httpx.Client) -> list[Vulnerability]:
    """Asks OSV about the pinned versions; raises httpx.HTTPError where it cannot be reached."""
    ids: set[str] = set()
    for start in range(0, len(components), _ASKED_AT_ONCE):
        queries = [{"package": {"purl": each.purl}} for each in components[start : start + _ASKED_AT_ONCE]]
        answered = client.post(f"{OSV}/querybatch", json={"queries": queries}).raise_for_status().json()
        ids |= {vulnerability["id"] for each in answered["results"] for vulnerability in each.get("vulns", ())}
    records = [client.get(f"{OSV}/vulns/{each}").raise_for_status().json() for each in sorted(ids)]
    return from_records(components, records)


def _concerns(affected: Mapping[str, Any], version: str) -> bool:
    if version in affected.get("versions", ()):
        return True
    ranges = [each for each in affected.get("ranges", ()) if each.get("type") == "ECOSYSTEM"]
    return any(_within(each.get("events", ()), version) for each in ranges)


def _within(events: Sequence[Mapping[str, str]], version: str) -> bool:
    """Events in order open and close stretches of versions; what cannot be compared counts as concerned."""
    try:
        pinned = Version(version)
        inside = False
        for event in sorted(events, key=_position):
            if "introduced" in event and pinned >= _version(event["introduced"]):
                inside = True
            if "fixed" in event and pinned >= _version(event["fixed"]):
                inside = False
            if "last_affected" in event and pinned > _version(event["last_affected"]):
                inside = False
    except InvalidVersion:
        return True
    return inside


def _position(event: Mapping[str, str]) -> tuple[Version, bool]:
    value = next(iter(event.values()))
    return _version(value), "introduced" not in event


def _version(text: str) -> Version:
    return Version("0.dev0" if text == "0" else text)


def _fixes(affected: Mapping[str, Any]) -> Iterator[str]:
    for stretch in affected.get("ranges", ()):
        if stretch.get("type") == "ECOSYSTEM":
            yield from (event["fixed"] for event in stretch.get("events", ()) if "fixed" in event)
