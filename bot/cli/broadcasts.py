"""Commands on broadcasts: list, status, start, pause, resume, cancel, not-reached."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.store.broadcasts import Broadcast
    from bot.store.store import Store

broadcast = typer.Typer(no_args_is_help=True, help="Broadcasts: start one, watch it, stop it.")

Number = Annotated[int, typer.Argument(min=1, help="the broadcast's number")]
CELLS = 40
LOOK_SECONDS = 1.0


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    broadcast.command("list")(list_)
    broadcast.command("status")(status)
    broadcast.command("start")(start)
    broadcast.command("pause")(pause)
    broadcast.command("resume")(resume)
    broadcast.command("cancel")(cancel)
    broadcast.command("not-reached")(not_reached)
    app.add_typer(broadcast, name="broadcast")


def list_() -> None:
    """The newest broadcasts: number, state, how many of how many are done, the beginning of the text."""
    from bot.store import broadcasts, deliveries  # noqa: PLC0415 - start-up stays short
    from dialogs.broadcast import BEGINNING  # noqa: PLC0415

    def look(store: "Store") -> None:
        for each in store.read_now(broadcasts.listing):
            done = "-"
            if each.recipients is not None:
                report = store.read_now(lambda c, seen=each: deliveries.report(c, seen))  # type: ignore[misc]
                done = f"{report.done}/{report.audience}"
            typer.echo(f"{each.id}\t{each.state}\t{done}\t{' '.join(each.text.split())[:BEGINNING]}")

    _with_store(look)


def status(
    number: Number,
    follow: Annotated[bool, typer.Option("--follow", help="a bar that moves until it has ended")] = False,
) -> None:
    """Where it stands: the state, a bar, and how many recipients are in each state."""
    from bot.store import deliveries  # noqa: PLC0415
    from domain.broadcast import DeliveryState, Report  # noqa: PLC0415

    def look(connection: "Connection") -> "tuple[Broadcast, Report | None]":
        seen = _found(connection, number)
        return seen, deliveries.report(connection, seen) if seen.recipients is not None else None

    def show(store: "Store") -> None:
        seen, report = store.read_now(look)
        while follow and not seen.ended:
            if report is not None:
                typer.echo(f"\r{_bar(report.done, report.audience)}", nl=False)
            time.sleep(LOOK_SECONDS)
            seen, report = store.read_now(look)
        if report is not None:
            typer.echo(f"{chr(13) if follow else ''}{_bar(report.done, report.audience)}")
        typer.echo(f"state\t{seen.state}")
        for state in DeliveryState if report is not None else ():
            typer.echo(f"{state}\t{report[state] if report is not None else 0}")

    _with_store(show)


def start(
    text: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="a UTF-8 file with the text")],
    audience: Annotated[str, typer.Option(help='filters as JSON, e.g. {"levels": ["senior"]}; {} is everyone')],
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="when, in Beijing time; now if left out")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not show it and ask first")] = False,
) -> None:
    """Show the count and samples, then start it. Above HURENTONG_APPROVAL_SIZE a member approves it by /approve."""
    from bot import operator_broadcasts  # noqa: PLC0415
    from domain.errors import HurentongError  # noqa: PLC0415

    settings = read_settings()

    def begin(store: "Store") -> None:
        wanted = operator_broadcasts.wanted(text.read_text("utf8"), audience, at)
        preview = store.read_now(lambda connection: operator_broadcasts.preview(connection, wanted))
        typer.echo(f"recipients\t{preview.count}")
        for each in preview.samples:
            typer.echo(f"---\n{each}")
        if not yes and not typer.confirm("Start it?"):
            raise HurentongError("not started")
        made = store.write_now(lambda c: operator_broadcasts.start(c, wanted, settings.policy))
        typer.echo(f"{made.id}\t{made.state}")

    _with_store(begin)


def pause(number: Number) -> None:
    """Stop sending for now; what is being sent just now still ends."""
    from bot import broadcasting  # noqa: PLC0415

    _move(number, broadcasting.pause)


def resume(number: Number) -> None:
    """Go on with those whose turn had not come."""
    from bot import broadcasting  # noqa: PLC0415

    _move(number, broadcasting.resume)


def cancel(number: Number) -> None:
    """End it; nobody whose turn had not come gets anything."""
    from bot import broadcasting  # noqa: PLC0415

    _move(number, broadcasting.cancel)


def not_reached(
    number: Number, out: Annotated[Path, typer.Option(dir_okay=False, help="the workbook to write")]
) -> None:
    """Write the list of those who were not reached, with their numbers, to be called by hand."""
    from datetime import UTC  # noqa: PLC0415

    from bot.broadcast_report import not_reached_list  # noqa: PLC0415

    def write(store: "Store") -> None:
        out.write_bytes(store.read_now(lambda c: not_reached_list(c, number, datetime.now(UTC), "command line")))

    _with_store(write)


def _move(number: int, how: "Callable[..., Broadcast | None]") -> None:
    from datetime import UTC  # noqa: PLC0415

    from bot.store import audit  # noqa: PLC0415
    from bot.store.audit import Entry  # noqa: PLC0415
    from domain.broadcast import Hand  # noqa: PLC0415
    from domain.errors import TransitionError  # noqa: PLC0415

    def work(connection: "Connection") -> str:
        now = datetime.now(UTC)
        seen = _found(connection, number, lock=True)
        after = how(connection, seen, Hand.APPROVER, now, None)
        if after is None:
            raise TransitionError(f"broadcast {number} was changed by somebody else just now; look at it again")
        detail = f"{seen.state} > {after.state}; command line"
        audit.write(
            connection, Entry(action="broadcast", actor=None, subject=f"broadcast {number}", detail=detail), now
        )
        return after.state

    _with_store(lambda store: typer.echo(store.write_now(work)))


def _found(connection: "Connection", number: int, *, lock: bool = False) -> "Broadcast":
    from bot.broadcast_report import NoBroadcastError  # noqa: PLC0415
    from bot.store import broadcasts  # noqa: PLC0415

    seen = broadcasts.find(connection, number, lock=lock)
    if seen is None:
        raise NoBroadcastError(f"there is no broadcast {number}")
    return seen


def _bar(done: int, audience: int) -> str:
    filled = CELLS * done // audience if audience else CELLS
    marks = ("█", "░") if (sys.stdout.encoding or "").lower().startswith("utf") else ("#", ".")
    return f"{marks[0] * filled}{marks[1] * (CELLS - filled)} {done}/{audience}"


def _with_store(work: "Callable[[Store], None]") -> None:
    from bot.parts import open_store  # noqa: PLC0415
    from bot.store.schema import migrate  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        migrate(store.engine)
        work(store)
    finally:
        store.close()
