"""The intake script: every question that an engineer is asked, in order, and what handing in means."""

from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.effects import SubmitApplication
from dialogs.guidance import level_lines, review_lines, specialty_lines, suggestion_effects
from dialogs.intake_options import (
    degree_options,
    from_enum,
    home_options,
    language_options,
    level_options,
    posting_options,
    review_options,
    specialty_menus,
    specialty_options,
    yes_no_options,
)
from dialogs.intake_values import (
    major_is_engineering,
    shows_country,
    shows_enum,
    shows_specialty,
    shows_years,
)
from dialogs.questions import Listing, Question, never
from dialogs.readers import (
    choice_only,
    country,
    degree,
    free_text,
    long_text,
    name,
    one_of,
    phone,
    specialty,
    years,
    yes_no,
)
from dialogs.rules import accepted, at_most, statement_fits
from dialogs.script import Finish, Script
from domain.records import STATEMENT_LIMIT
from domain.vocabulary import Degree, Language, Level, Posting, ProjectStatus, ProjectType


def _has_degree(thread: Thread) -> bool:
    return thread.value("degree") not in (None, Degree.BELOW)


def _major_is_unclear(thread: Thread) -> bool:
    return _has_degree(thread) and not major_is_engineering(str(thread.value("major") or ""))


def _works_abroad(thread: Thread) -> bool:
    return thread.value("posting") in (Posting.DISPATCHED, Posting.PLANNED)


def _dispatched(thread: Thread) -> bool:
    return thread.value("posting") == Posting.DISPATCHED


def _planned(thread: Thread) -> bool:
    return thread.value("posting") == Posting.PLANNED


def _hand_in(_: Thread, __: Context) -> Finish:
    return Finish(effects=(SubmitApplication(),), lines=(Line(key="review.handed_in"),))


BEFORE_REVIEW = (
    Question(
        id="language",
        reads=one_of(Language),
        options=language_options,
        sets_language=True,
        shows=shows_enum("language"),
    ),
    Question(
        id="consent",
        reads=yes_no,
        options=yes_no_options("consent"),
        must=(accepted("consent.needed"),),
        notes=lambda *_: (Line(key="privacy.notice"),),
        shows=shows_enum("yesno"),
        listed=False,
    ),
    Question(id="name", reads=name),
    Question(id="phone", reads=phone, input=Input.PHONE, reads_contact=True),
    Question(id="degree", reads=degree, options=degree_options, shows=shows_enum("degree")),
    Question(id="major", reads=free_text(60), applies=_has_degree),
    Question(
        id="degree_related",
        reads=yes_no,
        options=yes_no_options("degree_related"),
        applies=_major_is_unclear,
        depends_on=("degree", "major"),
        shows=shows_enum("yesno"),
    ),
    Question(id="related_years", reads=years, input=Input.NUMBER, shows=shows_years),
    Question(
        id="important_years",
        reads=years,
        must=(at_most("related_years", "important_years.more_than_total"),),
        depends_on=("related_years",),
        input=Input.NUMBER,
        shows=shows_years,
    ),
    Question(id="posting", reads=choice_only, options=posting_options, shows=shows_enum("posting")),
    Question(id="country", reads=country, applies=_dispatched, depends_on=("posting",), shows=shows_country),
    Question(
        id="planned_country",
        reads=country,
        applies=_planned,
        depends_on=("posting",),
        skippable=True,
        shows=shows_country,
    ),
    Question(id="present_location", reads=free_text(60)),
    Question(id="enterprise", reads=free_text(100)),
    Question(id="project", reads=free_text(100), applies=_dispatched, depends_on=("posting",)),
    Question(id="planned_project", reads=free_text(100), applies=_planned, depends_on=("posting",), skippable=True),
    Question(
        id="project_type",
        reads=one_of(ProjectType),
        options=from_enum("project_type", ProjectType),
        applies=_dispatched,
        depends_on=("posting",),
        shows=shows_enum("project_type", ProjectType),
    ),
    Question(
        id="project_status",
        reads=one_of(ProjectStatus),
        options=from_enum("project_status", ProjectStatus),
        applies=_dispatched,
        depends_on=("posting",),
        shows=shows_enum("project_status", ProjectStatus),
    ),
    Question(id="work", reads=free_text(500), input=Input.LONG_TEXT, follows=suggestion_effects),
    Question(
        id="specialty",
        reads=specialty,
        options=specialty_options,
        menus=specialty_menus(),
        depends_on=("work",),
        notes=specialty_lines,
        shows=shows_specialty,
        follows=suggestion_effects,
    ),
    Question(
        id="level",
        reads=one_of(Level),
        options=level_options,
        depends_on=("degree", "degree_related", "related_years", "important_years", "posting", "specialty"),
        notes=level_lines,
        shows=shows_enum("level"),
    ),
    Question(id="statement", reads=long_text, must=(statement_fits,), input=Input.LONG_TEXT, limit=STATEMENT_LIMIT),
)

REVIEW = Question(
    id="review",
    reads=choice_only,
    options=review_options,
    depends_on=tuple(each.id for each in BEFORE_REVIEW),
    listing=Listing.ANSWERS,
    notes=review_lines,
    listed=False,
)

HOME = Question(id="home", reads=choice_only, options=home_options, listed=False)
EDIT = Question(id="edit", reads=choice_only, listing=Listing.CHOICES, applies=never, listed=False)

INTAKE = Script(id="intake", questions=(*BEFORE_REVIEW, REVIEW, HOME, EDIT), last="review", finish=_hand_in)
"""HOME is never answered: it is what stays open once everything is handed in. EDIT is opened on request."""


def submitted_value(thread: Thread, question: str) -> Value:
    """The answer that counts: None for a question that no longer applies."""
    return thread.value(question) if INTAKE.by_id[question].applies(thread) else None
