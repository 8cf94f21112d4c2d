"""The chat commands: what each asks of the conversation, and the one place that checks who may use it."""

from collections.abc import Callable
from dataclasses import dataclass

from dialogs.campaign_texts import campaign_line
from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Conversation, Thread
from dialogs.effects import (
    BroadcastMove,
    Effect,
    FindCandidates,
    InviteMember,
    InviteUnit,
    ListBroadcasts,
    ListEnquiries,
    ListMembers,
    MoveBroadcast,
    NoteRefusal,
    ReadAudit,
    RedeemCode,
    RequestDeskLink,
    RequestMyData,
    RequestStats,
    ResumeMessages,
    RevokeRole,
    ViewCase,
)
from dialogs.faq import faq_answer
from dialogs.questions import Go
from dialogs.recap import recap_lines
from dialogs.review import about_case, about_enquiry
from dialogs.script import Script
from dialogs.units import about
from domain.permissions import Action, Reach, action_of_command, may, reach
from domain.vocabulary import Language

UNIT_LENGTH = 200
_DIGITS = 9
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
    side: Thread | None = None
    """A side script to begin with answers that are known already."""
    asks: str = ""
    """A question to offer to the secretariat."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command as it was given."""

    name: str
    argument: str
    conversation: Conversation
    script: Script
    context: Context


Handler = Callable[[Call], Reply]


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
    if not call.conversation.main.answers:
        return Reply()
    return Reply(lines=recap_lines(call.conversation, call.script, call.context) or (Line(key="start.again"),))


def _join(call: Call) -> Reply:
    if not call.argument:
        return Reply(lines=(Line(key="join.code_missing"),))
    return Reply(effects=(RedeemCode(call.argument[:CODE_LENGTH]),))


def _lang(call: Call) -> Reply:
    try:
        language = Language(call.argument.lower())
    except ValueError:
        return Reply(lines=(Line(key="lang.which"),))
    return Reply(lines=(Line(key="lang.changed"),), language=language)


def _privacy(call: Call) -> Reply:
    return Reply(lines=(campaign_line("privacy.notice", call.context, call.conversation.language),))


def _ask(call: Call) -> Reply:
    if not call.argument:
        return Reply(lines=(Line(key="ask.how"),)) if call.conversation.side is not None else Reply(begins="ask")
    found = faq_answer(call.argument)
    lines = (campaign_line(found.key, call.context, call.conversation.language),) if found else ()
    return Reply(lines=lines, asks="" if found and not found.secretariat else call.argument)


def _edit(call: Call) -> Reply:
    """`/edit name` opens that answer at once: what a page offers beside each of them."""
    return Reply(opens=call.argument) if call.argument in call.conversation.main.answers else Reply(go=Go.EDIT)


def _forget(call: Call) -> Reply:
    """A second time, while it can still be taken back, it offers just that."""
    return Reply(begins="forget" if call.context.erasure_on is None else "restore")


def _of_unit(script: str) -> Handler:
    """A dialogue about the unit that is named, or the only one that the person works for; else it asks which."""

    def handler(call: Call) -> Reply:
        units = call.context.directory.own_units()
        named = call.argument or (units[0] if len(units) == 1 else "")
        desk = call.context.directory.unit_desk(named) if named else None
        if desk is None:
            lines = (Line(key="unit.unknown", args={"unit": named[:64]}),) if named else ()
            return Reply(begins="unit", lines=lines)
        if script == "unit_people" and not desk.people:
            return Reply(side=about(named, call.context), lines=(Line(key="unit.nobody"),))
        return Reply(side=about(named, call.context, script))

    return handler


def _import(call: Call) -> Reply:
    """For all units where the person may, else for their own."""
    if reach(call.context.roles, Action.IMPORT) is Reach.ALL and not call.argument:
        return Reply(begins="import")
    return _of_unit("import")(call)


def _goes(way: Go) -> Handler:
    return lambda _: Reply(go=way)


def _begins(script: str) -> Handler:
    return lambda _: Reply(begins=script)


def _effect(effect: Effect, said: str = "") -> Handler:
    return lambda _: Reply(effects=(effect,), lines=(Line(key=said),) if said else ())


