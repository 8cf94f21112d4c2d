"""`hurentong simulate`: an engineer's whole conversation in the terminal, no network and nothing stored."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(simulate)


def simulate(
    persona: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="a transcript (YAML) whose person speaks")
    ] = None,
) -> None:
    """Hold the whole conversation here: type answers, or the number of a choice. Ends with Ctrl-D."""
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


class _Terminal:
    """Lines as they are typed."""

    def __iter__(self) -> "_Terminal":
        return self

    def __next__(self) -> str:
        try:
            return input("> " if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            raise StopIteration from None
