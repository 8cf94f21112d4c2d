"""Allocation: the candidates of each field with their society, reminders for all of a field, the clock of each case."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.responses import Response

from bot import deciding, reminding
from bot.deciding import Decided, Decision
from bot.desk.office import Office, note
from bot.desk.visit import Visit, back_to
from bot.store import allocation
from bot.store.allocation import STAGES
from domain.annex1 import annex1
from domain.application import ApplicationStatus
from domain.evaluation import Task, Urgency, clock

OFFICE = ZoneInfo("Asia/Shanghai")


class SocietiesPage:
    """`/desk/societies` and `/desk/clock`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """A row for each field: society, candidates by stage, open tasks."""
        campaign = self._office.campaign(visit)
        counted, tasks = await self._office.read(
            lambda connection: (
                allocation.by_field(connection, campaign.id),
                allocation.open_tasks(connection, campaign.id),
            )
        )
        rows = [(field.name, campaign.society(field.name), counted.get(field.name, {})) for field in annex1().fields]
        return self._office.page(
            "societies.html", visit, rows=rows, stages=STAGES, tasks=tasks, kinds=tuple(Task), most=allocation.AT_ONCE
        )

    async def allocate(self, visit: Visit) -> Response:
        """Every screened candidate of the field passes on to its society; each is a decision of its own."""
        field = visit.given("field")
        campaign = self._office.campaign(visit)

        def work(connection: Connection) -> int:
            done = 0
            for row, version in allocation.waiting(connection, campaign.id, field):
                wanted = Decision(application=row, version=version, to=ApplicationStatus.ALLOCATED)
                done += isinstance(deciding.decide(connection, visit.member, wanted, visit.now), Decided)
            note(connection, visit, "allocate", detail=f"{field}; {done}")
            return done

        done = await self._office.write(work)
        return back_to("/desk/societies", "allocated" if done else "nobody")

    async def remind(self, visit: Visit) -> Response:
        """Everyone of the field who still has to do it is told."""
        field = visit.given("field")
        campaign = self._office.campaign(visit)
        task = next((each for each in Task if visit.given("task") == each), None)
        if task is None:
            return self._office.gone(visit)

        def work(connection: Connection) -> int:
            waiting = allocation.with_open_task(connection, campaign.id, field, task)
            told = sum(reminding.remind(connection, row, visit.now) for row in waiting)
            note(connection, visit, "remind", detail=f"{field}; {task}; {told}")
            return told

        told = await self._office.write(work)
        return back_to("/desk/societies", "reminded" if told else "nobody")

    async def clock(self, visit: Visit) -> Response:
        """Cases under evaluation, the one whose time runs out first on top."""
        campaign = self._office.campaign(visit)
        found = await self._office.read(lambda connection: allocation.running(connection, campaign.id))
        today = visit.now.astimezone(OFFICE).date()
        rows = [(each, clock(each.began.astimezone(OFFICE).date(), today, campaign)) for each in found]
        urgent = sum(each.urgency is not Urgency.CALM for _, each in rows)
        return self._office.page(
            "clock.html", visit, rows=rows, urgent=urgent, months=campaign.evaluation.months_at_most
        )
