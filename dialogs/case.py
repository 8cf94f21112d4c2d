"""What a candidate is told of their case, and answers that the secretariat gives back to be mended."""

from collections.abc import Iterable, Sequence

from dialogs.cards import Card, Choice, Line
from dialogs.conversation import Conversation, Thread
from dialogs.events import Done
from dialogs.intake import INTAKE
from dialogs.turn import Turn
from domain.application import ApplicationStatus
from domain.campaign import Campaign
from domain.evaluation import Task

RETURNED = "case.returned"
"""Key of the Done by which a conversation gets answers back; its arguments are `questions` and `reason`."""


def status_card(status: ApplicationStatus, field: str, campaign: Campaign, reason: str = "") -> Card:
    """What is said when the case has reached that status."""
    lines = [Line(key=f"case.told.{status}")]
    society = campaign.society(field)
    if status is ApplicationStatus.ALLOCATED:
        lines.append(Line(key="case.society", args={"society": society}) if society else Line(key="case.no_society"))
    if reason:
        lines.append(Line(key="case.reason", args={"reason": reason}))
    return Card(lines=tuple(lines))


def tasks_card(tasks: Iterable[Task], field: str, campaign: Campaign) -> Card:
    """A reminder of what is still to be done."""
    society = campaign.society(field)
    lines = [Line(key="case.tasks")]
    for each in tasks:
        if each is Task.JOIN_SOCIETY and society:
            lines.append(Line(key="case.task.join_named", args={"society": society}))
        else:
            lines.append(Line(key=f"case.task.{each}"))
    return Card(lines=(*lines, Line(key="case.tasks_help")))


def answer_card(question: str, answer: str) -> Card:
    """The secretariat's answer to a question."""
    return Card(
        lines=(
            Line(key="case.asked", args={"question": question}),
            Line(key="case.answered", args={"answer": answer}),
        )
    )


def returned(questions: Sequence[str], reason: str) -> Done:
    """The event that gives these answers back to the candidate."""
    return Done(RETURNED, (("questions", " ".join(questions)), ("reason", reason)))


def mendable(conversation: Conversation) -> tuple[str, ...]:
    """The ids of the answers that can be given back."""
    return tuple(each.id for each in INTAKE.answered(conversation.main))


def reopened(thread: Thread, questions: Iterable[str]) -> Thread:
    """The thread with these answers set aside: they are asked again, the former answer offered; so is handing in."""
    back = {each for each in questions if each in thread.answers and INTAKE.by_id[each].listed}
    gone = back | {INTAKE.last}
    return thread.but(
        answers={each: answer for each, answer in thread.answers.items() if each not in gone},
        former={**thread.former, **{each: thread.answers[each] for each in back}},
    )


def give_back(turn: Turn, event: Done) -> None:
    """Opens exactly the answers that are to be mended, and says which and why."""
    given = dict(event.args)
    main = turn.conversation.main
    questions = [each for each in str(given["questions"]).split() if each in main.answers]
    turn.said.append(Line(key=RETURNED))
    if given.get("reason"):
        turn.said.append(Line(key="case.reason", args={"reason": str(given["reason"])}))
    turn.said += (Line(key="case.to_mend", args={"label": Line(key=f"{each}.label")}) for each in questions)
    turn.conversation = turn.conversation.but(main=reopened(main, questions).but(open=None))
    if turn.conversation.side is None:
        turn.settle()


QUESTION_SUBJECT = "enquiry"
"""Subject of the button on a forwarded question; the question's number stands where a question's opening does."""

ANSWER = "answer"


def question_card(number: int, question: str) -> Card:
    """A candidate's question as the secretariat sees it: a press on the button (or a reply to it) answers."""
    lines = (Line(key="enquiry.forwarded", args={"number": number, "question": question}),)
    choices = (Choice(id=ANSWER, label=Line(key="enquiry.answer_button")),)
    return Card(lines=lines, choices=choices, subject=QUESTION_SUBJECT, opening=number)
