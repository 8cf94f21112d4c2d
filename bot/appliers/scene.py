"""Where an effect happens."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.policy import DEFAULT, Policy
from bot.store import audit
from bot.store.audit import Entry, Outcome
from bot.turns import Who
from dialogs.conversation import Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The turn's transaction, whose turn it is, the conversation after the step, and when."""

    connection: Connection
    who: Who
    conversation: Conversation
    now: datetime
    policy: Policy = DEFAULT
    address: str = ""
    """The public address, without a slash at the end."""

    def audit(self, action: str, *, subject: str = "", outcome: Outcome = Outcome.DONE, detail: str = "") -> None:
        """Writes that this person did it."""
        entry = Entry(action=action, actor=self.who.person, subject=subject, outcome=outcome, detail=detail)
        audit.write(self.connection, entry, self.now)
