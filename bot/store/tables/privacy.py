"""What people's rights over their data need: erasures under way, withdrawals without identity, the signing secret."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table

from bot.store.columns import Key, Moment, key, metadata, one_of, words
from bot.store.crypto import EncryptedText
from domain.vocabulary import Level

erasure = Table(
    "erasure",
    metadata,
    Column("person_id", Key, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("state", EncryptedText("erasure.state"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    CheckConstraint("due_at >= asked_at", name="due_at"),
)
"""A person asked to be forgotten: until `due_at` they may take it back; `state` is the conversation as it was."""

withdrawal = Table(
    "withdrawal",
    metadata,
    key(),
    Column("campaign", String(64), nullable=False, index=True),
    Column("unit_id", Key, ForeignKey("unit.id", ondelete="SET NULL")),
    Column("field", String(64), nullable=False),
    Column("level", words(Level)),
    Column("at", Moment, nullable=False),
    one_of("level", Level),
)
"""An application that had been handed in and was erased: that there was one, so that numbers add up, not whose."""

signing = Table(
    "signing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("secret", EncryptedText("signing.secret"), nullable=False),
    Column("made_at", Moment, nullable=False),
    CheckConstraint("id = 1", name="single"),
)
"""The secret that cookies, links and buttons are signed with: it outlives the rotation of the encryption key."""

__all__ = ["erasure", "signing", "withdrawal"]
