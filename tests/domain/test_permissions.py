import tomllib
from importlib.resources import files
from itertools import chain, combinations

import pytest
from pydantic import ValidationError

from domain.permissions import (
    Action,
    PermissionTable,
    Reach,
    action_of_command,
    action_of_page,
    markdown,
    may,
    permissions,
    reach,
)
from domain.vocabulary import Role

A = Action
EVERYONE = {A.APPLY, A.GET_HELP, A.JOIN, A.OWN_DATA, A.OPT_OUT}
UNIT = EVERYONE | {
    A.UNIT_CANDIDATES,
    A.UNIT_PROJECTS,
    A.UNIT_REMIND,
    A.UNIT_RECOMMEND,
    A.UNIT_LINK,
    A.UNIT_PACKAGE,
    A.UNIT_SCAN,
    A.IMPORT,
}
LEAD_ONLY = {A.BROADCAST, A.INVITE_UNIT, A.INVITE_SECRETARIAT, A.REVOKE}
ALLOWED = {
    Role.CANDIDATE: EVERYONE,
    Role.UNIT_CONTACT: UNIT,
    Role.SECRETARIAT: set(Action) - LEAD_ONLY,
    Role.LEAD: set(Action),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_each_role_may_exactly_what_is_meant(role: Role, action: Action):
    assert may([role], action) == (action in ALLOWED[role])


def test_who_has_no_role_is_a_candidate():
    for action in Action:
        assert may([], action) == may([Role.CANDIDATE], action)


def test_several_roles_add_up():
    subsets = chain.from_iterable(combinations(Role, size) for size in range(1, 5))
    for roles in subsets:
        for action in Action:
            assert may(roles, action) == any(may([role], action) for role in roles)


def test_a_unit_contact_reaches_the_units_candidates_only():
    for action in UNIT - EVERYONE:
        assert reach([Role.UNIT_CONTACT], action) is Reach.UNIT
        assert reach([Role.SECRETARIAT], action) is Reach.ALL


def test_ones_own_case_stays_ones_own_for_every_role():
    for action in EVERYONE:
        assert all(reach([role], action) is Reach.OWN for role in Role)


def test_the_widest_reach_of_several_roles_counts():
    assert reach([Role.UNIT_CONTACT, Role.LEAD], A.IMPORT) is Reach.ALL
    assert reach([Role.CANDIDATE, Role.UNIT_CONTACT], A.IMPORT) is Reach.UNIT
    assert reach([Role.CANDIDATE], A.IMPORT) is None


@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("/export", A.EXPORT),
        ("/start", A.APPLY),
        ("/mydata", A.OWN_DATA),
        ("/broadcast", A.BROADCAST),
        ("/unheard_of", None),
        ("", None),
    ],
)
def test_a_command_needs_one_action(command: str, action: Action | None):
    assert action_of_command(command) is action


def test_every_command_of_the_contract_is_in_the_table():
    contract = (
        "/start /status /edit /back /cancel /help /lang /privacy /mydata /forget /join "
        "/export /stats /find /review /brief /broadcast /audit /who /revoke /import /ask"
    )
    assert all(action_of_command(command) for command in contract.split())


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/", A.APPLY),
        ("/desk", A.FIND),
        ("/desk/candidates", A.VIEW_FULL_RECORD),
        ("/desk/candidates/17", A.VIEW_FULL_RECORD),
        ("/desk/audit", A.AUDIT),
        ("/desk/audits", A.FIND),
        ("/deskchair", None),
        ("/telegram", None),
    ],
)
def test_a_page_needs_the_action_of_the_nearest_path_above_it(path: str, action: Action | None):
    assert action_of_page(path) is action


def test_no_page_of_the_desk_is_open_to_candidates():
    for permission in permissions().values():
        if any(page.startswith("/desk") for page in permission.pages):
            assert permission.candidate is None


def test_exports_full_records_decisions_broadcasts_and_role_changes_are_audited():
    audited = {each.id for each in permissions().values() if each.audited}

    assert {
        A.EXPORT,
        A.VIEW_FULL_RECORD,
        A.DECIDE,
        A.BROADCAST,
        A.REVOKE,
        A.INVITE_SECRETARIAT,
        A.INVITE_UNIT,
    } <= audited


def test_the_table_for_the_docs_has_a_row_an_action_and_a_column_a_role():
    lines = markdown().splitlines()

    assert lines[0].split(" | ")[4:8] == list(Role)
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]] == list(permissions())
    export = "| export | 导出附件3和名单 | `/export` | `/desk/exports` | — | — | 全部 all | 全部 all | yes |"
    assert export in lines


def data() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(files("domain").joinpath("data/permissions.toml").read_text("utf8"))


def test_a_table_that_forgets_an_action_is_refused():
    lacking = data()
    lacking["action"].pop()

    with pytest.raises(ValidationError, match="once for each Action"):
        PermissionTable.model_validate(lacking)


def test_a_command_that_two_actions_claim_is_refused():
    doubled = data()
    doubled["action"][0]["commands"] = ["/export"]

    with pytest.raises(ValidationError, match=r"several: \['/export'\]"):
        PermissionTable.model_validate(doubled)
