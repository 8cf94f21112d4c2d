"""Commands for whoever operates the server: run, migrate, doctor."""

import gc
import sys
from typing import Annotated

import typer

from bot.settings import read_settings

SWITCH_SECONDS = 0.001
"""How long a thread that thinks may keep the interpreter from one that answers a platform."""


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(run)
    app.command()(migrate)


def run(
    role: Annotated[str, typer.Option(help="all, web, worker or sender: what this process does")] = "all",
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes that do turns (PostgreSQL only)")] = 1,
) -> None:
    """Start the bot: chat page, channels, workers. Stops on Ctrl-C or SIGTERM once what was begun is finished."""
    import asyncio  # noqa: PLC0415 - the other commands need none of these

    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()  # what is imported stays; looking through it again and again costs a fifth of the start
    from bot import logs  # noqa: PLC0415
    from bot.app import Part  # noqa: PLC0415
    from bot.app import run as run_parts  # noqa: PLC0415
    from bot.doctor import refuse_weak_secrets  # noqa: PLC0415
    from bot.first_start import greet  # noqa: PLC0415
    from bot.parts import assemble, open_store  # noqa: PLC0415
    from bot.store.engine import database_url  # noqa: PLC0415
    from bot.store.schema import migrate as bring_up_to_date  # noqa: PLC0415

    try:
        part = Part(role)
    except ValueError:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(Part)}", param_hint="--role") from None
    logs.configure()
    settings = read_settings()
    if workers > 1 and (
        part in (Part.WEB, Part.SENDER) or database_url(settings.database).drivername.startswith("sqlite")
    ):
        raise typer.BadParameter(
            "needs PostgreSQL (HURENTONG_DATABASE_URL) and --role all or worker", param_hint="--workers"
        )
    refuse_weak_secrets(settings)
    store = open_store(settings)
    bring_up_to_date(store.engine)
    for line in greet(store, settings):
        typer.echo(line)
    asyncio.run(run_parts(assemble(settings, store), part, workers))


def migrate() -> None:
    """Bring the database to this release's schema; `run` does it too."""
    from bot.parts import open_store  # noqa: PLC0415
    from bot.store.schema import migrate as bring_up_to_date  # noqa: PLC0415

    store = open_store(read_settings())
    changed = bring_up_to_date(store.engine)
    store.close()
    typer.echo("migrated" if changed else "nothing to do")
