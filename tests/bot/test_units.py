"""A unit's contact: what they may see and do, and what nobody but their own unit may."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.appliers.units import NOT_YOURS, SCAN_MEGABYTES
from bot.package_jobs import PackageJob, build_package
from bot.store import applications, attachments, roles, unit_links, unit_scans, units
from bot.store.store import Store
from bot.store.tables import application, candidate, enterprise, invitation_link, outbox
from bot.store.unit_desk import unit_desk
from bot.store.unit_links import Target
from bot.world import context_of
from dialogs import effects
from dialogs.events import Done
from dialogs.unit_desk import UnitDesk
from domain.application import ApplicationStatus
from domain.records import Enterprise, OverseasProject
from domain.vocabulary import Posting, Role
from tests.bot.test_annex3_import import CAMPAIGN, hand_in, take
from tests.bot.test_effects import Somebody, somebody
from tests.bot.tiny import now
from tests.exports.people import INFO, ROAD, ROAD_COMPANY, annex3_bytes, dispatched

UNIT = "远山工程集团"


def unit_id(store: Store, name: str = UNIT) -> int:
    return store.write_now(lambda c: units.find_or_make_unit(c, name, now()))


def contact(store: Store, address: str = "contact", unit: str = UNIT) -> Somebody:
    one, number = somebody(store, address), unit_id(store, unit)
    store.write_now(lambda c: roles.grant(c, one.who.person, Role.UNIT_CONTACT, now(), unit_id=number))
    return one


def desk(store: Store, name: str = UNIT) -> UnitDesk:
    found = store.read_now(lambda c: unit_desk(c, name, CAMPAIGN, now()))
    assert found is not None
    return found


def enrolled(store: Store, one: Somebody) -> int:
    """An application of that person, handed in, of the unit."""
    number = unit_id(store)
    made = hand_in(store)

    def work(connection: Connection) -> None:
        owner = select(application.c.candidate_id).where(application.c.id == made).scalar_subquery()
        connection.execute(update(candidate).where(candidate.c.id == owner).values(person_id=one.who.person))
        connection.execute(update(application).where(application.c.id == made).values(unit_id=number))

    store.write_now(work)
    return made


@pytest.fixture
def imported(store: Store) -> Iterator[Store]:
    """One imported person of the unit."""
    take(store, annex3_bytes([dispatched("1", present_location="")], info=INFO))
    yield store


def test_the_desk_says_what_each_candidate_lacks(imported: Store) -> None:
    (person,) = desk(imported).people
    assert (person.name, person.missing, person.confirmed) == ("陆行远", ("present_location",), False)
    assert [each.record for each in desk(imported).enterprises] == [ROAD_COMPANY]


def test_nobody_but_the_units_contact_and_the_secretariat_sees_the_desk(imported: Store) -> None:
    own, other, stranger = contact(imported), contact(imported, "other", "乙单位"), somebody(imported, "stranger")
    clerk = somebody(imported, "clerk")
    imported.write_now(lambda c: roles.grant(c, clerk.who.person, Role.SECRETARIAT, now()))

    def sees(one: Somebody) -> bool:
        return imported.read_now(lambda c: context_of(c, one.who, now()).directory.unit_desk(UNIT)) is not None

    assert [sees(each) for each in (own, clerk, other, stranger)] == [True, True, False, False]


@pytest.mark.parametrize(
    "kind", ["save", "merge", "remind", "decide", "invite", "confirm", "revoke", "package", "scan"]
)
def test_every_deed_for_another_unit_is_refused(imported: Store, kind: str) -> None:
    other = contact(imported, "other", "乙单位")
    number, (person,) = unit_id(imported), desk(imported).people
    deeds: dict[str, Any] = {
        "save": effects.SaveWork(number, None, Enterprise(name="甲公司"), None, None),
        "merge": effects.MergeEnterprises(number, 1, 2),
        "remind": effects.RemindCandidate(number, person.application),
        "decide": effects.DecideCandidate(
            number, person.application, person.version, ApplicationStatus.WITHDRAWN, "不再推荐"
        ),
        "invite": effects.InviteEngineers(number, None),
        "confirm": effects.LinkToConfirm(number, person.application),
        "revoke": effects.RevokeLinks(number),
        "package": effects.RequestPackage(number),
        "scan": effects.KeepScan(number, ("x",)),
    }
    assert other.does(deeds[kind]) == NOT_YOURS


def test_a_deed_for_the_own_unit_does_not_reach_another_units_candidate(imported: Store) -> None:
    other = contact(imported, "other", "乙单位")
    (person,) = desk(imported).people
    wanted = effects.DecideCandidate(
        unit_id(imported, "乙单位"), person.application, person.version, ApplicationStatus.WITHDRAWN, "不再推荐"
    )
    assert other.does(wanted) == Done("unit.person_gone")


def test_figures_stand_for_everyone_on_the_project(imported: Store) -> None:
    one = contact(imported)
    (company,) = desk(imported).enterprises
    (project,) = company.projects
    newer = ROAD.model_copy(update={"chinese_engineers": 60, "country": "老挝"})
    renamed = ROAD_COMPANY.model_copy(update={"contact_name": "沈云起"})
    assert one.does(effects.SaveWork(unit_id(imported), company.id, renamed, project.id, newer)) is None
    (filed,) = imported.read_now(lambda c: list(applications.filed(c, CAMPAIGN)))
    assert (filed.record.enterprise, filed.record.project) == (renamed, newer)


def test_an_enterprise_that_another_unit_has_is_not_shown_but_made_anew(imported: Store) -> None:
    other = contact(imported, "other", "乙单位")
    wanted = effects.SaveWork(unit_id(imported, "乙单位"), None, Enterprise(name=ROAD_COMPANY.name), None, None)
    other.does(wanted)
    assert [each.record.contact_name for each in desk(imported, "乙单位").enterprises] == [""]
    assert [each.record for each in desk(imported).enterprises] == [ROAD_COMPANY]


def test_near_names_are_one_company_only_when_a_person_says_so(imported: Store) -> None:
    one = contact(imported)
    near = Enterprise(name=ROAD_COMPANY.name.replace("（示例）", ""), contact_phone="+8613700000000")
    one.does(effects.SaveWork(unit_id(imported), None, near, None, OverseasProject(name="新桥", country="缅甸")))
    first, second = desk(imported).enterprises
    assert (first.near, second.near) == ((second.id,), (first.id,))

    assert one.does(effects.MergeEnterprises(unit_id(imported), second.id, first.id)) == Done(
        "unit.merged", (("kept", near.name),)
    )

    (company,) = desk(imported).enterprises
    assert company.record.name == near.name
    assert company.record.contact_name == ROAD_COMPANY.contact_name, "what was missing is taken over"
    assert {each.record.name for each in company.projects} == {"新桥", ROAD.name}
    (filed,) = imported.read_now(lambda c: list(applications.filed(c, CAMPAIGN)))
    assert filed.record.project == ROAD
    count = imported.read_now(lambda c: c.execute(select(func.count()).select_from(enterprise)).scalar_one())
    assert count == 1


def test_a_candidate_is_reminded_at_most_once_a_day(store: Store) -> None:
    one, engineer = contact(store), somebody(store, "engineer")
    made = enrolled(store, engineer)
    wanted = effects.RemindCandidate(unit_id(store), made)

    assert one.does(wanted) == Done("unit.reminded", (("name", "陆行远"),))
    assert one.does(wanted) == Done("unit.reminded_today")
    sent = store.read_now(lambda c: c.execute(select(outbox.c.account_id)).scalars().all())
    assert sent == [engineer.who.account]


def test_a_recommendation_is_told_and_can_be_taken_back_with_a_reason(store: Store) -> None:
    one, engineer = contact(store), somebody(store, "engineer")
    made = enrolled(store, engineer)

    def decides(to: ApplicationStatus, reason: str = "") -> str:
        (person,) = desk(store).people
        return str(one.does(effects.DecideCandidate(unit_id(store), made, person.version, to, reason)).key)

    assert decides(ApplicationStatus.RECOMMENDED) == "unit.decided"
    assert decides(ApplicationStatus.SUBMITTED) == "unit.not_possible", "a reason is owed"
    assert decides(ApplicationStatus.SUBMITTED, "项目有变") == "unit.decided"
    told = store.read_now(lambda c: c.execute(select(func.count()).select_from(outbox)).scalar_one())
    assert told == 2


def test_what_was_seen_no_longer_stands_and_nothing_is_changed(store: Store) -> None:
    one, engineer = contact(store), somebody(store, "engineer")
    made = enrolled(store, engineer)
    wanted = effects.DecideCandidate(unit_id(store), made, 99, ApplicationStatus.RECOMMENDED, "")
    assert one.does(wanted).key == "unit.overtaken"


def letters_of(store: Store, target: Target) -> str:
    return store.write_now(lambda c: unit_links.make(c, target, None, now()))


def test_one_link_is_for_many_until_it_is_revoked(imported: Store) -> None:
    one = contact(imported)
    (company,) = desk(imported).enterprises
    target = Target(unit=unit_id(imported), enterprise=company.id, project=company.projects[0].id)
    letters = letters_of(imported, target)
    assert letters_of(imported, target) == letters, "the same link is shown again"

    for address in ("first", "second"):
        welcome = somebody(imported, address).does(effects.RedeemCode(letters))
        assert welcome.key == "link.welcome"
        known = dict(welcome.answers)
        assert (known["enterprise"], known["project"], known["country"]) == (ROAD_COMPANY.name, ROAD.name, "MM")
        assert (known["project_type"], known["project_status"]) == ("承包工程", "在建")
    uses = imported.read_now(lambda c: c.execute(select(invitation_link.c.uses)).scalar_one())
    assert uses == 2

    assert one.does(effects.RevokeLinks(unit_id(imported))) == Done("link.revoked", (("count", 1),))
    assert somebody(imported, "third").does(effects.RedeemCode(letters)).key == "join.unknown"


def test_a_link_to_confirm_makes_one_person_of_record_and_account_once(imported: Store) -> None:
    number = imported.read_now(lambda c: c.execute(select(candidate.c.id)).scalar_one())
    letters = letters_of(imported, Target(unit=unit_id(imported), candidate=number))
    engineer = somebody(imported, "engineer")

    welcome = engineer.does(effects.RedeemCode(letters))

    assert welcome.key == "link.welcome_confirm"
    known = dict(welcome.answers)
    assert (known["name"], known["phone"], known["posting"]) == ("陆行远", "+8613812345678", Posting.DISPATCHED.value)
    owner = imported.read_now(lambda c: c.execute(select(candidate.c.person_id)).scalar_one())
    assert owner == engineer.who.person
    assert somebody(imported, "other").does(effects.RedeemCode(letters)).key == "join.unknown"
    assert not desk(imported).people[0].confirmed, "until the person has handed in"


@pytest.mark.parametrize(
    ("content", "kept"),
    [(b"%PDF-1.7", 1), (b"\xff\xd8\xff\xe0", 1), (b"MZ\x90", 0), (b"%PDF-" + b"0" * (SCAN_MEGABYTES << 20), 0)],
)
def test_a_scan_is_known_by_its_content_and_kept_with_the_unit(store: Store, content: bytes, kept: int) -> None:
    one = contact(store)
    ends = now() + timedelta(days=1)
    reference = store.write_now(
        lambda c: attachments.put(c, one.who.person, "盖章.pdf", "application/pdf", content, now(), expires_at=ends)
    )
    done = one.does(effects.KeepScan(unit_id(store), (reference,)))
    assert done.key == ("unit.scan_kept" if kept else "unit.scan_refused")
    assert len(store.read_now(lambda c: list(unit_scans.of(c, unit_id(store))))) == kept


def test_somebody_elses_file_is_no_scan(store: Store) -> None:
    one, other = contact(store), somebody(store, "other")
    reference = store.write_now(
        lambda c: attachments.put(c, other.who.person, "a.pdf", "application/pdf", b"%PDF-", now())
    )
    assert one.does(effects.KeepScan(unit_id(store), (reference,))).key == "unit.scan_refused"


def test_the_package_says_why_there_is_no_print(imported: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    one = contact(imported)
    monkeypatch.setattr("exports.pdf.libreoffice", lambda: None)
    moment = datetime(2025, 5, 1, tzinfo=UTC)
    job = PackageJob(account=one.who.account, person=one.who.person, unit=unit_id(imported), asked_at=moment)

    made = imported.read_now(lambda c: build_package(c, job))

    assert [each["key"] for each in made] == ["package.workbook", "package.no_pdf", "package.mail"]
    assert "LibreOffice" in dict(made[1]["args"])["why"]
    assert dict(made[2]["args"])["subject"] == f"评价(2025)+{UNIT}"
    assert imported.read_now(lambda c: build_package(c, job)) == made, "the same moment makes the same bytes"
