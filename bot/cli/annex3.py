"""Commands on Annex 3: `export annex3` and `import annex3`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.output import OutputError, say, terminal_language, text, written
from bot.settings import read_settings
from domain.application import ApplicationStatus
from domain.vocabulary import Language, Level, Posting

if TYPE_CHECKING:
    from bot.annex3_filter import ExportFilter
    from bot.annex3_import import ImportPlan
    from bot.annex3_rows import Annex3Source
    from bot.store.store import Store
    from exports.annex3_workbook import Incomplete, Progress

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")

export = typer.Typer(no_args_is_help=True, help="Write files from the records.")
importing = typer.Typer(no_args_is_help=True, help="Take filled forms into the records.")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    export.command("annex3")(export_annex3)
    importing.command("annex3")(import_annex3)
    # Typer makes a group of one command that command itself; the callbacks keep the word `annex3`.
    export.callback()(_group)
    importing.callback()(_group)
    app.add_typer(export, name="export")
    app.add_typer(importing, name="import")


def _group() -> None:
    """Annex 3 of the notice."""


def export_annex3(
    *,
    out: Annotated[Path | None, typer.Option("--out", dir_okay=False, help="the workbook to write")] = None,
    by_unit: Annotated[
        Path | None, typer.Option("--by-unit", file_okay=False, help="a folder: a workbook per unit, and a zip of all")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="only this recommending unit's")] = None,
    field: Annotated[str | None, typer.Option(help="only this field of Annex 1")] = None,
    level: Annotated[Level | None, typer.Option(help="only applications for this level")] = None,
    posting: Annotated[Posting | None, typer.Option(help="only rows of this table")] = None,
    status: Annotated[ApplicationStatus | None, typer.Option(help="only applications that stand there")] = None,
    eligible: Annotated[bool, typer.Option("--eligible", help="only those who meet the conditions")] = False,
    complete_only: Annotated[bool, typer.Option("--complete-only", help="leave out rows that lack a cell")] = False,
) -> None:
    """Write Annex 3; without a filter everyone submitted or imported, eligible or not."""
    from bot.annex3_filter import ExportFilter  # noqa: PLC0415 - openpyxl, SQLAlchemy: only where they are used
    from exports.annex3_workbook import Incomplete  # noqa: PLC0415

    if out is None and by_unit is None:
        raise typer.BadParameter("give --out FILE, --by-unit DIR, or both")
    wanted = ExportFilter(
        unit=unit, field=_field(field), level=level, posting=posting, status=status, eligible=eligible
    )
    source = _source(wanted)
    incomplete = Incomplete.LEAVE_OUT if complete_only else Incomplete.LIST
    if out is not None:
        _write_one(source, out, unit, incomplete)
    if by_unit is not None:
        _write_by_unit(source, by_unit, incomplete)


def import_annex3(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a filled Annex 3: .xlsx, .xls or .ods")],
    unit: Annotated[str | None, typer.Option(help="the recommending unit, whatever the file says")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would change, change nothing")] = False,
) -> None:
    """Take the sound rows of a filled Annex 3; a line for each thing repaired, doubtful or wrong."""
    from exports.annex3_reader import read_annex3  # noqa: PLC0415
    from exports.reading.guard import LARGEST  # noqa: PLC0415

    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)  # more is refused unread
    reading = read_annex3(content, unit=unit)
    with _store() as store:
        plan = store.write_now(lambda connection: _plan_and_take(connection, reading, dry_run=dry_run))
    for finding in plan.findings:
        typer.echo(finding.text(terminal_language()))
    _say_plan(plan, dry_run=dry_run)
    raise typer.Exit(1 if plan.refused else 0)


def _plan_and_take(connection, reading, *, dry_run: bool) -> "ImportPlan":  # type: ignore[no-untyped-def]
    from bot.annex3_import import plan_import, take_import  # noqa: PLC0415
    from bot.store import audit  # noqa: PLC0415
    from bot.store.audit import Entry  # noqa: PLC0415
    from bot.store.importing import ImportedWorks, Importer  # noqa: PLC0415
    from domain.campaign import current_campaign  # noqa: PLC0415

    now = datetime.now(UTC)
    plan = plan_import(connection, current_campaign(now.astimezone(OFFICE_ZONE).date()).id, reading)
    if not dry_run:
        take_import(plan, plan.rows, ImportedWorks(connection, Importer(now=now)))
        detail = f"command line; rows {len(plan.rows)}, changes {plan.changes}, refused {plan.refused}"
        audit.write(connection, Entry(action="import", actor=None, detail=detail), now)
    return plan


def _say_plan(plan: "ImportPlan", *, dry_run: bool) -> None:
    from exports.reading.match import Outcome  # noqa: PLC0415

    counts: dict[str, str | int] = {str(outcome): plan.count(outcome) for outcome in Outcome}
    say("import.would" if dry_run else "import.taken", **counts, refused=plan.refused)


@contextmanager
def _store() -> "Iterator[Store]":
    from bot.parts import open_store  # noqa: PLC0415
    from bot.store.schema import migrate  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        migrate(store.engine)
        yield store
    finally:
        store.close()


def _source(wanted: "ExportFilter") -> "Annex3Source":
    from bot.annex3_rows import annex3_source  # noqa: PLC0415
    from bot.store import audit  # noqa: PLC0415
    from bot.store.audit import Entry  # noqa: PLC0415
    from domain.campaign import current_campaign  # noqa: PLC0415

    now = datetime.now(UTC).replace(microsecond=0)
    campaign = current_campaign(now.astimezone(OFFICE_ZONE).date()).id
    asked_by = text("export.by_operator", Language.ZH)
    with _store() as store:
        source = store.read_now(
            lambda connection: annex3_source(connection, campaign, wanted, asked_at=now, asked_by=asked_by)
        )
        entry = Entry(action="export", actor=None, detail=f"command line; {wanted.text()}; rows {len(source.rows)}")
        store.write_now(lambda connection: audit.write(connection, entry, now))
    return source


def _write_one(source: "Annex3Source", out: Path, unit: str | None, incomplete: "Incomplete") -> None:
    from exports.annex3_workbook import write_annex3  # noqa: PLC0415

    with written(out) as target, _progress(out.name) as progress:
        summary = write_annex3(
            target, source.rows, info=source.info, unit=unit, incomplete=incomplete, progress=progress
        )
    say("export.written", file=str(out), rows=summary.total, incomplete=summary.incomplete)
    if summary.left_out:
        say("export.left_out", rows=len(summary.left_out))


def _write_by_unit(source: "Annex3Source", folder: Path, incomplete: "Incomplete") -> None:
    from zipfile import ZipFile  # noqa: PLC0415

    from exports.by_unit import write_by_unit  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}") from error
    packed = folder / text("export.zip_name", Language.ZH)
    with written(packed) as target, _progress(packed.name) as progress:
        summaries = write_by_unit(target, source.rows, info=source.info, incomplete=incomplete, progress=progress)
    with ZipFile(packed) as archive:
        archive.extractall(folder)
    for name, summary in summaries.items():
        say("export.written", file=str(folder / name), rows=summary.total, incomplete=summary.incomplete)


@contextmanager
def _progress(name: str) -> "Iterator[Progress | None]":
    """A bar on a terminal's standard error; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _field(given: str | None) -> str | None:
    """A field by its printed name, its English one or its id."""
    from domain.annex1 import annex1  # noqa: PLC0415

    if given is None:
        return None
    for each in annex1().fields:
        if given.strip() in (each.name, each.name.removesuffix("类"), each.en, each.id):
            return each.name
    names = "、".join(each.name for each in annex1().fields)
    raise typer.BadParameter(f"{given!r} is none of {names}", param_hint="--field")
