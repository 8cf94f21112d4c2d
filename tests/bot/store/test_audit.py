"""The audit's chain: whatever is taken away, changed or written anew shows, and many may write at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from bot.store import audit
from bot.store.audit import GENESIS, Entry, Outcome
from bot.store.store import Store
from bot.store.tables import audit as table
from bot.store.tables import audit_head

NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)


def entry(number: int) -> Entry:
    return Entry(action="export", actor=number, subject=f"list {number}", detail="rows 3")


def fill(store: Store, count: int = 5) -> None:
    for number in range(count):
        at = NOW + timedelta(minutes=number)
        store.write_now(lambda c, number=number, at=at: audit.write(c, entry(number), at))


def as_owner_of_the_database(store: Store, deed: Callable[[Connection], object]) -> None:
    """Without the triggers that keep everyone else from it."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER IF EXISTS audit_is_append_only ON audit"))
        else:
            for name in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_is_append_only_{name}"))
        deed(connection)


def ids(store: Store) -> list[int]:
    return list(store.read_now(lambda c: c.execute(select(table.c.id).order_by(table.c.id)).scalars().all()))


def problem(store: Store) -> str:
    return store.read_now(audit.problem)


def test_what_was_written_is_whole_and_read_newest_first(store: Store) -> None:
    assert problem(store) == ""
    fill(store)

    assert problem(store) == ""
    assert [each.entry.actor for each in store.read_now(lambda c: audit.page(c, limit=2))] == [4, 3]
    assert [each.entry.actor for each in store.read_now(lambda c: audit.page(c, actor=2))] == [2]


@pytest.mark.parametrize("which", [0, 2, 4], ids=["first", "middle", "last"])
def test_a_row_that_was_taken_away_shows(store: Store, which: int) -> None:
    fill(store)
    gone = ids(store)[which]

    as_owner_of_the_database(store, lambda c: c.execute(delete(table).where(table.c.id == gone)))

    assert problem(store) != ""


def test_a_cut_end_still_shows_after_more_was_written(store: Store) -> None:
    fill(store)
    last = ids(store)[3:]
    as_owner_of_the_database(store, lambda c: c.execute(delete(table).where(table.c.id.in_(last))))
    assert problem(store) == "2 of 5 rows are missing at the end"

    fill(store, 3)

    assert problem(store) != ""


def test_emptying_it_all_shows(store: Store) -> None:
    fill(store)
    as_owner_of_the_database(store, lambda c: c.execute(delete(table)))
    assert problem(store) != ""

    fill(store, 1)

    assert problem(store) != ""


@pytest.mark.parametrize(
    "values",
    [
        {"actor_id": 9},
        {"action": "find"},
        {"subject": ""},
        {"outcome": Outcome.REFUSED},
        {"detail": "rows 1"},
        {"at": NOW + timedelta(days=1)},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_changed_row_shows(store: Store, values: dict[str, object]) -> None:
    fill(store)
    row = ids(store)[2]

    as_owner_of_the_database(store, lambda c: c.execute(update(table).where(table.c.id == row).values(**values)))

    assert f"row {row} was changed" in problem(store)


def test_a_chain_computed_anew_without_the_key_shows(store: Store) -> None:
    fill(store)

    def forge(connection: Connection) -> None:
        connection.execute(delete(table))
        link = GENESIS
        for number in range(5):
            told = Entry(action="export", actor=99, subject=f"list {number}", detail="rows 3")
            at = NOW + timedelta(minutes=number)
            digest = audit._digest(link, told, at)
            values = {"actor_id": 99, "action": "export", "subject": told.subject, "outcome": "done"}
            connection.execute(insert(table).values(**values, detail="rows 3", at=at, previous=link, digest=digest))
            link = digest

    as_owner_of_the_database(store, forge)

    assert "does not end as it was sealed" in problem(store)


def test_without_its_sealed_end_it_is_not_whole(store: Store) -> None:
    fill(store)
    as_owner_of_the_database(store, lambda c: c.execute(delete(audit_head)))
    fill(store, 1)

    assert problem(store) == "its sealed length is missing"


def test_a_change_that_is_rolled_back_leaves_no_row(store: Store) -> None:
    fill(store)

    def work(connection: Connection) -> None:
        audit.write(connection, entry(7), NOW)
        raise LookupError

    with pytest.raises(LookupError):
        store.write_now(work)
    assert len(ids(store)) == 5
    assert problem(store) == ""


def test_many_who_write_at_once_make_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: store.write_now(lambda c: audit.write(c, entry(number), NOW)), range(60)))

    assert len(ids(store)) == 60
    assert problem(store) == ""
