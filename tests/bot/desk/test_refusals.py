"""Whoever may not is refused, the refusal is a row of the audit, and the answer tells nothing.

Every chat command and every route of the desk, by every role: taken from the table of rights and from what really
stands, so that a new command or page without a row fails here.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.routing import Route

from bot.appliers.rights import NEEDS
from bot.desk.site import desk_routes
from bot.effects import APPLIERS
from bot.store import audit, desk_sessions, roles, units
from bot.store.store import Store
from bot.store.tables import metadata
from dialogs import effects
from dialogs.commands import HANDLERS
from domain.permissions import Action, action_of_command, action_of_page, may, permissions
from domain.vocabulary import Role
from tests.bot.desk.browser import ADDRESS, SECRET, DeskBrowser
from tests.bot.desk.office import MONDAY, Office
from tests.bot.intake import Engineer

ARGUMENTS: Mapping[str, str] = {
    "find": "张伟",
    "review": "1",
    "revoke": "1",
    "invite": "lead",
    "invite_unit": "重庆某某公司",
    "questions": "1",
    "approve": "1",
    "broadcasts": "1 pause",
    "unit": "重庆某某公司",
    "candidates": "重庆某某公司",
    "import": "重庆某某公司",
}
"""With which a command would do something, were it allowed."""
OWN_TRAFFIC = {"inbox", "outbox", "conversation", "event", "audit", "audit_head", "account"}
"""Tables in which any message of anybody leaves something."""
FIELDS = {"application": "1", "version": "1", "to": "recommended", "person": "1", "role": "lead", "unit": "某某公司"}
SECRETS = ("张伟", "8000", "重庆", "王芳", "土木")
"""What stands behind the pages."""
OWN_DATA = {
    effects.RecordAnswer,
    effects.SubmitApplication,
    effects.ChangeLanguage,
    effects.RecordClassification,
    effects.RecordConsent,
    effects.RecordAttachments,
    effects.RedeemCode,
    effects.RequestResumeCode,
    effects.NoteRefusal,
    effects.AskSecretariat,
    effects.StopMessages,
    effects.ResumeMessages,
    effects.RequestMyData,
    effects.RequestErasure,
    effects.CancelErasure,
    effects.RecordAttendance,
}
"""Effects on what is one's own."""


def routes(store: Store) -> Sequence[tuple[str, str]]:
    """(method, path) of everything at the desk, but for the page that stands for all that does not exist."""
    made = desk_routes(store=store, secrets=[SECRET], address=ADDRESS, now=lambda: MONDAY)
    return [
        (method, re.sub(r"\{\w+(:\w+)?\}", "1", each.path))
        for each in made
        if isinstance(each, Route) and each.path.startswith("/desk") and "{rest" not in each.path
        for method in sorted((each.methods or set()) - {"HEAD"})
    ]


def forbidden_commands() -> list[tuple[Role, str]]:
    found = [(role, name) for role in Role for name in sorted(HANDLERS) if not _may(role, name)]
    assert len({role for role, _ in found}) == 3  # a lead may everything
    return found


def _may(role: Role, command: str) -> bool:
    action = action_of_command(f"/{command}")
    return action is not None and may([role], action)


def somebody(office: Office, role: Role, name: str = "somebody") -> Engineer:
    """A person with that role and no other."""
    engineer = Engineer(office.store, name, office.clock)
    engineer.says("你好")
    person = engineer.account.person
    if role is Role.UNIT_CONTACT:
        unit = office.store.write_now(lambda c: units.find_or_make_unit(c, "别的单位", MONDAY))
        office.store.write_now(lambda c: roles.grant(c, person, role, MONDAY, unit_id=unit))
    elif role is not Role.CANDIDATE:
        office.store.write_now(lambda c: roles.grant(c, person, role, MONDAY))
    return engineer


def everything(store: Store, *, but: set[str]) -> dict[str, Any]:
    """Every row of every table but these."""

    def read(connection: Any) -> dict[str, Any]:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            for table in metadata.sorted_tables
            if table.name not in but
        }

    return store.read_now(read)


def refusals(store: Store) -> list[tuple[int | None, str]]:
    newest = store.read_now(lambda c: audit.page(c, limit=500))
    return [(each.entry.actor, each.entry.action) for each in newest if each.entry.outcome == "refused"]


# --- the table and what stands


def test_every_chat_command_has_a_row_and_every_row_a_command() -> None:
    rows = {command for each in permissions().values() for command in each.commands}

    assert rows == {f"/{name}" for name in HANDLERS}


def test_every_page_of_the_desk_has_a_row_of_its_own_and_every_row_a_page(office: Office) -> None:
    rows = {page for each in permissions().values() for page in each.pages if page.startswith("/desk")}
    paths = {path for _, path in routes(office.store)}

    def rows_above(path: str) -> set[str]:
        return {row for row in rows if path == row or path.startswith(f"{row}/")}

    assert {path for path in paths if path != "/desk" and rows_above(path) == {"/desk"}} == set()
    assert {row for row in rows if not any(row in rows_above(path) for path in paths)} == set()


