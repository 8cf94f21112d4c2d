"""The queue of candidates' questions."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select
from starlette.responses import Response

from bot import answering_questions
from bot.answering_questions import ANSWER_LIMIT
from bot.desk.fields import number, words
from bot.desk.office import Office
from bot.desk.visit import Visit, back_to
from bot.store import enquiries
from bot.store.enquiries import Enquiry
from bot.store.tables import application, candidate


class QuestionsPage:
    """`/desk/questions`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """What waits, the longest waiting first."""

        def read(connection: Connection) -> tuple[Sequence[Enquiry], Mapping[int, tuple[int, str]]]:
            waiting = enquiries.waiting(connection)
            rows = connection.execute(
                select(candidate.c.person_id, application.c.id, candidate.c.name)
                .join(application, application.c.candidate_id == candidate.c.id)
                .where(candidate.c.person_id.in_({each.person for each in waiting}))
            )
            return waiting, {row.person_id: (row.id, row.name) for row in rows}

        waiting, cases = await self._office.read(read)
        ages = {each.id: (visit.now - each.asked_at).days for each in waiting}
        return self._office.page("questions.html", visit, waiting=waiting, cases=cases, ages=ages, limit=ANSWER_LIMIT)

    async def answer(self, visit: Visit) -> Response:
        """Sends the answer to whoever asked, where they asked."""
        question, text = number(visit.given("question")), words(visit.given("answer"), ANSWER_LIMIT)
        sent = await self._office.write(
            lambda connection: answering_questions.answer(connection, question, text, visit.person, visit.now)
        )
        return back_to("/desk/questions", "answered" if sent else "answered_before")
