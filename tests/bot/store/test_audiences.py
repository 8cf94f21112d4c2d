"""An audience asked of the database is the audience that the domain means."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, update

from bot.store import audiences, erasures, roles
from bot.store.audiences import Who
from bot.store.erasures import Pending
from bot.store.recipients import addressees
from bot.store.schema import migrate
from bot.store.store import Store
from bot.store.tables import account, attendance, briefing, person
from domain.application import ApplicationStatus
from domain.audience import Attendance, Audience, Invited
from domain.broadcast_text import lacking, template
from domain.vocabulary import Language, Level, Posting, Role
from tests.bot.crowd import CAMPAIGN, Applicant, apply_for, crowd, speak
from tests.bot.tiny import now
from tests.postgres import RING

EVERYONE = Audience()


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """People of every kind, on SQLite."""
    return _peopled(f"sqlite:///{Path(tmp_path_factory.mktemp('audiences')) / 'test.db'}")


def _peopled(url: str) -> Store:
    store = Store(url, RING)
    migrate(store.engine)
    persons = crowd(store, 24)
    speak(store, persons[::3], Language.EN)
    statuses, levels = list(ApplicationStatus), [None, *Level]
    applicants = [
        Applicant(
            person=each if at % 5 else None,
            name="" if at % 7 == 0 else f"甲{at}",
            status=statuses[at % len(statuses)],
            field="" if at % 11 == 0 else ("土木工程类", "电气工程类")[at % 2],
            level=levels[at % len(levels)],
            posting=[None, *Posting][at % 4],
            country=("", "缅甸", "新加坡")[at % 3],
            unit=("", "甲单位", "乙单位")[at % 3],
            enterprise="" if at % 6 == 0 else "某某公司",
            eligible=(None, True, False)[at % 3],
        )
        for at, each in enumerate(persons[:16])
    ]
    candidates = apply_for(store, applicants)
    # Twice a candidate, in different campaigns: met once.
    apply_for(store, [Applicant(person=persons[1], campaign="2020", level=Level.SENIOR)])

    def more(connection: Connection) -> None:
        moment = now()
        connection.execute(
            insert(briefing).values(id=3, uid="u", sequence=0, cancelled=False, starts_at=moment, created_at=moment)
        )
        for at, each in enumerate(persons[::2]):
            answer = list(Attendance)[at % 4]
            answered = None if answer is Attendance.NO_ANSWER else moment
            row = {"briefing_id": 3, "answer": answer, "invited_at": moment, "answered_at": answered}
            connection.execute(insert(attendance).values(person_id=each, **row))
        connection.execute(
            insert(attendance).values(
                briefing_id=3, candidate_id=candidates[0], answer=Attendance.NO_ANSWER, invited_at=moment
            )
        )
        connection.execute(update(person).where(person.c.id == persons[4]).values(zone="Asia/Yangon"))
        connection.execute(update(account).where(account.c.person_id == persons[6]).values(opted_out_at=moment))
        roles.grant(connection, persons[-1], Role.SECRETARIAT, moment)
        erasures.begin(connection, Pending(person=persons[-2], state="{}", asked_at=moment, due_at=moment))

    store.write_now(more)
    return store


audience_filters = st.builds(
    Audience,
    campaign=st.sampled_from(["", CAMPAIGN, "2020"]),
    stages=st.lists(st.sampled_from(ApplicationStatus), max_size=3),
    fields=st.lists(st.sampled_from(["土木工程类", "电气工程类"]), max_size=1),
    levels=st.lists(st.sampled_from(Level), max_size=2),
    postings=st.lists(st.sampled_from(Posting), max_size=2),
    countries=st.lists(st.sampled_from(["MM", "SG", "XX"]), max_size=2),
    units=st.lists(st.sampled_from(["甲单位", "乙单位", "没有的单位"]), max_size=2),
    languages=st.lists(st.sampled_from(Language), max_size=1),
    incomplete=st.sampled_from([None, None, True, False]),
    eligible=st.sampled_from([None, None, True, False]),
    invited=st.none()
    | st.builds(
        Invited,
        briefing=st.sampled_from(["3", "4", "x"]),
        answers=st.lists(st.sampled_from(Attendance), max_size=2),
    ),
)


def found(store: Store, audience: Audience) -> set[Who]:
    rows = store.read_now(lambda c: c.execute(audiences.people(audience, CAMPAIGN)).all())
    return {(row[0], row[1]) for row in rows}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=audience_filters)
def test_the_database_lets_through_whom_the_domain_lets_through(peopled: Store, wanted: Audience) -> None:
    all_rows = _every_row(peopled)
    known = peopled.read_now(lambda c: addressees(c, all_rows, CAMPAIGN))
    expected = {_human(each.who) for each in known if wanted.includes(each.recipient)}

    rows = found(peopled, wanted)

    assert {_human(each) for each in rows} == expected
    assert len(rows) == len(expected)
    assert peopled.read_now(lambda c: audiences.count(c, wanted, CAMPAIGN)) == len(expected)


def _every_row(store: Store) -> list[Who]:
    """Every application and everyone without one, by filters that together let everything through."""
    whole: set[Who] = set()
    for campaign in (CAMPAIGN, "2020"):
        whole |= found(store, Audience(campaign=campaign))
    return sorted(whole, key=str)


def _human(who: Who) -> Who:
    return who if who[0] is None else (who[0], None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=audience_filters)
def test_what_is_lacking_is_counted_as_the_domain_counts_it(peopled: Store, wanted: Audience) -> None:
    text = template("{name}{level}{unit}")
    known = peopled.read_now(lambda c: addressees(c, sorted(found(peopled, wanted), key=str), CAMPAIGN))
    expected = lacking(text, (each.recipient for each in known))
    assert peopled.read_now(lambda c: audiences.lacking(c, wanted, CAMPAIGN)) == expected


def test_members_and_whoever_asked_to_be_forgotten_are_nobodys_audience(peopled: Store) -> None:
    persons = {who[0] for who in found(peopled, EVERYONE)}
    ids = peopled.read_now(lambda c: sorted(c.execute(person.select().with_only_columns(person.c.id)).scalars()))
    assert persons - {None} == set(ids) - {ids[-1], ids[-2]}


@pytest.mark.postgres
def test_postgresql_answers_the_same(peopled: Store) -> None:
    from tests.postgres import postgres_server  # noqa: PLC0415 - starts a server

    with postgres_server().database() as url:
        other = _peopled(url)
        try:
            for wanted in (EVERYONE, Audience(incomplete=True), Audience(invited=Invited(briefing="3"), eligible=True)):
                assert len(found(other, wanted)) == len(found(peopled, wanted))
        finally:
            other.close()
