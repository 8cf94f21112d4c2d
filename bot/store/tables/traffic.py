"""How messages travel: inbox, outbox, gates, timers, attachments, and the events of their lives."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from bot.channels.base import ChannelName
from bot.store.columns import Key, Moment, key, metadata, one_of, partial_index, quoted, words
from bot.store.crypto import EncryptedBytes, EncryptedText
from bot.store.states import PRIORITY, UNFINISHED, InboxStatus, Kind, OutboxState, Source, TimerState
from domain.vocabulary import Language

inbox = Table(
    "inbox",
    metadata,
    key(),
    Column("channel", words(Source), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("account_id", Key, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("payload", EncryptedBytes("inbox.payload")),
    Column("status", words(InboxStatus), nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", Moment),
    Column("correlation", String(16), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("handled_at", Moment),
    UniqueConstraint("channel", "external_id"),
    one_of("channel", Source),
    one_of("status", InboxStatus),
    CheckConstraint("(status = 'waiting') = (handled_at IS NULL)", name="handled_at"),
    CheckConstraint("payload IS NOT NULL OR status <> 'waiting'", name="payload"),
    CheckConstraint("attempts >= 0", name="attempts"),
)
"""Every authentic message, stored before it is acknowledged. `person_id` is the lane; the id is the order in it."""

_waiting = "status = 'waiting'"
partial_index("ix_inbox_lane", inbox.c.person_id, inbox.c.id, where=_waiting)
_holds_payload = "payload IS NOT NULL"
partial_index("ix_inbox_payload", inbox.c.handled_at, where=_holds_payload)

outbox = Table(
    "outbox",
    metadata,
    key(),
    Column("account_id", Key, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("channel", words(ChannelName), nullable=False),
    Column("kind", words(Kind), nullable=False),
    Column("priority", SmallInteger, nullable=False),
    Column("language", words(Language), nullable=False),
    Column("card", EncryptedText("outbox.card")),
    Column("coalesce_key", String(64)),
    Column("render_digest", LargeBinary(16)),
    Column("edits", String(64)),
    Column("state", words(OutboxState), nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("message_id", String(64)),
    Column("reason", String(200)),
    Column("cause_id", Key, ForeignKey("inbox.id", ondelete="SET NULL")),
    Column("created_at", Moment, nullable=False),
    Column("sending_at", Moment),
    Column("finished_at", Moment),
    one_of("channel", ChannelName),
    one_of("kind", Kind),
    one_of("language", Language),
    one_of("state", OutboxState),
    CheckConstraint(
        " OR ".join(f"(kind = '{kind}' AND priority = {priority})" for kind, priority in PRIORITY.items()),
        name="priority",
    ),
    CheckConstraint(f"(state IN ({quoted(*UNFINISHED)})) = (finished_at IS NULL)", name="finished_at"),
    CheckConstraint(f"card IS NOT NULL OR state NOT IN ({quoted(*UNFINISHED)})", name="card"),
    CheckConstraint("state <> 'sending' OR sending_at IS NOT NULL", name="sending_at"),
    CheckConstraint("(coalesce_key IS NULL) = (render_digest IS NULL)", name="render_digest"),
    CheckConstraint("attempts >= 0", name="attempts"),
)
"""Every message of the bot. Order per account: priority, then id. `edits` is the message that it replaces in place."""

_is_waiting = "state = 'waiting'"
_is_sending = "state = 'sending'"
_unfinished = f"state IN ({quoted(*UNFINISHED)})"
partial_index(
    "ix_outbox_ready",
    outbox.c.channel,
    outbox.c.priority,
    outbox.c.due_at,
    outbox.c.id,
    where=_is_waiting,
)
partial_index(
    "ix_outbox_lane",
    outbox.c.account_id,
    outbox.c.priority,
    outbox.c.id,
    where=_unfinished,
)
partial_index(
    "uq_outbox_sending",
    outbox.c.account_id,
    unique=True,
    where=_is_sending,
)
_keyed_waiting = "state = 'waiting' AND coalesce_key IS NOT NULL"
partial_index(
    "uq_outbox_newest",
    outbox.c.account_id,
    outbox.c.coalesce_key,
    unique=True,
    where=_keyed_waiting,
)
_keyed = "coalesce_key IS NOT NULL"
partial_index(
    "ix_outbox_keyed",
    outbox.c.account_id,
    outbox.c.coalesce_key,
    outbox.c.id,
    where=_keyed,
)
Index("ix_outbox_cause_id", outbox.c.cause_id)
_holds_card = "card IS NOT NULL"
partial_index("ix_outbox_card", outbox.c.finished_at, where=_holds_card)

gate = Table(
    "gate",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("rate", Float, nullable=False),
    Column("next_free", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    CheckConstraint("rate > 0", name="rate"),
    CheckConstraint("epoch > 0", name="epoch"),
)
"""What a channel account may send: GCRA's next free slot, the platform's `retry_after`, and who drives it (epoch)."""

timer = Table(
    "timer",
    metadata,
    key(),
    Column("kind", String(64), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("payload", EncryptedText("timer.payload")),
    Column("due_at", Moment, nullable=False),
    Column("state", words(TimerState), nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    one_of("state", TimerState),
    CheckConstraint("(state = 'waiting') = (finished_at IS NULL)", name="finished_at"),
)
"""Anything for later, and slow work. At most one waits for each (kind, subject)."""

_timer_waits = "state = 'waiting'"
partial_index(
    "uq_timer_waiting",
    timer.c.kind,
    timer.c.subject,
    unique=True,
    where=_timer_waits,
)
partial_index("ix_timer_due_at", timer.c.due_at, where=_timer_waits)
partial_index("ix_timer_payload", timer.c.finished_at, where=_holds_payload)

attachment = Table(
    "attachment",
    metadata,
    key(),
    Column("reference", String(32), nullable=False, unique=True),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("inbox_id", Key, ForeignKey("inbox.id", ondelete="SET NULL")),
    Column("position", SmallInteger, nullable=False, server_default="0"),
    Column("kind", String(32)),
    Column("name", EncryptedText("attachment.name"), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", EncryptedBytes("attachment.content"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, index=True),
    UniqueConstraint("inbox_id", "position"),
    CheckConstraint("size >= 0", name="size"),
)
"""A file: one that a person sent (by inbox row and place in it), or one made for them (an export).

`kind` is set once it belongs to the person's application (`certificate`).
"""

event = Table(
    "event",
    metadata,
    key(),
    Column("subject", String(32), nullable=False),
    Column("subject_id", String(32), nullable=False),
    Column("was", String(32)),
    Column("became", String(32), nullable=False),
    Column("actor_id", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("detail", EncryptedText("event.detail")),
    Column("at", Moment, nullable=False),
)
"""A change of state, written in its own transaction; `actor_id` is null where the product itself acted."""

Index("ix_event_subject", event.c.subject, event.c.subject_id)
