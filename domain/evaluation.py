"""The evaluation after recommendation: how long it may take as a whole, and what candidates are asked to do in it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.application import ApplicationStatus
from domain.campaign import Campaign
from domain.months import add_months

BEGINS_WITH = ApplicationStatus.SCREENING
"""附件2 三 counts 初筛 as the first step of the evaluation whose whole 周期 is limited."""

RUNNING = (
    ApplicationStatus.SCREENING,
    ApplicationStatus.ALLOCATED,
    ApplicationStatus.MATERIALS,
    ApplicationStatus.REVIEW,
    ApplicationStatus.RETURNED,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.RECOMMENDED,
)
"""Statuses in which the clock goes on once it has begun: being returned for correction does not stop it."""

WARN_DAYS = 60
"""Days before the end of the allowed time from which a case is listed as urgent."""


class Task(StrEnum):
    """What a candidate is asked to do (附件2 三: 成为学会个人会员、提交申请表、完善或补充材料)."""

    JOIN_SOCIETY = "join_society"
    HAND_IN_FORM = "hand_in_form"
    COMPLETE_MATERIALS = "complete_materials"


_TASKS = {
    ApplicationStatus.ALLOCATED: (Task.JOIN_SOCIETY, Task.HAND_IN_FORM),
    ApplicationStatus.MATERIALS: (Task.COMPLETE_MATERIALS,),
}

REMIND_AFTER_DAYS = (3, 10, 24)
"""Days after a task was set on which an unfinished one is called to mind; then it is left to a person to call."""


def tasks_set_by(status: ApplicationStatus) -> tuple[Task, ...]:
    """What the candidate is asked to do on reaching this status."""
    return _TASKS.get(status, ())


def tasks_wait(status: ApplicationStatus) -> bool:
    """Whether tasks may still be reminded of in this status."""
    return status in _TASKS


class Urgency(StrEnum):
    """How near the end of the allowed time is."""

    CALM = "calm"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Clock:
    """One case's time: the last day of the allowed time, and the days left on `today` (negative once it is over)."""

    due: date
    days_left: int

    @property
    def urgency(self) -> Urgency:
        """How near the end is."""
        if self.days_left < 0:
            return Urgency.OVERDUE
        return Urgency.SOON if self.days_left <= WARN_DAYS else Urgency.CALM


def clock(began: date, today: date, campaign: Campaign) -> Clock:
    """The clock of an evaluation that began on that day; the campaign says how many months it may take."""
    due = add_months(began, campaign.evaluation.months_at_most)
    return Clock(due=due, days_left=(due - today).days)
