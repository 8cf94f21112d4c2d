"""Members and unit contacts: who they are, codes for new ones, roles taken away; and the audit of everything."""

from collections.abc import Sequence

from sqlalchemy import Connection
from starlette.responses import Response

from bot.desk.fields import number, words
from bot.desk.office import Names, Office, note
from bot.desk.visit import Visit, back_to
from bot.membership import revoke
from bot.store import audit, codes, members, units
from bot.store.audit import Written
from bot.store.members import NAME_LIMIT, Holder
from bot.store.states import CodeKind
from domain.permissions import Action
from domain.vocabulary import Role

UNIT_LIMIT = 200
AUDIT_PAGE = 50


class PeoplePage:
    """`/desk/people` and `/desk/audit`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """Who has which role."""
        return await self._page(visit)

    async def _page(self, visit: Visit, code: str = "", unit: str = "") -> Response:
        holders: Sequence[Holder] = await self._office.read(members.holders)
        return self._office.page(
            "people.html",
            visit,
            holders=holders,
            code=code,
            unit=unit,
            name_limit=NAME_LIMIT,
            may_invite=visit.may(Action.INVITE_SECRETARIAT),
            may_revoke=visit.may(Action.REVOKE),
        )

    async def rename(self, visit: Visit) -> Response:
        """Gives oneself a name; a lead may name the others, too."""
        person = number(visit.given("person")) or visit.person
        if person != visit.person and not visit.may(Action.REVOKE):
            return self._office.gone(visit)

        def work(connection: Connection) -> bool:
            if person not in {each.person for each in members.holders(connection)}:
                return False
            members.rename(connection, person, visit.given("name"))
            note(connection, visit, "rename", f"person {person}")
            return True

        known = await self._office.write(work)
        return back_to("/desk/people", "renamed") if known else self._office.gone(visit)

    async def invite(self, visit: Visit) -> Response:
        """A one-time code for a new member or lead, shown once."""
        kind = CodeKind.LEAD if visit.given("role") == Role.LEAD else CodeKind.SECRETARIAT

        def work(connection: Connection) -> str:
            note(connection, visit, "invite_secretariat", detail=kind)
            return codes.make(connection, kind, visit.now, made_by=visit.person)

        return await self._page(visit, code=await self._office.write(work))

    async def invite_unit(self, visit: Visit) -> Response:
        """A one-time code for a unit's contact."""
        name = " ".join(words(visit.given("unit"), UNIT_LIMIT).split())
        if not name:
            return back_to("/desk/people")

        def work(connection: Connection) -> str:
            unit_id = units.find_or_make_unit(connection, name, visit.now)
            note(connection, visit, "invite_unit", f"unit {unit_id}")
            return codes.make(connection, CodeKind.UNIT_CONTACT, visit.now, unit_id=unit_id, made_by=visit.person)

        return await self._page(visit, code=await self._office.write(work), unit=name)

    async def revoke(self, visit: Visit) -> Response:
        """Takes a role away; whoever loses their last one is signed out at once."""
        person = number(visit.given("person"))
        role = next((each for each in Role if visit.given("role") == each), None)
        if role is None:
            return self._office.gone(visit)
        said = await self._office.write(lambda connection: revoke(connection, visit.person, person, role, visit.now))
        return back_to("/desk/people", said)

    async def audit(self, visit: Visit) -> Response:
        """What was done, newest first."""
        before, actor = number(visit.asked("before")), number(visit.asked("actor"))
        action = visit.asked("action")

        def read(connection: Connection) -> tuple[Sequence[Written], Names]:
            found = audit.page(connection, before=before, actor=actor, action=action, limit=AUDIT_PAGE)
            return found, Names.read(connection, visit.language)

        entries, name_of = await self._office.read(read)
        older = entries[-1].id if len(entries) == AUDIT_PAGE else 0
        return self._office.page(
            "audit.html", visit, entries=entries, who=name_of, older=older, actor=actor, action=action
        )
