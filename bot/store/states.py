"""The closed sets of states that rows of traffic can be in."""

from enum import StrEnum

from bot.channels.base import ChannelName


class Source(StrEnum):
    """Where an inbox row came from: a channel, or the product itself (a finished export, a fired reminder)."""

    WEB = ChannelName.WEB.value
    TELEGRAM = ChannelName.TELEGRAM.value
    WECHAT = ChannelName.WECHAT.value
    INTERNAL = "internal"


class InboxStatus(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    """Stored, not handled yet."""
    HANDLED = "handled"
    """Its turn is committed: effects, cards and conversation."""
    FAILED = "failed"
    """Given up after repeated failures; the person was told."""


class Kind(StrEnum):
    """Why something is sent; decides who goes first and whether an opt-out holds it back."""

    REPLY = "reply"
    """The answer to what the person just did."""
    NOTICE = "notice"
    """About the person's own case."""
    BROADCAST = "broadcast"
    """To many."""


PRIORITY: dict[Kind, int] = {Kind.REPLY: 0, Kind.NOTICE: 1, Kind.BROADCAST: 2}
"""Lower goes first."""


class OutboxState(StrEnum):
    """Where an outgoing message stands; every row ends in exactly one state after `sending`."""

    WAITING = "waiting"
    SENDING = "sending"
    """Committed just before the request is written to the network."""
    SENT = "sent"
    UNREACHABLE = "unreachable"
    """The person blocked the bot, left, or does not exist."""
    EXPIRED = "expired"
    """Its time had passed before it could be sent."""
    UNCERTAIN = "uncertain"
    """The request may have arrived; never repeated by itself."""
    CANCELLED = "cancelled"
    """Withdrawn, or overtaken by a newer rendering."""
    FAILED = "failed"
    """The platform refuses it, or it could not be delivered after many tries."""
    WINDOW_CLOSED = "window_closed"
    """WeChat takes nothing until the person writes again."""
    OPTED_OUT = "opted_out"
    """The person wants no broadcasts."""


UNFINISHED = (OutboxState.WAITING, OutboxState.SENDING)
"""The states in which a message is still to end somewhere."""


class Reachability(StrEnum):
    """Whether an account takes messages."""

    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"


class TimerState(StrEnum):
    """What became of a timer."""

    WAITING = "waiting"
    FIRED = "fired"
    CANCELLED = "cancelled"
    FAILED = "failed"


class CodeKind(StrEnum):
    """What a one-time code is for."""

    SECRETARIAT = "secretariat"
    LEAD = "lead"
    UNIT_CONTACT = "unit_contact"
    CANDIDATE = "candidate"
    """Binds the account to a unit as its candidate (the unit's link)."""
    RESUME = "resume"
    """Joins another account of the same person to their conversation."""


class ImportState(StrEnum):
    """Where a filled form that was sent by chat stands."""

    READING = "reading"
    READ = "read"
    """What it would change is known; nothing has been changed."""
    CONFIRMED = "confirmed"
    """The person said yes; it is being taken."""
    TAKEN = "taken"
    REFUSED = "refused"
    """The file as a whole cannot or must not be read."""
    DROPPED = "dropped"
    """The person said no."""


class NoticeKind(StrEnum):
    """What somebody is told of a briefing."""

    INVITATION = "invitation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    DAY = "day"
    HOUR = "hour"
    MATERIAL = "material"
