"""The chat commands: what each asks of the conversation, and the one place that checks who may use it."""

from collections.abc import Callable
from dataclasses import dataclass

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.effects import Effect, NoteRefusal, RedeemCode, RequestStats
from dialogs.questions import Go
from dialogs.script import Script
from dialogs.status import status_lines
from dialogs.texts import catalogue
from domain.permissions import action_of_command, may
from domain.vocabulary import Language

CODE_LENGTH = 64
"""Characters that a code or start argument may have at most (Telegram's limit for start arguments)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a command comes to; after it the open question is asked again unless something else opens."""

    lines: tuple[Line, ...] = ()
    effects: tuple[Effect, ...] = ()
    language: Language | None = None
    go: Go | None = None
    opens: str = ""
    begins: str = ""
    """A side script to begin."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it was given."""

    name: str
    argument: str
    conversation: Conversation
    script: Script
    context: Context


def command(name: str, argument: str, conversation: Conversation, script: Script, context: Context) -> Reply:
    """Runs the command, or says that it does not exist or is not this person's to use."""
    action = action_of_command(f"/{name}")
    handler = HANDLERS.get(name)
    if action is None or handler is None:
        return Reply(lines=(Line(key="command.unknown", args={"name": name[:32]}),))
    if not may(context.roles, action):
        return Reply(lines=(Line(key="command.refused"),), effects=(NoteRefusal(action),))
    return handler(Call(name, argument.strip(), conversation, script, context))


def _start(call: Call) -> Reply:
    if call.argument:
        return _join(call)
    return Reply(lines=(Line(key="start.again"),)) if call.conversation.main.answers else Reply()


def _join(call: Call) -> Reply:
    if not call.argument:
        return Reply(lines=(Line(key="join.code_missing"),))
    return Reply(effects=(RedeemCode(call.argument[:CODE_LENGTH]),))


def _status(call: Call) -> Reply:
    return Reply(lines=status_lines(call.conversation, call.context))


def _edit(call: Call) -> Reply:
    if not call.conversation.main.answers:
        return Reply(lines=(Line(key="edit.nothing"),))
    return Reply(opens="edit")


def _back(_: Call) -> Reply:
    return Reply(go=Go.BACK)


def _cancel(_: Call) -> Reply:
    return Reply(go=Go.CANCEL)


def _help(call: Call) -> Reply:
    lines = [Line(key="help.text")]
    opened = call.conversation.active.open
    if opened is not None and f"{opened.id}.help" in catalogue():
        lines.append(Line(key=f"{opened.id}.help"))
    return Reply(lines=tuple(lines))


def _lang(call: Call) -> Reply:
    try:
        language = Language(call.argument.lower())
    except ValueError:
        return Reply(lines=(Line(key="lang.which"),))
    return Reply(lines=(Line(key="lang.changed"),), language=language)


def _privacy(_: Call) -> Reply:
    return Reply(lines=(Line(key="privacy.notice"),))


def _export(_: Call) -> Reply:
    return Reply(begins="export")


def _stats(_: Call) -> Reply:
    return Reply(effects=(RequestStats(),))


HANDLERS: dict[str, Callable[[Call], Reply]] = {
    "start": _start,
    "join": _join,
    "status": _status,
    "edit": _edit,
    "back": _back,
    "cancel": _cancel,
    "help": _help,
    "lang": _lang,
    "privacy": _privacy,
    "export": _export,
    "stats": _stats,
}
