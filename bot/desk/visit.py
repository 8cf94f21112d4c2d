"""One request of somebody who is signed in and may do what the page does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse

from bot.deciding import Member
from bot.desk.fields import number
from domain.permissions import Action, action_of_page, may
from domain.vocabulary import Language, Role

PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks for what, when. `fields` are those of a form that was proved to be ours."""

    request: Request
    token: str = field(repr=False)
    person: int
    roles: frozenset[Role]
    language: Language
    now: datetime
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def member(self) -> Member:
        """The person as who decides."""
        return Member(person=self.person, roles=self.roles)

    def may(self, action: Action) -> bool:
        """Whether they may do that as well."""
        return may(self.roles, action)

    def may_open(self, path: str) -> bool:
        """Whether they may open that page as well."""
        action = action_of_page(path)
        return action is not None and may(self.roles, action)

    def asked(self, name: str) -> str:
        """A value of the address, '' where it has none."""
        return self.request.query_params.get(name, "").strip()

    def given(self, name: str) -> str:
        """A field of the form, '' where it has none."""
        return self.fields.get(name, "").strip()

    @property
    def row(self) -> int:
        """The number in the address (`/desk/candidates/17`)."""
        return number(str(self.request.path_params.get("row", "")))


def back_to(path: str, said: str = "") -> RedirectResponse:
    """The page to look at after something was done; `said` is the last part of a text `desk.said.<…>`."""
    address = f"{path}{'&' if '?' in path else '?'}said={quote(said)}" if said else path
    return RedirectResponse(address, status_code=303, headers=PRIVATE)
