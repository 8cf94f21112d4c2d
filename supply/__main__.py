"""`python -m supply sbom|licences|audit`: what `make release`, `make licences` and `make audit` run."""

import argparse
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import httpx

from supply.components import Component, components
from supply.licences import licence_list
from supply.sbom import sbom
from supply.vulnerabilities import Vulnerability, ask, from_records, read_records

PRODUCT = "hurentong"


def main(arguments: list[str]) -> int:
    """Exit status 0; 1 where a vulnerability is known or cannot be looked for; 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m supply", description=__doc__)
    parser.add_argument("--requirements", type=Path, default=Path("requirements.txt"))
    actions = parser.add_subparsers(dest="action", required=True)
    for name in ("sbom", "licences"):
        actions.add_parser(name).add_argument("--out", type=Path, required=True)
    audit = actions.add_parser("audit")
    audit.add_argument("--file", type=Path, help="OSV records: JSON, JSON lines, or a zip; without it OSV is asked")
    given = parser.parse_args(arguments)
    pinned = components(given.requirements)
    if given.action == "audit":
        return _audit(pinned, given.file)
    made = (
        sbom(PRODUCT, version(PRODUCT), pinned, datetime.now(UTC)) if given.action == "sbom" else licence_list(pinned)
    )
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(made, "utf8")
    sys.stdout.write(f"{given.out}: {len(pinned)} components\n")
    return 0


def _audit(pinned: list[Component], file: Path | None) -> int:
    try:
        found = _known(pinned, file)
    except (httpx.HTTPError, OSError, ValueError) as error:
        sys.stderr.write(
            f"vulnerabilities could not be looked for: {error}\n"
            "Without network: make audit FILE=all.zip, with osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip\n"
        )
        return 1
    for each in found:
        fixed = ", ".join(each.fixed_in) or "not yet"
        sys.stdout.write(f"{each.component.name} {each.component.version}: {each.id} {each.summary} (fixed: {fixed})\n")
    sys.stdout.write(f"{len(pinned)} components, {len(found)} known vulnerabilities\n")
    return 1 if found else 0


def _known(pinned: list[Component], file: Path | None) -> list[Vulnerability]:
    if file is not None:
        return from_records(pinned, read_records(file))
    with httpx.Client(timeout=30) as client:
        return ask(pinned, client)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