def test_every_effect_is_ones_own_or_needs_a_right() -> None:
    of_a_unit = {each for each, applier in APPLIERS.items() if applier.__module__.endswith((".units", ".forms"))}

    assert set(APPLIERS) == OWN_DATA | set(NEEDS) | of_a_unit
    assert not OWN_DATA & set(NEEDS)


# --- in the chat


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.LEAD])
def test_a_forbidden_command_does_nothing_says_nothing_and_is_logged(office: Office, role: Role) -> None:
    office.takes_in("张伟")
    engineer, twin = somebody(office, role), somebody(office, role, "twin")
    person = engineer.account.person
    before = everything(office.store, but=OWN_TRAFFIC)
    expected: list[tuple[int | None, str]] = []
    for forbidden, name in forbidden_commands():
        if forbidden is not role:
            continue
        said = engineer.says(f"/{name} {ARGUMENTS.get(name, '')}".strip()).splitlines()

        assert "授权" in said[0], name
        assert said[1:] == twin.says("/no_such_command").splitlines()[1:], name
        expected.insert(0, (person, str(action_of_command(f"/{name}"))))
    assert refusals(office.store) == expected
    assert everything(office.store, but=OWN_TRAFFIC) == before


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.LEAD])
def test_a_role_taken_away_in_the_middle_of_a_dialogue_ends_what_it_could_do(office: Office, role: Role) -> None:
    engineer = somebody(office, role)
    person = engineer.account.person
    assert "导出" in engineer.says("/export")
    office.store.write_now(lambda c: roles.revoke(c, person, role, person, MONDAY))

    engineer.says("1")
    said = engineer.says("1")

    assert "授权" in said
    assert refusals(office.store) == [(person, "export")]
    timers = metadata.tables["timer"]
    waiting = select(func.count()).select_from(timers).where(timers.c.kind == "export")
    assert office.store.read_now(lambda c: c.execute(waiting).scalar_one()) == 0


# --- at the desk


@pytest.mark.parametrize("role", Role)
async def test_a_forbidden_page_does_nothing_says_nothing_and_is_logged(office: Office, role: Role) -> None:
    engineer, case = office.takes_in("张伟")
    assert case == 1
    person = somebody(office, role).account.person
    browser = DeskBrowser(office)
    code = office.store.write_now(lambda c: desk_sessions.make_code(c, person, office.clock()))
    _, token = office.store.write_now(lambda c: desk_sessions.redeem(c, code, office.clock())) or (0, "")
    browser.client.cookies.set("__Host-desk", token, domain="desk.example", path="/")
    before = everything(office.store, but={"audit", "audit_head"})
    expected: list[tuple[int | None, str]] = []
    refused = set()
    for method, path in routes(office.store):
        action = action_of_page(path)
        assert action is not None
        allowed = may([role], action)
        if allowed:
            continue
        answer = await browser.client.request(method, path, data=FIELDS if method == "POST" else None)
        assert answer.status_code == 403, path
        assert "这个页面不对您开放" in answer.text, path
        assert not any(secret in answer.text for secret in SECRETS), path
        refused.add(answer.text)
        expected.insert(0, (person, str(action)))

    assert len(refused) <= 1  # the same words for every page
    assert refusals(office.store) == expected
    assert everything(office.store, but={"audit", "audit_head"}) == before
    assert engineer.cards()[-1].subject == "home"
    assert len(expected) == {Role.LEAD: 0, Role.SECRETARIAT: 3}.get(role, len(routes(office.store)))


async def test_what_a_role_may_is_not_refused(office: Office) -> None:
    office.takes_in("张伟")
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("陈主任", Role.LEAD))
    for method, path in routes(office.store):
        if method == "GET":
            answer = await browser.client.get(path)
            assert answer.status_code in (200, 404), path
            assert "不对您开放" not in answer.text, path


async def test_nobody_who_is_not_signed_in_sees_or_changes_anything(office: Office) -> None:
    office.takes_in("张伟")
    before = everything(office.store, but=set())
    browser = DeskBrowser(office)
    for method, path in [*routes(office.store), ("GET", "/desk/no/such/page")]:
        answer = await browser.client.request(method, path, data=FIELDS if method == "POST" else None)
        assert (answer.status_code, answer.headers["location"]) == (303, "/enter"), path
        assert answer.text == "", path
    assert everything(office.store, but=set()) == before


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.UNIT_CONTACT])
async def test_a_code_opens_the_desk_for_the_secretariat_only(office: Office, role: Role) -> None:
    person = somebody(office, role).account.person
    code = office.store.write_now(lambda c: desk_sessions.make_code(c, person, office.clock()))
    browser = DeskBrowser(office)
    await browser.open("/enter")

    await browser.post("/enter", code=code)

    assert browser.last.status_code == 403
    assert refusals(office.store) == [(person, "desk_sign_in")]
    await browser.open("/desk")
    assert browser.last.url.path == "/enter"


def test_the_actions_of_the_lead_alone_are_what_the_table_says() -> None:
    alone = {each for each in Action if may([Role.LEAD], each) and not may([Role.SECRETARIAT], each)}

    assert alone == {Action.BROADCAST, Action.INVITE_UNIT, Action.INVITE_SECRETARIAT, Action.REVOKE}
