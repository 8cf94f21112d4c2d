"""What an engineer is asked, in order: about themselves, their experience, their project, the application."""

from dialogs.cards import Input
from dialogs.consent import consents
from dialogs.conversation import Thread
from dialogs.effects import Purpose
from dialogs.guidance import (
    coach_lines,
    level_lines,
    privacy_lines,
    specialty_lines,
    statement_lacks,
    suggestion_effects,
)
from dialogs.intake_options import (
    above,
    check_options,
    degree_options,
    enterprise_options,
    from_enum,
    language_options,
    level_options,
    posting_options,
    specialty_menus,
    specialty_options,
    yes_no_options,
)
from dialogs.intake_values import (
    shows_country,
    shows_enum,
    shows_specialty,
    shows_years,
)
from dialogs.majors import major_is_engineering
from dialogs.questions import Group, Listing, Question
from dialogs.readers import (
    NEAR,
    choice_only,
    country,
    degree,
    enterprise,
    free_text,
    language,
    name,
    one_of,
    phone,
    posting,
    specialty,
    statement,
    statement_again,
    years,
    yes_no,
)
from dialogs.rules import accepted, at_most, statement_fits
from domain.records import STATEMENT_LIMIT
from domain.vocabulary import Degree, Level, Posting, ProjectStatus, ProjectType


def _has_degree(thread: Thread) -> bool:
    return thread.value("degree") not in (None, Degree.BELOW)


def _major_is_unclear(thread: Thread) -> bool:
    return _has_degree(thread) and not major_is_engineering(str(thread.value("major") or ""))


def _dispatched(thread: Thread) -> bool:
    return thread.value("posting") == Posting.DISPATCHED


def _planned(thread: Thread) -> bool:
    return thread.value("posting") == Posting.PLANNED


def _anything_proposed(thread: Thread) -> bool:
    return bool(thread.proposed) and thread.value("consent") is True


PERSON = (
    Question(
        id="language",
        reads=language,
        options=language_options,
        sets_language=True,
        shows=shows_enum("language"),
        listed=False,
    ),
    Question(
        id="consent",
        reads=yes_no,
        options=yes_no_options("consent"),
        must=(accepted("consent.needed"),),
        gate=True,
        notes=privacy_lines,
        shows=shows_enum("yesno"),
        follows=consents("consent", Purpose.EVALUATION),
        listed=False,
    ),
    Question(id="proposed", reads=choice_only, applies=_anything_proposed, listing=Listing.PROPOSED, listed=False),
    Question(id="name", reads=name, free=True),
    Question(id="phone", reads=phone, input=Input.PHONE, reads_contact=True),
    Question(id="degree", reads=degree, options=degree_options, shows=shows_enum("degree")),
    Question(id="major", reads=free_text(60), applies=_has_degree, decided_by="degree", free=True),
    Question(
        id="degree_related",
        reads=yes_no,
        options=yes_no_options("degree_related"),
        applies=_major_is_unclear,
        depends_on=("degree", "major"),
        shows=shows_enum("yesno"),
    ),
)
"""Who the person is."""

EXPERIENCE = (
    Question(id="related_years", reads=years, input=Input.NUMBER, shows=shows_years, group=Group.EXPERIENCE),
    Question(
        id="important_years",
        reads=years,
        must=(at_most("related_years", "important_years.more_than_total"),),
        depends_on=("related_years",),
        input=Input.NUMBER,
        shows=shows_years,
        group=Group.EXPERIENCE,
    ),
    Question(
        id="posting",
        reads=posting,
        options=posting_options,
        telling=("country", "planned_country", "present_location"),
        shows=shows_enum("posting"),
        group=Group.EXPERIENCE,
    ),
)
"""How long and where they have worked."""

PROJECT = (
    Question(
        id="country",
        reads=country,
        applies=_dispatched,
        decided_by="posting",
        depends_on=("posting",),
        shows=shows_country,
        group=Group.PROJECT,
    ),
    Question(
        id="planned_country",
        reads=country,
        applies=_planned,
        depends_on=("posting",),
        skippable=True,
        shows=shows_country,
        group=Group.PROJECT,
    ),
    Question(id="present_location", reads=free_text(60), free=True, group=Group.PROJECT),
    Question(
        id="enterprise", reads=enterprise, options=enterprise_options, menus=(NEAR,), free=True, group=Group.PROJECT
    ),
    Question(
        id="project",
        reads=free_text(100),
        applies=_dispatched,
        decided_by="posting",
        depends_on=("posting",),
        free=True,
        group=Group.PROJECT,
    ),
    Question(
        id="planned_project",
        reads=free_text(100),
        applies=_planned,
        depends_on=("posting",),
        skippable=True,
        free=True,
        group=Group.PROJECT,
    ),
    Question(
        id="project_type",
        reads=one_of(ProjectType),
        options=from_enum("project_type", ProjectType),
        telling=("project_status",),
        applies=_dispatched,
        decided_by="posting",
        depends_on=("posting",),
        shows=shows_enum("project_type", ProjectType),
        group=Group.PROJECT,
    ),
    Question(
        id="project_status",
        reads=one_of(ProjectStatus),
        options=from_enum("project_status", ProjectStatus),
        applies=_dispatched,
        decided_by="posting",
        depends_on=("posting",),
        shows=shows_enum("project_status", ProjectStatus),
        group=Group.PROJECT,
    ),
)
"""Where they are, for whom, on what project."""

APPLICATION = (
    Question(
        id="work",
        reads=free_text(500),
        input=Input.LONG_TEXT,
        follows=suggestion_effects,
        free=True,
        group=Group.APPLICATION,
    ),
    Question(
        id="specialty",
        reads=specialty,
        options=specialty_options,
        menus=specialty_menus(),
        up=above,
        depends_on=("work",),
        notes=specialty_lines,
        shows=shows_specialty,
        follows=suggestion_effects,
        group=Group.APPLICATION,
    ),
    Question(
        id="level",
        reads=one_of(Level),
        options=level_options,
        depends_on=("degree", "degree_related", "related_years", "important_years", "posting", "specialty"),
        notes=level_lines,
        shows=shows_enum("level"),
        group=Group.APPLICATION,
    ),
    Question(
        id="statement",
        reads=statement,
        must=(statement_fits,),
        input=Input.LONG_TEXT,
        limit=STATEMENT_LIMIT,
        free=True,
        group=Group.APPLICATION,
    ),
    Question(
        id="statement_check",
        reads=statement_again,
        options=check_options,
        applies=statement_lacks,
        depends_on=("statement",),
        notes=coach_lines,
        listed=False,
    ),
)
"""What they apply for."""
