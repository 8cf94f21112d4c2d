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
            typer.echo(f"\n{card.progress}" if card.progress else "")
            typer.echo(card.text)
            for number, option in enumerate(card.options, 1):
                typer.secho(f"  {number}. {option.label}", fg="cyan")

    now = datetime.now(OFFICE_ZONE)
    talk = Simulation(campaign=current_campaign(now.date()), classify=classify, now=lambda: datetime.now(OFFICE_ZONE))
    show(talk.arrive())
    for text in _lines(persona):
        if persona is not None:
            typer.secho(f"> {text}", fg="green")
        show(talk.say(text))


def _lines(persona: Path | None) -> "list[str] | _Terminal":
    if persona is None:
        return _Terminal()
    import yaml  # noqa: PLC0415

    turns = yaml.safe_load(persona.read_text("utf8"))
    return [str(turn["person"]) for turn in turns if "person" in turn]


class _Terminal:
    """Lines as they are typed."""

    def __iter__(self) -> "_Terminal":
        return self

    def __next__(self) -> str:
        try:
            return input("> " if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            raise StopIteration from None
