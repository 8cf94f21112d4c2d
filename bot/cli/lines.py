"""Commands that read JSON lines and write JSON lines: classify, assess, parse."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
Day = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="the day to count to; today if left out")
]


class ParseKind(StrEnum):
    """What `hurentong parse` can read."""

    YEARS = "years"
    DEGREE = "degree"
    COUNTRY = "country"
    PHONE = "phone"
    YESNO = "yesno"
    SLOTS = "slots"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(classify)
    app.command()(assess)
    app.command()(parse)


def classify(
    text: Annotated[str, typer.Argument(help="what an engineer does, in their own words")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help='read {"text": …} lines on standard input')] = False,
    report: Annotated[bool, typer.Option("--report", help="show where people overruled the classification")] = False,
) -> None:
    """Name the field and specialty of Annex 1 that a text belongs to; no candidate means not sure."""
    from domain.classification.lines import classify_lines  # noqa: PLC0415 - jieba is loaded only where it is used

    if report:
        _report()
        return
    if not text and not jsonl:
        raise typer.BadParameter("give a text, or --jsonl with lines on standard input")
    failed = _write(classify_lines(_input() if jsonl else [json.dumps({"text": text})]))
    raise typer.Exit(1 if failed else 0)


def _report() -> None:
    from bot.overruled import report_lines  # noqa: PLC0415
    from bot.parts import open_store  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415
    from bot.store.schema import migrate  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        migrate(store.engine)
        for line in report_lines(store):
            typer.echo(line)
    finally:
        store.close()


def assess(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="read facts as JSON lines on standard input")] = False,
    on: Day = None,
) -> None:
    """Judge facts by the campaign's conditions, a verdict per level."""
    from domain.assessment_lines import assess_lines  # noqa: PLC0415
    from domain.campaign import current_campaign  # noqa: PLC0415

    if not jsonl:
        raise typer.BadParameter("give --jsonl, with lines on standard input")
    day = _day(on)
    failed = False
    for answer in assess_lines(_input(), day, current_campaign(day)):
        typer.echo(answer.text)
        failed |= answer.failed
    raise typer.Exit(1 if failed else 0)


def parse(
    kind: Annotated[ParseKind, typer.Argument(help="what the texts are an answer to")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help='read {"text": …} lines on standard input')] = False,
    on: Day = None,
    region: Annotated[str | None, typer.Option(help="ISO 3166 alpha-2 of phones without a country code")] = None,
) -> None:
    """Show what the dialogue understands of typed answers."""
    from dialogs.parsers.lines import Kind, parse_lines  # noqa: PLC0415

    if not jsonl:
        raise typer.BadParameter("give --jsonl, with lines on standard input")
    for line in parse_lines(Kind(kind.value), _input(), on=_day(on), region=region):
        typer.echo(line)


def _input() -> Iterable[str]:
    """Lines of standard input as UTF-8, whatever the terminal's locale; broken bytes become U+FFFD."""
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def _write(lines: Iterator[str]) -> bool:
    failed = False
    for line in lines:
        typer.echo(line)
        failed |= '"error"' in line and "error" in json.loads(line)
    return failed


def _day(on: datetime | None) -> date:
    return on.date() if on is not None else datetime.now(OFFICE_ZONE).date()
