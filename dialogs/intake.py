"""The intake script: the questions, the review, what handing in means and what stays open after it."""

from dialogs.cards import Input, Line
from dialogs.consent import consents
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.effects import Purpose, SubmitApplication
from dialogs.guidance import (
    review_lines,
)
from dialogs.intake_options import (
    done_options,
    home_options,
    review_options,
    yes_no_options,
)
from dialogs.intake_questions import APPLICATION, EXPERIENCE, PERSON, PROJECT
from dialogs.intake_values import (
    shows_enum,
)
from dialogs.questions import Listing, Question
from dialogs.readers import (
    choice_only,
    file_only,
    yes_no,
)
from dialogs.script import Finish, Script


def _hand_in(_: Thread, __: Context) -> Finish:
    return Finish(effects=(SubmitApplication(),), lines=(Line(key="review.handed_in"),))


BEFORE_REVIEW = (*PERSON, *EXPERIENCE, *PROJECT, *APPLICATION)

REVIEW = Question(
    id="review",
    reads=choice_only,
    options=review_options,
    depends_on=tuple(each.id for each in BEFORE_REVIEW),
    listing=Listing.ANSWERS,
    notes=review_lines,
    listed=False,
)

CONSENT_ABROAD = Question(
    id="consent_abroad",
    reads=yes_no,
    options=yes_no_options("consent_abroad"),
    shows=shows_enum("yesno"),
    skippable=True,
    follows=consents("consent_abroad", Purpose.ABROAD),
    listed=False,
)
"""Asked once everything is handed in: it is not needed for the recommendation, and free to refuse."""

HOME = Question(id="home", reads=choice_only, options=home_options, reads_files=True, listed=False)
"""Never answered: it is what stays open once everything is handed in. A file sent then is one of the application's."""

EDIT = Question(id="edit", reads=choice_only, listing=Listing.CHOICES, on_request=True, listed=False)

CERTIFICATE = Question(
    id="certificate",
    reads=file_only,
    options=done_options,
    input=Input.FILE,
    on_request=True,
    reads_files=True,
    listed=False,
)

INTAKE = Script(
    id="intake",
    questions=(*BEFORE_REVIEW, REVIEW, CONSENT_ABROAD, HOME, EDIT, CERTIFICATE),
    last="review",
    finish=_hand_in,
)


def submitted_value(thread: Thread, question: str) -> Value:
    """The answer that counts: None for a question that no longer applies."""
    return thread.value(question) if INTAKE.by_id[question].applies(thread) else None
