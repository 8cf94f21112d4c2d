"""`hurentong stats`: the year's numbers."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.output import terminal_language, text, written
from bot.settings import read_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.statistics import Counts
    from domain.statistics import Statistics

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(stats)


def stats(
    png: Annotated[
        Path | None, typer.Option("--png", dir_okay=False, help="also draw the charts into this file")
    ] = None,
) -> None:
    """Print how many have handed in, and how they spread."""
    from bot.parts import open_store  # noqa: PLC0415 - only where it is used
    from bot.store.schema import migrate  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        migrate(store.engine)
        counts, figures = store.read_now(_read)
    finally:
        store.close()
    language = terminal_language()
    fields = "、".join(f"{name} {count}" for name, count in counts.fields) or "—"
    args = {name: value for name, value in asdict(counts).items() if name != "fields"}
    typer.echo(text("stats.text", language, **args, fields=fields).strip())
    if png is not None:
        from exports.charts import statistics_png  # noqa: PLC0415

        with written(png) as target:
            target.write(statistics_png(figures, language))


def _read(connection: "Connection") -> "tuple[Counts, Statistics]":
    from bot.store import statistics  # noqa: PLC0415
    from domain.campaign import current_campaign  # noqa: PLC0415

    now = datetime.now(UTC)
    campaign = current_campaign(now.astimezone(OFFICE_ZONE).date()).id
    return statistics.counts(connection, campaign), statistics.statistics(connection, campaign, now)
