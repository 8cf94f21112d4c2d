"""宣讲会 (Briefing): when, where, for whom; its versions, its reminders and who gets what."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.audience import Attendance, Audience
from domain.errors import HurentongError
from domain.quiet_hours import QuietHours

Words = Annotated[str, Field(max_length=3000)]
_LONGEST_MINUTES = 24 * 60


class BriefingError(HurentongError):
    """What was asked for cannot be done with this briefing."""


class BriefingPart(StrEnum):
    """What a change may concern; those who were called are told which."""

    TITLE = "title"
    STARTS_AT = "starts_at"
    MINUTES = "minutes"
    PLACE = "place"
    JOIN_LINK = "join_link"
    TEXT = "text"
    MATERIALS = "materials"


class Briefing(BaseModel):
    """One session. `sequence` is its version: 0 as first announced, one more with every change (RFC 5545 SEQUENCE).

    `key` is a stable id, `minutes` the length; a place, a join link or both say where. `materials` is what to prepare.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    starts_at: AwareDatetime
    minutes: Annotated[int, Field(ge=5, le=_LONGEST_MINUTES)]
    place: Annotated[str, Field(max_length=300)] = ""
    join_link: Annotated[str, Field(max_length=1000, pattern=r"^(https?://[^\s/]\S*)?$")] = ""
    text: Words = ""
    materials: Words = ""
    audience: Audience = Audience()
    sequence: Annotated[int, Field(ge=0)] = 0
    cancelled: bool = False

    @model_validator(mode="after")
    def _is_somewhere(self) -> "Briefing":
        if not self.place and not self.join_link:
            raise ValueError("a briefing needs a place or a join link")
        return self

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def changed(self, **changes: Any) -> "Briefing":
        """The next version with these members changed; the same version where nothing is really different.

        Raises BriefingError for a cancelled briefing, pydantic.ValidationError for values that do not fit.
        """
        if self.cancelled:
            raise BriefingError("a cancelled briefing cannot be changed; call a new one")
        proposed = Briefing.model_validate(self.model_dump() | changes)
        if proposed == self:
            return self
        return proposed.model_copy(update={"sequence": self.sequence + 1})

    def called_off(self) -> "Briefing":
        """The version that says it does not take place; itself where that is said already."""
        return self if self.cancelled else self.changed(cancelled=True)


def changed_parts(before: Briefing, after: Briefing) -> tuple[BriefingPart, ...]:
    """What those who were called have to be told of; empty where only the audience differs."""
    return tuple(part for part in BriefingPart if getattr(before, part) != getattr(after, part))


class Reminder(StrEnum):
    """How long before the start somebody is reminded."""

    DAY = "day"
    HOUR = "hour"


AHEAD = {Reminder.DAY: timedelta(days=1), Reminder.HOUR: timedelta(hours=1)}

_NOT_REMINDED = frozenset({Attendance.NOT_COMING, Attendance.RECORDING})
"""Who will not be there; who watches the recording gets the follow-up instead."""


def reminder_times(
    briefing: Briefing,
    attendance: Attendance,
    *,
    after: datetime,
    zones: tuple[str, ...] = (),
    quiet: QuietHours | None = None,
) -> dict[Reminder, datetime]:
    """When a person is to be reminded, of the times later than `after` (both aware, UTC comes back).

    Who comes is reminded exactly a day and an hour before, at whatever hour that is. Who has not answered is not
    woken: within `quiet` hours of their `zones` a reminder waits until they end, and is dropped where the next one is
    due by then.
    """
    if briefing.cancelled or attendance in _NOT_REMINDED:
        return {}
    due: dict[Reminder, datetime] = {}
    nexts = (briefing.starts_at - AHEAD[Reminder.HOUR], briefing.starts_at)
    for reminder, following in zip(Reminder, nexts, strict=True):
        at = briefing.starts_at - AHEAD[reminder]
        if attendance is Attendance.NO_ANSWER and quiet is not None:
            at = quiet.next_allowed(at, zones)
        if after < at < following:
            due[reminder] = at
    return due


def gets_follow_up(attendance: Attendance) -> bool:
    """Whether the material afterwards goes to somebody who answered that: to all but those who declined."""
    return attendance is not Attendance.NOT_COMING


def still_answerable(briefing: Briefing, now: datetime) -> bool:
    """Whether 参加/不参加/回看 can still be chosen: until it is over."""
    return not briefing.cancelled and now < briefing.ends_at
