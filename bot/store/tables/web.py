"""What the chat page needs beside the traffic: its way through a transcript, and links that work once."""

from sqlalchemy import Column, Index, LargeBinary, Table

from bot.store.columns import Moment, metadata
from bot.store.tables.traffic import inbox, outbox

Index("ix_inbox_transcript", inbox.c.account_id, inbox.c.id)
Index("ix_outbox_transcript", outbox.c.account_id, outbox.c.id)

used_link = Table(
    "used_link",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("expires_at", Moment, nullable=False, index=True),
)
"""Signed links that were followed and do not work a second time; forgotten once they would be too old anyway."""
