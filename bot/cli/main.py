"""Puts the commands together; each group imports what it needs only when it runs, so that start-up stays short."""

import sys

import typer

from bot.cli import annex3, broadcasts, figures, keeping, lines, records, serving, simulation
from domain.errors import HurentongError

app = typer.Typer(
    name="hurentong",
    help="互认通: takes in engineers by chat for the engineering capability evaluation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
serving.register(app)
lines.register(app)
records.register(app)
broadcasts.register(app)
keeping.register(app)
annex3.register(app)
figures.register(app)
simulation.register(app)


def main() -> None:
    """The console script: an error that a person can act on is one sentence on standard error, status 1."""
    try:
        app()
    except HurentongError as error:
        sys.stderr.write(f"hurentong: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
