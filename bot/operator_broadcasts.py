"""Broadcasts that the operator starts on the command line; a large one waits for a member's approval all the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import Connection

from bot import broadcasting
from bot.policy import Policy
from bot.store import audiences, audit, broadcasts, members
from bot.store.audit import Entry
from bot.store.broadcasts import Broadcast
from bot.store.recipients import addressees
from bot.telling import tell
from dialogs.broadcast import approval_card
from domain.audience import Audience, audience_text
from domain.broadcast import BroadcastState, Hand, needs_approval
from domain.broadcast_text import Template, sample_recipients, template
from domain.campaign import current_campaign
from domain.errors import HurentongError
from domain.time_zones import BEIJING

SAMPLED = 120


class AudienceError(HurentongError):
    """The filters cannot be read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be sent to whom; `starts_at` is aware, None: at once."""

    text: Template
    audience: Audience
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """How many it would reach, and three renderings."""

    count: int
    samples: Sequence[str]


def wanted(text: str, filters: str, at: datetime | None) -> Wanted:
    """From what was typed; `at` is a wall-clock time of Beijing. Raises TemplateError, AudienceError."""
    try:
        audience = Audience.model_validate_json(filters)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'JSON'}: {each['msg']}" for each in error.errors())
        raise AudienceError(f"--audience: {wrong}") from error
    starts_at = at.replace(tzinfo=ZoneInfo(BEIJING)).astimezone(UTC) if at is not None else None
    return Wanted(template(text), audience, starts_at)


def preview(connection: Connection, asked: Wanted) -> Preview:
    """What the operator looks at before it starts."""
    now = datetime.now(UTC)
    campaign = current_campaign(now.date())
    count = audiences.count(connection, asked.audience, campaign.id)
    whom = audiences.some(connection, asked.audience, campaign.id, SAMPLED)
    people = [each.recipient for each in addressees(connection, whom, campaign.id)]
    samples = sample_recipients(asked.text, people)
    return Preview(count, [asked.text.render(each, campaign.days_left(now)) for each in samples])


def start(connection: Connection, asked: Wanted, policy: Policy) -> Broadcast:
    """Starts or schedules it, or asks the members to approve it."""
    now = datetime.now(UTC)
    draft = broadcasts.draft(connection, None, None, asked.text.text, asked.audience, now)
    tested = broadcasts.change(connection, draft, BroadcastState.TESTED, Hand.AUTHOR, now, starts_at=asked.starts_at)
    assert tested is not None  # noqa: S101 - nobody else knows of it yet
    count = audiences.count(connection, asked.audience, current_campaign(now.date()).id)
    if needs_approval(count, policy.approval_above):
        made = broadcasts.change(connection, tested, BroadcastState.AWAITING_APPROVAL, Hand.AUTHOR, now)
        for person in members.staff(connection):
            tell(connection, person, approval_card(tested.id, tested.text, tested.audience, count), now)
    else:
        made = broadcasting.schedule(connection, tested, Hand.AUTHOR, now)
    assert made is not None  # noqa: S101 - nobody else knows of it yet
    detail = f"{made.state}; {audience_text(asked.audience)}; {count} people; command line"
    audit.write(connection, Entry(action="broadcast", actor=None, subject=f"broadcast {made.id}", detail=detail), now)
    return made
