"""Calling people: briefings with who was told what and who comes; broadcasts with a row for every recipient."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.columns import Key, Moment, key, metadata, one_of, partial_index, quoted, words
from bot.store.crypto import EncryptedText
from bot.store.states import NoticeKind
from domain.audience import Attendance
from domain.broadcast import UNFINISHED, BroadcastState, DeliveryState, broadcast_rules

_ENDED = tuple(each.id for each in broadcast_rules().states if each.final)

broadcast = Table(
    "broadcast",
    metadata,
    key(),
    Column("author_id", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("account_id", Key, ForeignKey("account.id", ondelete="SET NULL")),
    Column("approved_by", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("text", EncryptedText("broadcast.text"), nullable=False),
    Column("audience", Text, nullable=False),
    Column("state", words(BroadcastState), nullable=False),
    Column("recipients", Integer),
    Column("starts_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    one_of("state", BroadcastState),
    CheckConstraint(f"(state IN ({quoted(*_ENDED)})) = (finished_at IS NOT NULL)", name="finished_at"),
    CheckConstraint(
        "state NOT IN ('running', 'paused', 'finished') OR (started_at IS NOT NULL AND recipients IS NOT NULL)",
        name="started_at",
    ),
    CheckConstraint("recipients >= 0", name="recipients"),
)
"""群发. `audience` is `domain.audience.Audience` as JSON, `account_id` where its progress is shown;
`recipients` is how many rows of `delivery` were made in the transaction that started it.
"""

delivery = Table(
    "delivery",
    metadata,
    key(),
    Column("broadcast_id", Key, ForeignKey("broadcast.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", Key, ForeignKey("person.id", ondelete="SET NULL"), index=True),
    Column("candidate_id", Key, ForeignKey("candidate.id", ondelete="SET NULL"), index=True),
    Column("outbox_id", Key, ForeignKey("outbox.id", ondelete="SET NULL"), unique=True),
    Column("state", words(DeliveryState), nullable=False),
    Column("not_before", Moment),
    Column("detail", String(200)),
    Column("finished_at", Moment),
    UniqueConstraint("broadcast_id", "person_id"),
    UniqueConstraint("broadcast_id", "candidate_id"),
    one_of("state", DeliveryState),
    CheckConstraint(f"(state IN ({quoted(*UNFINISHED)})) = (finished_at IS NULL)", name="finished_at"),
    Index("ix_delivery_broadcast_id_state", "broadcast_id", "state"),
)
"""One recipient of a broadcast. Its state follows the outbox row's by a trigger, in the same transaction; the row stays
when the person is forgotten, so that the figures add up. `not_before` is the end of the recipient's quiet hours.
"""

_unsent = "state = 'waiting' AND outbox_id IS NULL"
partial_index(
    "ix_delivery_unsent",
    delivery.c.broadcast_id,
    delivery.c.not_before,
    where=_unsent,
)

delivery_lead = Table(
    "delivery_lead",
    metadata,
    Column("outbox_id", Key, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("delivery_id", Key, ForeignKey("delivery.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""The messages that go before the last one, where a channel needs several for one text."""

broadcast_change = Table(
    "broadcast_change",
    metadata,
    Column("was", words(BroadcastState), primary_key=True),
    Column("became", words(BroadcastState), primary_key=True),
    one_of("was", BroadcastState),
    one_of("became", BroadcastState),
)
"""The changes of a broadcast's state that a trigger lets through: `domain/data/broadcast.toml`."""

delivery_change = Table(
    "delivery_change",
    metadata,
    Column("was", words(DeliveryState), primary_key=True),
    Column("became", words(DeliveryState), primary_key=True),
    one_of("was", DeliveryState),
    one_of("became", DeliveryState),
)
"""The changes of a delivery's state that a trigger lets through: `domain/data/broadcast.toml`."""

briefing = Table(
    "briefing",
    metadata,
    key(),
    Column("uid", String(32), nullable=False, unique=True),
    Column("author_id", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("sequence", Integer, nullable=False),
    Column("cancelled", Boolean(name="cancelled"), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("sequence >= 0", name="sequence"),
)
"""宣讲会. The id is its number for people and in buttons, `uid` its name in calendars; its versions say the rest."""

briefing_version = Table(
    "briefing_version",
    metadata,
    Column("briefing_id", Key, ForeignKey("briefing.id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
)
"""Every version of a briefing as it was announced: `domain.briefing.Briefing` as JSON."""

briefing_material = Table(
    "briefing_material",
    metadata,
    key(),
    Column("briefing_id", Key, ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("reference", String(32)),
    Column("made_at", Moment, nullable=False),
)
"""What is sent after a briefing; `reference` is a stored file's."""

attendance = Table(
    "attendance",
    metadata,
    key(),
    Column("briefing_id", Key, ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), index=True),
    Column("candidate_id", Key, ForeignKey("candidate.id", ondelete="SET NULL"), index=True),
    Column("answer", words(Attendance), nullable=False),
    Column("invited_at", Moment, nullable=False),
    Column("answered_at", Moment),
    UniqueConstraint("briefing_id", "person_id"),
    UniqueConstraint("briefing_id", "candidate_id"),
    one_of("answer", Attendance),
    CheckConstraint("(answer = 'no_answer') = (answered_at IS NULL)", name="answered_at"),
)
"""Who was called to a briefing, and what they answered; candidates without a chat account are to be called by hand."""

briefing_notice = Table(
    "briefing_notice",
    metadata,
    key(),
    Column("briefing_id", Key, ForeignKey("briefing.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", words(NoticeKind), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("outbox_id", Key, ForeignKey("outbox.id", ondelete="SET NULL"), index=True),
    Column("not_before", Moment),
    Column("put_at", Moment),
    UniqueConstraint("briefing_id", "person_id", "kind", "sequence"),
    one_of("kind", NoticeKind),
)
"""What each person is told of a briefing, once a kind and sequence (its version; of materials their id).

`put_at` is when it went into the outbox, or was found to be of no more use.
"""

_not_put = "put_at IS NULL"
partial_index(
    "ix_briefing_notice_not_put",
    briefing_notice.c.briefing_id,
    briefing_notice.c.not_before,
    where=_not_put,
)
