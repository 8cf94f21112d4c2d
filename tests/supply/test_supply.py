"""What the product is made of: every component pinned by hash, its licence known, its vulnerabilities found."""

import json
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
import respx

from supply.__main__ import main
from supply.components import UNKNOWN, Component, components
from supply.licences import licence_list, reaches_further
from supply.sbom import sbom
from supply.vulnerabilities import OSV, ask, from_records

ROOT = Path(__file__).parent.parent.parent
PINNED = components(ROOT / "requirements.txt")
NOW = datetime(2025, 4, 1, tzinfo=UTC)


def component(version: str, name: str = "Some_Package") -> Component:
    return Component(name, version, ("0" * 64,), "MIT", "", installed=True)


def record(*events: dict[str, str], versions: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    affected = {
        "package": {"ecosystem": "PyPI", "name": "some-package"},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
        "versions": list(versions),
    }
    return {"id": "GHSA-x", "summary": "a hole", "affected": [affected], **more}


def test_every_component_is_pinned_by_hash_and_installed_as_pinned() -> None:
    assert len(PINNED) > 30
    for each in PINNED:
        assert each.hashes, each.name
        assert each.installed, each.name
        assert version(each.name) == each.version, each.name


def test_every_licence_is_known_and_none_binds_the_product() -> None:
    assert [each.name for each in PINNED if each.licence == UNKNOWN] == []
    assert [(each.name, each.licence) for each in PINNED if reaches_further(each.licence)] == []


def test_the_list_of_licences_names_every_component() -> None:
    listed = (ROOT / "docs/licences.md").read_text("utf8").splitlines()
    wanted = [line for line in licence_list(PINNED).splitlines() if line.startswith(("|", "##"))]

    assert set(wanted) <= set(listed), "run  make licences"


def test_the_bill_of_materials_names_every_component() -> None:
    made = json.loads(sbom("hurentong", "0.1.0", PINNED, NOW))

    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.5")
    assert [each["purl"] for each in made["components"]] == [each.purl for each in PINNED]
    assert made["dependencies"][0]["dependsOn"] == [each.purl for each in PINNED]
    assert sbom("hurentong", "0.1.0", PINNED, NOW) == sbom("hurentong", "0.1.0", PINNED, NOW)


@pytest.mark.parametrize(
    ("pinned", "events", "concerned"),
    [
        ("1.0", ({"introduced": "0"}, {"fixed": "1.1"}), True),
        ("1.1", ({"introduced": "0"}, {"fixed": "1.1"}), False),
        ("2.0", ({"introduced": "0"}, {"fixed": "1.1"}, {"introduced": "2.0"}, {"fixed": "2.1"}), True),
        ("1.5", ({"introduced": "0"}, {"fixed": "1.1"}, {"introduced": "2.0"}, {"fixed": "2.1"}), False),
        ("3.0", ({"introduced": "0"}, {"last_affected": "3.0"}), True),
        ("3.0.1", ({"introduced": "0"}, {"last_affected": "3.0"}), False),
        ("9.9", ({"introduced": "0"},), True),
        ("1.1rc1", ({"introduced": "0"}, {"fixed": "1.1"}), True),
    ],
)
def test_a_range_of_versions_is_read_as_it_is_meant(
    pinned: str, events: tuple[dict[str, str], ...], concerned: bool
) -> None:
    assert bool(from_records([component(pinned)], [record(*events)])) is concerned


def test_listed_versions_count_and_withdrawn_records_do_not() -> None:
    assert from_records([component("1.0")], [record(versions=("1.0",))])[0].id == "GHSA-x"
    assert from_records([component("1.0")], [record(versions=("1.0",), withdrawn="2024-01-01")]) == []
    assert from_records([component("1.0", "other")], [record(versions=("1.0",))]) == []


@pytest.mark.parametrize("form", ["list", "lines", "one", "zip"])
def test_records_are_read_from_a_file_of_any_form(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "requirements.txt").write_text("some-package==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    held, source = record({"introduced": "0"}, {"fixed": "1.1"}), tmp_path / ("a.zip" if form == "zip" else "a.json")
    text = json.dumps(held)
    if form == "zip":
        with ZipFile(source, "w") as packed:
            packed.writestr("GHSA-x.json", text)
    else:
        source.write_text({"list": f"[{text}]", "lines": f"{text}\n{text}\n", "one": text}[form])

    assert main(["--requirements", str(tmp_path / "requirements.txt"), "audit", "--file", str(source)]) == 1
    assert "some-package 1.0: GHSA-x a hole (fixed: 1.1)" in capsys.readouterr().out


def test_nothing_known_is_status_0(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")

    assert main(["--requirements", str(ROOT / "requirements.txt"), "audit", "--file", str(tmp_path / "a.json")]) == 0


@respx.mock
def test_online_osv_is_asked_about_the_pinned_versions() -> None:
    asked = respx.post(f"{OSV}/querybatch").respond(json={"results": [{"vulns": [{"id": "GHSA-x"}]}, {}]})
    respx.get(f"{OSV}/vulns/GHSA-x").respond(json=record({"introduced": "0"}))

    with httpx.Client() as client:
        (found,) = ask([component("1.0"), component("1", "other")], client)

    assert found.id == "GHSA-x"
    queries = json.loads(asked.calls[0].request.content)["queries"]
    assert queries[0] == {"package": {"purl": "pkg:pypi/some-package@1.0"}}


@respx.mock
def test_without_a_network_the_way_to_a_file_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    respx.post(f"{OSV}/querybatch").mock(side_effect=httpx.ConnectError("no network"))

    assert main(["--requirements", str(ROOT / "requirements.txt"), "audit"]) == 1
    assert "make audit FILE=" in capsys.readouterr().err
