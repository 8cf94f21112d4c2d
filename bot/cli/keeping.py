"""Commands for keeping the data: keys, backup, restore, doctor."""

from pathlib import Path
from typing import Annotated

import typer

from bot.settings import read_settings

keys = typer.Typer(no_args_is_help=True, help="The keys that personal data are encrypted with.")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    keys.command("rotate")(rotate)
    app.add_typer(keys, name="keys")
    app.command()(backup)
    app.command()(restore)
    app.command()(doctor)


@keys.callback()
def _keys() -> None:
    """The keys that personal data are encrypted with."""


def rotate() -> None:
    """Make a new key and encrypt everything with it, while the program runs; an interrupted rotation is finished.

    Where HURENTONG_SECRET_KEY is set, put the new secret there and the old one into HURENTONG_SECRET_KEY_PREVIOUS,
    restart, then run this: it encrypts what is left under the old one.
    """
    from bot import key_rotation  # noqa: PLC0415 - start-up stays short
    from bot.parts import open_store  # noqa: PLC0415
    from bot.store.rotation import seal_again  # noqa: PLC0415
    from bot.store.schema import migrate  # noqa: PLC0415

    settings = read_settings()
    store = open_store(settings)
    try:
        migrate(store.engine)
        if settings.key_file is None:
            values = seal_again(store.engine)
            key_rotation.note(store.engine, values)
            typer.echo(f"sealed again: {values} values; HURENTONG_SECRET_KEY_PREVIOUS is needed for old backups only")
            return
        done = key_rotation.rotate(store.engine, settings.key_file)
    finally:
        store.close()
    typer.echo(f"sealed again: {done.values} values")
    if done.retired is not None:
        typer.echo(f"the old key opens older backups only; it stands in {done.retired}: keep it with them, apart")


def backup(file: Annotated[Path, typer.Argument(help="where to write it; must not exist yet")]) -> None:
    """Write a backup while the program runs. Personal data in it stay encrypted: keep the key, too, but apart."""
    from bot.parts import open_store  # noqa: PLC0415
    from bot.store.backups import back_up  # noqa: PLC0415
    from bot.store.schema import migrate  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        migrate(store.engine)
        size = back_up(store.engine, file)
    finally:
        store.close()
    typer.echo(f"{file}: {size} bytes")


def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a backup")]) -> None:
    """Put a backup in the place of the database; the program must be stopped. What stood there is kept beside."""
    from bot.parts import open_store  # noqa: PLC0415
    from bot.store import backups  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        before = backups.restore(file, store.engine)
    finally:
        store.close()
    typer.echo("restored")
    if before is not None:
        typer.echo(f"what stood there before is in {before}")


def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="set WeChat's custom menu: 申请, 进度, 问答, 宣讲会")] = False,
) -> None:
    """Say whether everything is configured right; exit status 1 where something must be mended."""
    from bot.doctor import Grade, examine  # noqa: PLC0415

    settings = read_settings()
    findings = examine(settings)
    if fix:
        from bot.mending import mend  # noqa: PLC0415

        findings += mend(settings)
    for each in findings:
        typer.echo(f"{each.grade:<7} {each.text}")
    raise typer.Exit(1 if any(each.grade is Grade.MEND for each in findings) else 0)
