"""Registered members put forward to partner bodies abroad."""

from sqlalchemy import Connection
from starlette.responses import Response

from bot.desk.fields import number
from bot.desk.office import Office, note
from bot.desk.visit import Visit, back_to
from bot.store import allocation, partners
from bot.store.allocation import Person
from domain.application import ApplicationStatus


class PartnersPage:
    """`/desk/partners`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """Each partner body with its members."""
        campaign = self._office.campaign(visit)

        def read(connection: Connection) -> tuple[dict[int, Person], dict[str, list[int]]]:
            listed = {name: list(rows) for name, rows in partners.listed(connection, campaign.id).items()}
            registered = allocation.people(connection, campaign.id, statuses=(ApplicationStatus.REGISTERED,))
            return {each.id: each for each in registered}, listed

        people, listed = await self._office.read(read)
        return self._office.page("partners.html", visit, partners=campaign.partners, people=people, listed=listed)

    async def change(self, visit: Visit) -> Response:
        """Puts a member forward, or takes it back."""
        row, partner = number(visit.given("application")), visit.given("partner")
        if partner not in {each.id for each in self._office.campaign(visit).partners}:
            return self._office.gone(visit)

        def work(connection: Connection) -> str:
            if visit.given("back"):
                done, said = partners.take_back(connection, row, partner), "taken_back"
            else:
                done, said = partners.put(connection, row, partner, visit.person, visit.now), "put_forward"
            if done:
                note(connection, visit, "put_forward", f"application {row}", f"{partner} {said}")
            return said if done else "not_put_forward"

        return back_to(f"/desk/candidates/{row}", await self._office.write(work))
