"""Commands on the records: invite."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.store.states import CodeKind

invite = typer.Typer(no_args_is_help=True, help="Print a one-time code; in any chat, /join CODE binds the account.")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    invite.command("secretariat")(invite_secretariat)
    invite.command("unit")(invite_unit)
    app.add_typer(invite, name="invite")


def invite_secretariat(
    lead: Annotated[bool, typer.Option("--lead", help="a lead, who may invite and revoke")] = False,
) -> None:
    """A code for a member of the secretariat."""
    from bot.store.states import CodeKind  # noqa: PLC0415

    _invite(CodeKind.LEAD if lead else CodeKind.SECRETARIAT, "")


def invite_unit(name: Annotated[str, typer.Argument(help="name of the recommending unit")]) -> None:
    """A code for a contact of a recommending unit."""
    from bot.store.states import CodeKind  # noqa: PLC0415

    if not name.strip():
        raise typer.BadParameter("the unit needs a name")
    _invite(CodeKind.UNIT_CONTACT, name.strip())


def _invite(kind: "CodeKind", unit: str) -> None:
    from bot.invitations import invitation  # noqa: PLC0415
    from bot.parts import open_store  # noqa: PLC0415
    from bot.store.schema import migrate  # noqa: PLC0415

    store = open_store(read_settings())
    try:
        migrate(store.engine)
        typer.echo(invitation(store, kind, unit))
    finally:
        store.close()
