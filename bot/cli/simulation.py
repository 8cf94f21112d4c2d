"""`hurentong simulate`: an engineer's whole conversation in the terminal, no network and nothing stored."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
BUSY = 0.6
"""How much of the time a core may be busy before people notice that they wait."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(simulate)


def simulate(
    persona: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="a transcript (YAML) whose person speaks")
    ] = None,
    load: Annotated[int, typer.Option(min=0, help="so many whole conversations instead, and what they cost")] = 0,
    at_once: Annotated[int, typer.Option(min=1, max=1000, help="with --load: people who talk at the same time")] = 50,
) -> None:
    """Hold the whole conversation here: type answers, or the number of a choice. Ends with Ctrl-D."""
    if load:
        _show_load(load, at_once)
        return
    from dialogs.rendering import Rendered  # noqa: PLC0415
    from dialogs.simulation import Simulation  # noqa: PLC0415
    from domain.campaign import current_campaign  # noqa: PLC0415
    from domain.classification import classify  # noqa: PLC0415

    def show(cards: tuple[Rendered, ...]) -> None:
        for card in cards:
            typer.echo(f"\n{card.headed_text}")
            for number, option in enumerate(card.options, 1):
                typer.secho(f"  {number}. {option.label}", fg="cyan")

    now = datetime.now(OFFICE_ZONE)
    talk = Simulation(campaign=current_campaign(now.date()), classify=classify, now=lambda: datetime.now(OFFICE_ZONE))
    show(talk.arrive())
    if persona is None:
        for text in _Terminal():
            show(talk.say(text))
        return
    from dialogs.transcripts import parse_transcript  # noqa: PLC0415

    for entry in parse_transcript(persona.read_text("utf8"), persona.name):
        if entry.acts:
            typer.secho(f"> {entry.shown}", fg="green")
            show(talk.play(entry))


def _show_load(people: int, at_once: int) -> None:
    """Figures of a load on a database of its own; nothing of the installation is touched."""
    import logging  # noqa: PLC0415

    from bot import logs  # noqa: PLC0415
    from bot.load import simulate_load  # noqa: PLC0415

    logs.configure(logging.WARNING)
    load = simulate_load(people, at_once)
    rows = {
        "conversations": f"{load.people} of {load.turns / load.people:.0f} turns, {at_once} at once",
        "turns a second": f"{load.turns / load.seconds:.0f}",
        "turn": f"p50 {load.slowest(0.5):.0f} ms, p95 {load.slowest(0.95):.0f} ms, p99 {load.slowest(0.99):.0f} ms",
        "processor time": f"{load.per_turn_ms:.2f} ms a turn, {load.per_person_ms:.1f} ms a conversation",
        "database": f"{load.bytes_per_person / 1000:.0f} kB a conversation",
        "people a day": f"{load.people_a_day(BUSY):,.0f} for each core that is busy {BUSY:.0%} of the time",
    }
    for name, value in rows.items():
        typer.echo(f"{name:16}{value}")


class _Terminal:
    """Lines as they are typed."""

    def __iter__(self) -> "_Terminal":
        return self

    def __next__(self) -> str:
        try:
            return input("> " if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            raise StopIteration from None
