"""Broadcasts at work: begun, fed into the outbox a little at a time, paused, resumed, cancelled, brought to an end.

Everything that remembers is a row: a timer per broadcast beats while it runs, in whatever process. What is fed goes
out behind live replies, through the one gate of its channel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, select

from bot.channels.base import Channel, ChannelName
from bot.policy import Policy
from bot.store import broadcasts, deliveries, outbox, timers
from bot.store.broadcasts import Broadcast
from bot.store.deliveries import FORGOTTEN, NO_ACCOUNT
from bot.store.outbox import Outgoing
from bot.store.recipients import Addressee, Chat, addressees
from bot.store.states import Kind
from bot.store.tables import account, conversation
from bot.store.tables import outbox as outbox_table
from bot.store.timers import Timer
from bot.timers import Fire
from dialogs.broadcast import message_card, progress_lines
from dialogs.cards import Card
from domain.broadcast import BroadcastState, DeliveryState, Hand, Report
from domain.broadcast_text import template
from domain.campaign import current_campaign
from domain.vocabulary import Language

KIND = "broadcast"
"""Kind of the timers whose subject is a broadcast that is to begin or is running."""
REPORT = "broadcast_report"
"""Kind of the timers whose subject is a broadcast that has ended."""
AHEAD = 600
"""Messages that wait in the outbox at most: enough for a sender at 1,000 a second until the next beat."""
AT_ONCE = 200
"""Recipients that one beat takes on: decrypting and rendering them must not hold up turns."""
BEAT = timedelta(seconds=0.25)
REST = timedelta(seconds=60)
"""Between looks while there is nothing to do but wait for people to open the chat page."""
PROGRESS = timedelta(seconds=3)
"""Least time between two edits of the status message."""
KEPT = timedelta(days=3)
"""How long a message waits to be fetched (the chat page) or for its platform to come back."""

Channels = Mapping[ChannelName, Channel]


def subject(number: int) -> str:
    """The subject of a broadcast's timers, and the key under which its progress is shown."""
    return f"broadcast {number}"


def begin(
    connection: Connection, seen: Broadcast, hand: Hand, now: datetime, actor: int | None = None
) -> Broadcast | None:
    """Makes the recipients' rows and sets it running; None where somebody else was faster."""
    count = deliveries.recruit(connection, seen.id, seen.audience, current_campaign(now.date()).id, now)
    running = broadcasts.change(
        connection, seen, BroadcastState.RUNNING, hand, now, actor=actor, recipients=count, started_at=now
    )
    if running is not None:
        timers.set_timer(connection, KIND, subject(seen.id), now, now)
    return running


def schedule(
    connection: Connection, seen: Broadcast, hand: Hand, now: datetime, actor: int | None = None
) -> Broadcast | None:
    """Begins it now, or sets it to begin at its `starts_at`."""
    if seen.starts_at is None or seen.starts_at <= now:
        return begin(connection, seen, hand, now, actor)
    timers.set_timer(connection, KIND, subject(seen.id), seen.starts_at, now)
    return broadcasts.change(connection, seen, BroadcastState.SCHEDULED, hand, now, actor=actor)


def pause(connection: Connection, seen: Broadcast, hand: Hand, now: datetime, actor: int | None) -> Broadcast | None:
    """Nothing more goes out but what is being sent just now."""
    paused = broadcasts.change(connection, seen, BroadcastState.PAUSED, hand, now, actor=actor)
    if paused is not None:
        deliveries.take_back(connection, seen.id)
    return paused


def resume(connection: Connection, seen: Broadcast, hand: Hand, now: datetime, actor: int | None) -> Broadcast | None:
    """Goes on with those whose turn had not come."""
    running = broadcasts.change(connection, seen, BroadcastState.RUNNING, hand, now, actor=actor)
    if running is not None:
        timers.set_timer(connection, KIND, subject(seen.id), now, now)
    return running


