"""What all pages of the desk share: the store, the templates, the campaign of the day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from starlette.responses import HTMLResponse

from bot.desk.pages import DeskPages
from bot.desk.visit import PRIVATE, Visit
from bot.store import audit, members
from bot.store.audit import Entry
from bot.store.store import Store
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.campaign import Campaign, current_campaign
from domain.vocabulary import Language

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Office:
    """The parts that a page works with."""

    store: Store
    pages: DeskPages

    def campaign(self, visit: Visit) -> Campaign:
        """The campaign that is current where the secretariat is."""
        return current_campaign(visit.now.date())

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs the work on one snapshot."""
        return await self.store.read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Runs the work and commits."""
        return await self.store.write(work)

    def page(self, name: str, visit: Visit, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page as an answer; nobody's cache keeps it."""
        return HTMLResponse(self.pages.draw(name, visit, **values), status_code=status, headers=PRIVATE)

    def gone(self, visit: Visit) -> HTMLResponse:
        """For what is not there, or not there any more."""
        return HTMLResponse(self.pages.note("desk.nothing_here", visit.language), status_code=404, headers=PRIVATE)


def note(connection: Connection, visit: Visit, action: str, subject: str = "", detail: str = "") -> None:
    """Writes into the audit that the member did it."""
    audit.write(connection, Entry(action=action, actor=visit.person, subject=subject, detail=detail), visit.now)


class Names:
    """What members are called, for histories: read once a page."""

    def __init__(self, known: Mapping[int, str], language: Language) -> None:
        self._known = known
        self._language = language

    @classmethod
    def read(cls, connection: Connection, language: Language) -> "Names":
        """All names that have been given."""
        return cls(members.names(connection), language)

    def __call__(self, person: int | None, candidate: int | None = None) -> str:
        """A member's name, or what they are; `candidate` is whose case it is."""
        if person is None:
            return self._say("desk.actor_system")
        if person == candidate:
            return self._say("desk.actor_candidate")
        return self._known.get(person) or self._say("desk.actor_member", person)

    def _say(self, key: str, number: int | None = None) -> str:
        args = {} if number is None else {"number": number}
        return catalogue().say(Line(key=key, args={**args}), self._language)
