"""What those who are called to a briefing see: invitation, change, cancellation, reminder, follow-up."""

from collections.abc import Sequence

from dialogs.cards import Card, Choice, Line
from dialogs.effects import RecordAttendance
from dialogs.moments import moment_lines
from dialogs.press import option_code, subject_code
from domain.audience import Attendance
from domain.briefing import Briefing, Reminder, changed_parts
from domain.vocabulary import Language

SUBJECT = "attendance"
"""Subject of the buttons 参加/不参加/回看; the briefing's number stands where a question's opening does."""

ANSWERS = (Attendance.COMING, Attendance.NOT_COMING, Attendance.RECORDING)


def invitation_card(briefing: Briefing, number: int, zones: Sequence[str], language: Language) -> Card:
    """The invitation, with the start in Beijing and on the clocks of the recipient's `zones`.

    `number` is the briefing's in the store (32 bits): the buttons work as long as answers are taken, whatever else the
    conversation is at.
    """
    return _card("invitation.new", briefing, number, zones, language)


def changed_card(before: Briefing, after: Briefing, number: int, zones: Sequence[str], language: Language) -> Card:
    """What changed, and the whole as it is now; the answer can be changed, too."""
    changed = tuple(Line(key=f"invitation.changed.{part}") for part in changed_parts(before, after))
    return _card("invitation.changed_heading", after, number, zones, language, said=changed)


def reminder_card(
    reminder: Reminder, briefing: Briefing, number: int, zones: Sequence[str], language: Language
) -> Card:
    """A day or an hour before."""
    return _card(f"invitation.reminder.{reminder}", briefing, number, zones, language)


def cancelled_card(briefing: Briefing, zones: Sequence[str], language: Language) -> Card:
    """It does not take place."""
    heading = Line(key="invitation.cancelled", args={"title": briefing.title})
    return Card(lines=(heading, *moment_lines(briefing.starts_at, zones, language)))


def follow_up_card(briefing: Briefing, text: str) -> Card:
    """The material afterwards; a file goes with it as the card's document."""
    heading = Line(key="invitation.follow_up", args={"title": briefing.title})
    return Card(lines=(heading, Line(key="plain", args={"text": text})))


def attendance_of_press(subject: int, opening: int, option: int) -> RecordAttendance | None:
    """The answer that a press on one of these cards gives; None for a press on anything else."""
    if subject != subject_code(SUBJECT):
        return None
    answer = next((each for each in ANSWERS if option_code(_option(each)) == option), None)
    return RecordAttendance(opening, answer) if answer is not None else None


def _card(
    heading: str,
    briefing: Briefing,
    number: int,
    zones: Sequence[str],
    language: Language,
    said: tuple[Line, ...] = (),
) -> Card:
    return Card(
        lines=(
            Line(key=heading, args={"title": briefing.title}),
            *said,
            *moment_lines(briefing.starts_at, zones, language),
            Line(key="invitation.length", args={"minutes": briefing.minutes}),
            *_parts(briefing),
        ),
        choices=tuple(Choice(id=_option(each), label=Line(key=f"attendance.value.{each}")) for each in ANSWERS),
        subject=SUBJECT,
        opening=number,
    )


def _parts(briefing: Briefing) -> tuple[Line, ...]:
    parts = (("place", briefing.place), ("join_link", briefing.join_link), ("materials", briefing.materials))
    lines = tuple(Line(key=f"invitation.{name}", args={name: text}) for name, text in parts if text)
    return (*lines, Line(key="plain", args={"text": briefing.text})) if briefing.text else lines


def _option(answer: Attendance) -> str:
    return f"value:{answer}"