def cancel(connection: Connection, seen: Broadcast, hand: Hand, now: datetime, actor: int | None) -> Broadcast | None:
    """Ends it; whose turn had not come is cancelled."""
    ended = broadcasts.change(connection, seen, BroadcastState.CANCELLED, hand, now, actor=actor)
    if ended is None:
        return None
    if ended.started_at is None:
        timers.cancel_timer(connection, KIND, subject(seen.id), now)
    else:
        deliveries.cancel_waiting(connection, seen.id, now)
        timers.set_timer(connection, KIND, subject(seen.id), now, now)
    return ended


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a running broadcast needs to go on."""

    channels: Channels
    policy: Policy

    def __call__(self, connection: Connection, timer: Timer, now: datetime) -> datetime | None:
        """One beat; returns when the next is due, None once nothing is left to do."""
        seen = broadcasts.find(connection, int(timer.subject.rsplit(" ", 1)[-1]), lock=True)
        if seen is None or (seen.started_at is None and seen.state is not BroadcastState.SCHEDULED):
            return None
        if seen.state is BroadcastState.SCHEDULED:
            return self._begin_when_due(connection, seen, now)
        if seen.state is BroadcastState.RUNNING:
            self._feed(connection, seen, now)
        deliveries.expire(connection, seen.id, now)
        report = deliveries.report(connection, seen)
        if report.finished:
            self._finish(connection, seen, report, now)
            return None
        tell_progress(connection, seen, report, now)
        return self._next(connection, seen, report, now)

    def _begin_when_due(self, connection: Connection, seen: Broadcast, now: datetime) -> datetime | None:
        if seen.starts_at is not None and seen.starts_at > now:
            return seen.starts_at
        return now if begin(connection, seen, Hand.PROGRAM, now) is not None else None

    def _feed(self, connection: Connection, seen: Broadcast, now: datetime) -> None:
        """Puts the next recipients' messages into the outbox, those in their quiet hours aside."""
        room = min(AT_ONCE, AHEAD - deliveries.under_way(connection, seen.id))
        if room <= 0:
            return
        following = deliveries.unsent(connection, seen.id, now, room)
        campaign = current_campaign(now.date())
        known = {each.who: each for each in addressees(connection, [who for _, who in following], campaign.id)}
        found = [(row, known.get(who)) for row, who in following]
        gone = [row for row, each in found if each is None or each.who[0] is None]
        deliveries.end(connection, gone, DeliveryState.CANCELLED, FORGOTTEN, now)
        there = [(row, each) for row, each in found if each is not None and each.who[0] is not None]
        mute = [row for row, each in there if each.chat is None]
        deliveries.end(connection, mute, DeliveryState.UNREACHABLE, NO_ACCOUNT, now)
        due = {row: self.policy.quiet.next_allowed(now, each.zones) for row, each in there}
        deliveries.wait_until(connection, {row: at for row, at in due.items() if at > now})
        awake = [(row, each, each.chat) for row, each in there if each.chat is not None and due[row] <= now]
        wording = partial(message_card, template(seen.text), days_left=campaign.days_left(now))
        self._hand_over(connection, awake, wording, now)

    def _hand_over(
        self,
        connection: Connection,
        awake: Sequence[tuple[int, Addressee, Chat]],
        wording: "partial[Card]",
        now: datetime,
    ) -> None:
        outgoing: list[Outgoing] = []
        places: dict[int, list[int]] = {}
        for row, each, chat in awake:
            language = each.recipient.language
            for part in parts_of(self.channels, chat.channel, wording(person=each.recipient), language):
                outgoing.append(
                    Outgoing(
                        account=chat.account,
                        channel=chat.channel,
                        language=language,
                        card=part,
                        kind=Kind.BROADCAST,
                        expires_at=now + KEPT,
                    )
                )
                places.setdefault(row, []).append(len(outgoing) - 1)
        made = outbox.put(connection, outgoing, now)
        deliveries.handed_over(connection, {row: [made[at] for at in own] for row, own in places.items()})

    def _next(self, connection: Connection, seen: Broadcast, report: Report, now: datetime) -> datetime | None:
        if seen.state is BroadcastState.PAUSED:
            return now + PROGRESS if report[DeliveryState.SENDING] else None
        if deliveries.under_way(connection, seen.id) or deliveries.unsent(connection, seen.id, now, 1):
            return now + BEAT
        quiet = deliveries.quiet_until(connection, seen.id)
        return min(now + REST, quiet) if quiet is not None else now + REST

    def _finish(self, connection: Connection, seen: Broadcast, report: Report, now: datetime) -> None:
        if not seen.ended:
            broadcasts.change(connection, seen, BroadcastState.FINISHED, Hand.PROGRAM, now)
        tell_progress(connection, seen, report, now, last=True)
        timers.set_timer(connection, REPORT, subject(seen.id), now, now)


def pulse_of(channels: Channels, policy: Policy) -> Fire:
    """The broadcast timer."""
    return Pulse(channels, policy)


def parts_of(channels: Channels, channel: ChannelName, card: Card, language: Language) -> Sequence[Card]:
    """The card as the messages that the channel makes of it; as it is where this process does not know the channel."""
    known = channels.get(channel)
    return known.parts(card, language) if known is not None else [card]


def tell_progress(
    connection: Connection, seen: Broadcast, report: Report, now: datetime, *, last: bool = False
) -> None:
    """Shows how far it is, in the one message that is edited; the `last` time also where that has to wait a little."""
    there = account_of(connection, seen.account)
    if there is None:
        return
    chat, language = there
    shown = connection.execute(
        select(outbox_table.c.finished_at, outbox_table.c.created_at)
        .where(outbox_table.c.account_id == chat.account, outbox_table.c.coalesce_key == subject(seen.id))
        .order_by(outbox_table.c.id.desc())
        .limit(1)
    ).one_or_none()
    due = now
    if shown is not None:
        if shown.finished_at is None and not last:
            return
        due = max(now, (shown.finished_at or now) + PROGRESS)
    if due > now and not last:
        return
    message = Outgoing(
        account=chat.account,
        channel=chat.channel,
        language=language,
        card=Card(lines=progress_lines(report)),
        kind=Kind.NOTICE,
        due_at=due,
        coalesce_key=subject(seen.id),
    )
    outbox.put(connection, [message], now)


def account_of(connection: Connection, account_id: int | None) -> tuple[Chat, Language] | None:
    """A member's chat and language; None where the account is no longer there."""
    row = connection.execute(
        select(account.c.id, account.c.channel, conversation.c.language)
        .join(conversation, conversation.c.person_id == account.c.person_id)
        .where(account.c.id == account_id)
    ).one_or_none()
    return (Chat(row.id, row.channel), row.language) if row is not None else None