def _approve(call: Call) -> Reply:
    """`/approve 7`, `/approve 7 no`."""
    number, _, said = call.argument.partition(" ")
    if not _is_number(number):
        return Reply(lines=(Line(key="broadcast.which"),))
    move = BroadcastMove.SEND_BACK if said.strip().lower() in _REFUSALS else BroadcastMove.APPROVE
    return Reply(effects=(MoveBroadcast(int(number), move),))


def _broadcasts(call: Call) -> Reply:
    """`/broadcasts`, `/broadcasts 7 pause`: any member may stop one."""
    number, _, said = call.argument.partition(" ")
    move = said.strip().lower()
    if _is_number(number) and move in _BRAKES:
        return Reply(effects=(MoveBroadcast(int(number), BroadcastMove(move)),))
    return Reply(effects=(ListBroadcasts(),))


_REFUSALS = frozenset({"no", "n", "不", "不同意", "退回"})
_BRAKES = frozenset({BroadcastMove.PAUSE, BroadcastMove.RESUME, BroadcastMove.CANCEL})
_DIGITS = 9


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def _find(call: Call) -> Reply:
    if not call.argument:
        return Reply(lines=(Line(key="find.how"),))
    return Reply(effects=(FindCandidates(call.argument),))


def _review(call: Call) -> Reply:
    """The next application that waits, or the one with that number."""
    directory = call.context.directory
    number = _number(call.argument)
    card = directory.case(number) if number else directory.next_case(0)
    if card is None:
        return Reply(lines=(Line(key="desk.case_gone" if number else "review.no_more"),))
    return Reply(effects=(ViewCase(card.id),), side=about_case(card, call.context))


def _revoke(call: Call) -> Reply:
    number = _number(call.argument)
    return Reply(effects=(RevokeRole(number),)) if number else Reply(lines=(Line(key="revoke.how"),))


def _invite(call: Call) -> Reply:
    return Reply(effects=(InviteMember(lead=call.argument.lower() == "lead"),))


def _invite_unit(call: Call) -> Reply:
    if not call.argument:
        return Reply(lines=(Line(key="invite_unit.how"),))
    return Reply(effects=(InviteUnit(call.argument[:UNIT_LENGTH]),))


def _questions(call: Call) -> Reply:
    """The list, or the one with that number to be answered."""
    number = _number(call.argument)
    return Reply(side=about_enquiry(number, call.context)) if number else Reply(effects=(ListEnquiries(),))


def _number(text: str) -> int:
    text = text.removeprefix("#")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0


HANDLERS: dict[str, Handler] = {
    "start": _start,
    "join": _join,
    "status": _goes(Go.STATUS),
    "edit": _edit,
    "back": _goes(Go.BACK),
    "cancel": _goes(Go.CANCEL),
    "help": _goes(Go.HELP),
    "continue": _goes(Go.ELSEWHERE),
    "lang": _lang,
    "privacy": _privacy,
    "ask": _ask,
    "mydata": _effect(RequestMyData(), "mydata.started"),
    "forget": _forget,
    "stop": _goes(Go.STOP),
    "resume": _effect(ResumeMessages(), "messages.resumed"),
    "unit": _of_unit("unit"),
    "candidates": _of_unit("unit_people"),
    "remind": _of_unit("unit_people"),
    "recommend": _of_unit("unit_people"),
    "projects": _of_unit("unit_works"),
    "link": _of_unit("unit_invite"),
    "package": _of_unit("unit"),
    "scan": _of_unit("unit_scan"),
    "import": _import,
    "export": _begins("export"),
    "stats": _effect(RequestStats()),
    "desk": _effect(RequestDeskLink()),
    "find": _find,
    "review": _review,
    "questions": _questions,
    "who": _effect(ListMembers()),
    "audit": _effect(ReadAudit()),
    "revoke": _revoke,
    "invite": _invite,
    "invite_unit": _invite_unit,
    "brief": _begins("brief"),
    "broadcast": _begins("broadcast"),
    "broadcasts": _broadcasts,
    "approve": _approve,
}
