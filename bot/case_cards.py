"""An application as a card for /review."""

from sqlalchemy import Connection

from bot.store import applications, cases, conversations
from bot.store.tables import application
from dialogs.cards import Line
from dialogs.case import mendable
from dialogs.case_card import CaseCard
from dialogs.intake import INTAKE
from domain.application import ApplicationStatus, find_transition, next_statuses
from domain.vocabulary import Role


def case_card(connection: Connection, number: int, roles: frozenset[Role]) -> CaseCard | None:
    """None where there is no such application, or where its person's data may not be used."""
    case = cases.standing(connection, number)
    if case is None:
        return None
    filed = next(iter(applications.everyone(connection, case.campaign, application.c.id == number)))
    record, role = filed.record, Role.LEAD if Role.LEAD in roles else Role.SECRETARIAT
    possible = next_statuses(case.status, role)
    steps = [each for each in possible if not _owes_reason(case.status, each, role)]
    lines = [
        Line(key="review.head", args={"number": number, "name": record.candidate.name}),
        Line(key="review.stage", args={"status": Line(key=f"stage_name.{case.status}")}),
    ]
    questions: tuple[str, ...] = ()
    if case.person is not None:
        talk = conversations.find(connection, case.person)
        questions = mendable(talk)
        for each in questions:
            shown = INTAKE.by_id[each].shows(talk.main.value(each), talk.language)
            lines.append(Line(key="answer", args={"label": Line(key=f"{each}.label"), "value": shown}))
    if filed.eligible is not None:
        lines.append(Line(key="review.eligible" if filed.eligible else "review.not_eligible"))
    return CaseCard(
        id=number,
        version=case.version,
        status=case.status,
        lines=tuple(lines),
        forward=steps[0] if steps else None,
        may_return=ApplicationStatus.RETURNED in possible and bool(questions),
        questions=questions,
    )


def _owes_reason(status: ApplicationStatus, to: ApplicationStatus, role: Role) -> bool:
    change = find_transition(status, to)
    return change is None or change.needs_reason(role)
