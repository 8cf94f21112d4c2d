"""`hurentong export annex3`, `import annex3` and `stats`, as an operator runs them."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from tests.exports.people import INFO, STATEMENT, annex3_bytes, dispatched, planned
from tests.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    folder = tmp_path / "data"
    folder.mkdir()
    return Program(folder)


@pytest.fixture
def form(tmp_path: Path) -> str:
    people = [
        dispatched("1"),
        planned("2", name="周知秋", phone="", unit="乙/单位"),
        dispatched("3", name="沈怀瑾", phone="+8613812345670", statement=STATEMENT * 20),
    ]
    path = tmp_path / "form.xlsx"
    path.write_bytes(annex3_bytes(people, info=INFO))
    return str(path)


def names(path: Path) -> list[str]:
    book = load_workbook(path)
    return [row[9] if sheet.title == "已外派" else row[4] for sheet in book.worksheets[:2] for row in _people(sheet)]


def _people(sheet: object) -> list[tuple[str, ...]]:
    return [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]  # type: ignore[attr-defined]


def test_a_dry_run_says_what_the_import_does_and_changes_nothing(program: Program, form: str) -> None:
    tried = program.run("import", "annex3", form, "--dry-run")
    program.run("export", "annex3", "--out", "nobody.xlsx")
    assert names(program.folder / "nobody.xlsx") == []

    done = program.run("import", "annex3", form)

    assert (tried.returncode, done.returncode) == (1, 1), "the statement of one row is too long"
    assert tried.stdout == done.stdout
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == ["已外派!O8"]
    program.run("export", "annex3", "--out", "all.xlsx")
    assert names(program.folder / "all.xlsx") == ["陆行远", "周知秋"]


def test_an_export_imported_again_changes_nothing_and_ends_well(program: Program, form: str) -> None:
    program.run("import", "annex3", form)
    program.run("export", "annex3", "--out", "all.xlsx")
    again = program.run("import", "annex3", "all.xlsx")
    assert (again.returncode, again.stdout) == (0, "")
    assert "未变 2 人" in again.stderr


def test_filters_and_one_workbook_a_unit(program: Program, form: str) -> None:
    program.run("import", "annex3", form)
    filtered = program.run("export", "annex3", "--out", "some.xlsx", "--posting", "planned", "--by-unit", "units")
    assert filtered.returncode == 0, filtered.stderr
    assert names(program.folder / "some.xlsx") == ["周知秋"]

    program.run("export", "annex3", "--by-unit", "units")

    made = sorted(path.name for path in (program.folder / "units").iterdir())
    assert made == ["附件3-乙_单位.xlsx", "附件3-各推荐单位.zip", "附件3-远山工程集团.xlsx"]
    with ZipFile(program.folder / "units" / "附件3-各推荐单位.zip") as archive:
        assert sorted(archive.namelist()) == ["附件3-乙_单位.xlsx", "附件3-远山工程集团.xlsx"]
    assert names(program.folder / "units" / "附件3-乙_单位.xlsx") == ["周知秋"]


def test_complete_only_leaves_out_who_lacks_something(program: Program, form: str) -> None:
    program.run("import", "annex3", form)
    done = program.run("export", "annex3", "--out", "complete.xlsx", "--complete-only")
    assert names(program.folder / "complete.xlsx") == ["陆行远"], "the other has no phone"
    assert "1 人未列入" in done.stderr


def test_the_command_lines_unit_stands_whatever_the_file_says(program: Program, form: str) -> None:
    program.run("import", "annex3", form, "--unit", "丙单位")
    program.run("export", "annex3", "--out", "unit.xlsx", "--unit", "丙单位")
    assert names(program.folder / "unit.xlsx") == ["陆行远", "周知秋"]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("export", "annex3"), 2),
        (("export", "annex3", "--out", "x.xlsx", "--field", "no such field"), 2),
        (("export", "annex3", "--out", "x.xlsx", "--level", "no such level"), 2),
        (("export", "annex3", "--out", "nowhere/x.xlsx"), 1),
        (("import", "annex3", "no such file.xlsx"), 2),
    ],
)
def test_what_cannot_be_done_ends_with_its_status(program: Program, arguments: tuple[str, ...], status: int) -> None:
    done = program.run(*arguments)
    assert done.returncode == status
    assert "Traceback" not in done.stderr


def test_a_hostile_file_is_refused_with_a_sentence(program: Program) -> None:
    (program.folder / "bad.xlsx").write_bytes(b"MZ not a spreadsheet")
    done = program.run("import", "annex3", "bad.xlsx")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Excel" in done.stderr


def test_stats_are_said_and_drawn(program: Program, form: str) -> None:
    program.run("import", "annex3", form)
    done = program.run("stats", "--png", "charts.png")
    assert "共 2 人" in done.stdout
    assert (program.folder / "charts.png").read_bytes().startswith(b"\x89PNG")
