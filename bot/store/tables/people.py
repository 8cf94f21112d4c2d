"""Who the product talks to: persons, their accounts on channels, conversations, roles, one-time codes."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from bot.channels.base import ChannelName
from bot.store.columns import Key, Moment, key, metadata, one_of, partial_index, words
from bot.store.crypto import EncryptedText
from bot.store.states import CodeKind, Reachability
from dialogs.effects import Purpose
from domain.vocabulary import Language, Role

person = Table(
    "person",
    metadata,
    key(),
    Column("zone", String(64)),
    Column("created_at", Moment, nullable=False),
)
"""One human being (as far as is known); `zone` is an IANA time zone once it is known."""

account = Table(
    "account",
    metadata,
    key(),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", words(ChannelName), nullable=False),
    Column("address", String(128), nullable=False),
    Column("reachability", words(Reachability), nullable=False, server_default=Reachability.REACHABLE.value),
    Column("unreachable_reason", String(200)),
    Column("unreachable_since", Moment),
    Column("opted_out_at", Moment),
    Column("hold_until", Moment),
    Column("window_until", Moment),
    Column("window_left", SmallInteger),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "address"),
    one_of("channel", ChannelName),
    one_of("reachability", Reachability),
    CheckConstraint("(reachability = 'unreachable') = (unreachable_since IS NOT NULL)", name="unreachable_since"),
    CheckConstraint("address <> ''", name="address"),
    CheckConstraint("window_left >= 0", name="window_left"),
)
"""A person's account on one channel. `hold_until`: this chat's back-off or 429; `window_*`: WeChat's reply window."""

conversation = Table(
    "conversation",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("language", words(Language), nullable=False),
    Column("state", EncryptedText("conversation.state"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("open_question", String(64)),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    one_of("language", Language),
    CheckConstraint("length(id) = 16", name="id"),
    CheckConstraint("revision >= 0", name="revision"),
)
"""A person's lane and conversation: `state` is `dialogs.conversation.Conversation` as JSON; `revision` the fence."""

unit = Table(
    "unit",
    metadata,
    key(),
    Column("name", String(200), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("name <> ''", name="name"),
)
"""推荐单位."""

code = Table(
    "code",
    metadata,
    key(),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("letters", EncryptedText("code.letters")),
    Column("kind", words(CodeKind), nullable=False),
    Column("unit_id", Key, ForeignKey("unit.id", ondelete="CASCADE")),
    Column("made_by", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("used_at", Moment),
    one_of("kind", CodeKind),
    CheckConstraint("used_by IS NULL OR used_at IS NOT NULL", name="used"),
    CheckConstraint("(kind IN ('unit_contact', 'candidate')) = (unit_id IS NOT NULL)", name="unit"),
    CheckConstraint("kind <> 'resume' OR made_by IS NOT NULL OR used_at IS NOT NULL", name="resume"),
)
"""A one-time code: found by its keyed digest, and encrypted until it is used, for the digest by the next key. A copy
of the database without the key opens no door.
"""

code_attempt = Table(
    "code_attempt",
    metadata,
    Column("account_id", Key, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("count", Integer, nullable=False),
    CheckConstraint("count > 0", name="count"),
)
"""How many wrong codes an account has tried since `since`."""

role_grant = Table(
    "role_grant",
    metadata,
    key(),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("role", words(Role), nullable=False),
    Column("unit_id", Key, ForeignKey("unit.id", ondelete="CASCADE")),
    Column("code_id", Key, ForeignKey("code.id", ondelete="SET NULL")),
    Column("granted_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    one_of("role", Role),
    CheckConstraint("role <> 'unit_contact' OR unit_id IS NOT NULL", name="unit"),
)
"""Who may be what. A candidate's row binds the person to the unit that invited them."""

consent = Table(
    "consent",
    metadata,
    key(),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", words(Purpose), nullable=False),
    Column("version", String(64), nullable=False),
    Column("given", Boolean(name="given"), nullable=False),
    Column("at", Moment, nullable=False),
    one_of("purpose", Purpose),
)
"""Every consent given or withdrawn, to which version of the notice; the newest of a purpose holds."""

enquiry = Table(
    "enquiry",
    metadata,
    key(),
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("account_id", Key, ForeignKey("account.id", ondelete="SET NULL")),
    Column("text", EncryptedText("enquiry.text"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("answer", EncryptedText("enquiry.answer")),
    Column("answered_by", Key, ForeignKey("person.id", ondelete="SET NULL")),
    Column("answered_at", Moment),
    CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at"),
)
"""A question to the secretariat that the bot could not answer."""

_standing = "revoked_at IS NULL AND unit_id IS NULL"
_standing_in_unit = "revoked_at IS NULL AND unit_id IS NOT NULL"
partial_index(
    "uq_role_grant_standing",
    role_grant.c.person_id,
    role_grant.c.role,
    unique=True,
    where=_standing,
)
partial_index(
    "uq_role_grant_standing_in_unit",
    role_grant.c.person_id,
    role_grant.c.role,
    role_grant.c.unit_id,
    unique=True,
    where=_standing_in_unit,
)
