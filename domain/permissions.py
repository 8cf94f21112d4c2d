"""Who may do what: one table of (role, action) for every chat command and every page."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.datafiles import read_data
from domain.vocabulary import Role, acts_as


class Action(StrEnum):
    """Something a person may or may not do; commands and pages of each are in `domain/data/permissions.toml`."""

    APPLY = "apply"
    GET_HELP = "get_help"
    JOIN = "join"
    OWN_DATA = "own_data"
    OPT_OUT = "opt_out"
    UNIT_CANDIDATES = "unit_candidates"
    UNIT_PROJECTS = "unit_projects"
    UNIT_REMIND = "unit_remind"
    UNIT_RECOMMEND = "unit_recommend"
    UNIT_LINK = "unit_link"
    UNIT_PACKAGE = "unit_package"
    UNIT_SCAN = "unit_scan"
    IMPORT = "import"
    EXPORT = "export"
    STATS = "stats"
    FIND = "find"
    VIEW_FULL_RECORD = "view_full_record"
    REVIEW = "review"
    DECIDE = "decide"
    ALLOCATE = "allocate"
    PUT_FORWARD = "put_forward"
    ANSWER_QUESTIONS = "answer_questions"
    BRIEF = "brief"
    VIEW_BROADCASTS = "view_broadcasts"
    APPROVE_BROADCAST = "approve_broadcast"
    BROADCAST = "broadcast"
    AUDIT = "audit"
    WHO = "who"
    INVITE_UNIT = "invite_unit"
    INVITE_SECRETARIAT = "invite_secretariat"
    REVOKE = "revoke"


class Reach(StrEnum):
    """How far a right goes: one's own data, the unit's candidates, everyone's."""

    OWN = "own"
    UNIT = "unit"
    ALL = "all"


_WIDTH = {reach: width for width, reach in enumerate(Reach)}


class Permission(BaseModel):
    """One row of the table: an action, what it is called, where it is met, and the reach each role has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Action
    zh: Annotated[str, Field(min_length=1)]
    commands: tuple[Annotated[str, Field(pattern=r"^/[a-z_]+$")], ...]
    pages: tuple[Annotated[str, Field(pattern=r"^/[a-z/]*$")], ...]
    candidate: Reach | None = None
    unit_contact: Reach | None = None
    secretariat: Reach | None = None
    lead: Reach | None = None
    audited: bool = False

    def reach(self, role: Role) -> Reach | None:
        """How far the right of a role goes; None where it has none. A lead has the secretariat's at least."""
        granted = {
            Role.CANDIDATE: self.candidate,
            Role.UNIT_CONTACT: self.unit_contact,
            Role.SECRETARIAT: self.secretariat,
            Role.LEAD: self.lead,
        }
        return _widest(granted[each] for each in acts_as(role))


class PermissionTable(BaseModel):
    """The data file: every action once, every command and page once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    permissions: tuple[Permission, ...] = Field(alias="action")

    @model_validator(mode="after")
    def _everything_stands_once(self) -> "PermissionTable":
        if sorted(each.id for each in self.permissions) != sorted(Action):
            raise ValueError("[[action]] must stand once for each Action")
        commands = [command for each in self.permissions for command in each.commands]
        pages = [page for each in self.permissions for page in each.pages]
        doubled = {place for places in (commands, pages) for place in places if places.count(place) > 1}
        if doubled:
            raise ValueError(f"a command or page needs one action, not several: {sorted(doubled)}")
        return self


def _widest(reaches: Iterable[Reach | None]) -> Reach | None:
    granted = [each for each in reaches if each is not None]
    return max(granted, key=_WIDTH.__getitem__, default=None)


@cache
def permissions() -> dict[Action, Permission]:
    """The table of `domain/data/permissions.toml`; raises DataFileError where it contradicts itself."""
    return {each.id: each for each in read_data(PermissionTable, "permissions.toml").permissions}


def reach(roles: Iterable[Role], action: Action) -> Reach | None:
    """How far the right to `action` goes for who has these roles; no role at all means a candidate."""
    held = frozenset(roles) or {Role.CANDIDATE}
    return _widest(permissions()[action].reach(role) for role in held)


def may(roles: Iterable[Role], action: Action) -> bool:
    """Whether who has these roles may do `action`; no role at all means a candidate."""
    return reach(roles, action) is not None


def action_of_command(command: str) -> Action | None:
    """The action that a chat command ("/export") needs; None for a command that nobody has."""
    return next((each.id for each in permissions().values() if command in each.commands), None)


def action_of_page(path: str) -> Action | None:
    """The action that a page ("/desk/audit", and what lies below it) needs; None for a path outside the table."""
    best = ""
    found: Action | None = None
    for each in permissions().values():
        for page in each.pages:
            if len(page) > len(best) and _is_below(path, page):
                best, found = page, each.id
    return found


def _is_below(path: str, page: str) -> bool:
    return path == page or (page != "/" and path.startswith(f"{page}/"))


_REACH_WORDS = {None: "—", Reach.OWN: "本人 own", Reach.UNIT: "本单位 unit", Reach.ALL: "全部 all"}


def markdown() -> str:
    """The table for the docs: a row an action, a column a role."""
    lines = [
        "| action | 做什么 | commands | pages | " + " | ".join(Role) + " | audited |",
        "|---|---|---|---|" + "---|" * len(Role) + "---|",
    ]
    for each in permissions().values():
        places = (" ".join(f"`{place}`" for place in places) for places in (each.commands, each.pages))
        reaches = (_REACH_WORDS[each.reach(role)] for role in Role)
        lines.append("| " + " | ".join([each.id, each.zh, *places, *reaches, "yes" if each.audited else ""]) + " |")
    return "\n".join(lines) + "\n"
