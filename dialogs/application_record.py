"""The records that a handed-in intake makes."""

from dialogs.conversation import Conversation, Thread
from dialogs.intake import submitted_value
from dialogs.verdict import OUTSIDE, degree_related_of, field_of
from domain.campaign import Campaign
from domain.countries import printed_name
from domain.records import Application, Candidate, Enterprise, OverseasProject
from domain.vocabulary import Degree, Level, Posting, ProjectStatus, ProjectType


def application_record(conversation: Conversation, campaign: Campaign) -> Application:
    """What stands in the answers; questions that no longer apply count for nothing."""
    thread = conversation.main
    level = submitted_value(thread, "level")
    posting = submitted_value(thread, "posting")
    enterprise = _text(thread, "enterprise")
    return Application(
        campaign=campaign.id,
        candidate=_candidate(thread),
        level=Level(str(level)) if level else None,
        posting=Posting(str(posting)) if posting else None,
        enterprise=Enterprise(name=enterprise) if enterprise else None,
        project=_project(thread),
        submitted_at=conversation.submitted_at,
    )


def _candidate(thread: Thread) -> Candidate:
    degree = submitted_value(thread, "degree")
    specialty = str(submitted_value(thread, "specialty") or "")
    return Candidate(
        name=_text(thread, "name"),
        phone=_text(thread, "phone"),
        degree=Degree(str(degree)) if degree else None,
        major=_text(thread, "major"),
        degree_related=degree_related_of(thread),
        related_years=_number(thread, "related_years"),
        important_years=_number(thread, "important_years"),
        field=field_of(thread) or "",
        specialty=specialty.split("/", 1)[1] if specialty not in ("", OUTSIDE) else "",
        present_location=_text(thread, "present_location"),
        statement=_text(thread, "statement"),
    )


def _project(thread: Thread) -> OverseasProject | None:
    planned = thread.value("posting") == Posting.PLANNED
    name = _text(thread, "planned_project" if planned else "project")
    country = _text(thread, "planned_country" if planned else "country")
    if not name and not country:
        return None
    kind, status = submitted_value(thread, "project_type"), submitted_value(thread, "project_status")
    return OverseasProject(
        name=name,
        country=printed_name(country) if country else "",
        type=ProjectType(str(kind)) if kind else None,
        status=ProjectStatus(str(status)) if status else None,
    )


def _text(thread: Thread, question: str) -> str:
    value = submitted_value(thread, question)
    return "" if value is None else str(value)


def _number(thread: Thread, question: str) -> float | None:
    value = submitted_value(thread, question)
    return float(value) if isinstance(value, (int, float)) else None
