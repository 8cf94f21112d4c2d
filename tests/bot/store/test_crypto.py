from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, insert, select, text, update

from bot.errors import KeysMissingError, WrongKeyError
from bot.store.crypto import (
    EncryptedBytes,
    EncryptedText,
    KeyRing,
    blind_index,
    blind_indexes,
    keys_of,
    use_keys,
)

OLD, NEW = "an-old-secret-of-32-characters-xx", "a-new-secret-of-32-characters-yyy"
COLUMN = "person.phone"

person = Table(
    "person",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("phone", EncryptedText("person.phone")),
    Column("name", EncryptedText("person.name")),
    Column("payload", EncryptedBytes("person.payload")),
)

# Derived once: the properties below are about values, not about HKDF.
OLD_RING, NEW_RING = KeyRing.from_secret(OLD), KeyRing.from_secret(NEW)
BOTH = KeyRing.from_secret([NEW, OLD])


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "one.db")
    use_keys(engine, OLD_RING)
    yield engine
    engine.dispose()


def open_database(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}")
    person.metadata.create_all(engine)
    return engine


def keep(engine: Engine, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(insert(person).values(**values))


def phones(engine: Engine) -> list[str | None]:
    with engine.connect() as connection:
        return list(connection.scalars(select(person.c.phone).order_by(person.c.id)))


@given(st.binary())
def test_what_was_sealed_opens_as_it_was(plain: bytes):
    assert OLD_RING.open(OLD_RING.seal(plain, COLUMN), COLUMN) == plain


@given(st.text(alphabet=st.characters()) | st.just("\ud800"))
def test_any_text_comes_back_as_it_was(value: str):
    column = EncryptedText(COLUMN)

    assert column._from_bytes(column._to_bytes(value)) == value


def test_each_type_comes_back_from_the_database(engine: Engine):
    keep(engine, phone="+8613800000000", name="王小明 👷\0\ud800", payload=b"\x00\xff")

    with engine.connect() as connection:
        row = connection.execute(select(person)).one()

    assert row == (1, "+8613800000000", "王小明 👷\0\ud800", b"\x00\xff")


def test_null_stays_null_and_can_be_asked_for(engine: Engine):
    keep(engine, phone=None)
    keep(engine, phone="+8613800000000")

    with engine.connect() as connection:
        assert connection.scalar(select(person.c.id).where(person.c.phone.is_(None))) == 1
        assert connection.scalar(select(person.c.id).where(person.c.phone == None)) == 1  # noqa: E711
        assert connection.scalar(select(person.c.id).where(person.c.phone.is_not(None))) == 2


def test_nothing_is_in_clear_in_the_file(engine: Engine, tmp_path: Path):
    keep(engine, phone="+8613800000000", name="王小明", payload="现场照片".encode())
    engine.dispose()

    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert b"CREATE TABLE person" in stored
    for secret in ("13800000000", "王小明", "现场照片"):
        assert secret.encode() not in stored


def test_the_same_text_is_never_stored_twice_the_same():
    assert len({OLD_RING.seal(b"+8613800000000", COLUMN) for _ in range(100)}) == 100


def test_a_phone_number_costs_29_bytes_more():
    assert len(OLD_RING.seal(b"+8613800000000", COLUMN)) == 14 + 29


@given(st.binary(min_size=1, max_size=40), st.data())
def test_a_changed_bit_is_noticed(plain: bytes, data: st.DataObject):
    sealed = bytearray(OLD_RING.seal(plain, COLUMN))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(WrongKeyError):
        OLD_RING.open(bytes(sealed), COLUMN)


@given(st.binary(max_size=40))
def test_bytes_that_were_never_sealed_do_not_open(rubbish: bytes):
    with pytest.raises(WrongKeyError):
        OLD_RING.open(rubbish, COLUMN)


def test_a_value_moved_to_another_column_does_not_open(engine: Engine):
    keep(engine, phone="+8613800000000")
    with engine.begin() as connection:
        connection.execute(text("UPDATE person SET name = phone"))

    with engine.connect() as connection, pytest.raises(WrongKeyError, match=r"person\.name"):
        connection.execute(select(person.c.name)).all()


def test_a_wrong_key_gives_a_sentence_that_names_the_setting(engine: Engine):
    keep(engine, phone="+8613800000000")
    use_keys(engine, NEW_RING)

    with pytest.raises(WrongKeyError, match="SECRET_KEY"):
        phones(engine)


def test_old_keys_decrypt_and_the_newest_encrypts(engine: Engine):
    keep(engine, phone="first")
    use_keys(engine, BOTH)
    keep(engine, phone="second")

    assert phones(engine) == ["first", "second"]
    with engine.connect() as connection:
        stored = [bytes(value) for value in connection.scalars(text("SELECT phone FROM person ORDER BY id"))]
    assert [BOTH.is_current(value, COLUMN) for value in stored] == [False, True]
    assert NEW_RING.open(stored[1], COLUMN) == b"second"


def test_after_everything_is_sealed_again_the_old_key_is_not_needed(engine: Engine):
    keep(engine, phone="first")
    use_keys(engine, BOTH)
    with engine.begin() as connection:
        for row in connection.execute(select(person.c.id, person.c.phone)).all():
            connection.execute(update(person).where(person.c.id == row.id).values(phone=row.phone))

    use_keys(engine, NEW_RING)

    assert phones(engine) == ["first"]


def test_keys_whose_ids_collide_still_open_their_own_values():
    first = KeyRing.from_secret("0" * 16)
    twin = next(
        ring for n in range(1, 5000) if (ring := KeyRing.from_secret(f"{n:016}")).current.id == first.current.id
    )
    ring = KeyRing((twin.current, first.current))

    assert ring.open(first.seal(b"old", COLUMN), COLUMN) == b"old"
    assert ring.open(twin.seal(b"new", COLUMN), COLUMN) == b"new"
    assert not ring.is_current(first.seal(b"old", COLUMN), COLUMN)


def test_two_engines_with_keys_of_their_own_share_the_tables(engine: Engine, tmp_path: Path):
    other = open_database(tmp_path / "two.db")
    use_keys(other, NEW_RING)
    keep(engine, phone="one")
    keep(other, phone="two")

    assert (phones(engine), phones(other)) == (["one"], ["two"])
    assert keys_of(other.dialect) is NEW_RING
    other.dispose()


def test_threads_share_the_keys_of_their_engine(engine: Engine):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: keep(engine, id=n, phone=str(n)), range(1, 41)))
        read = list(pool.map(lambda _: phones(engine), range(8)))

    assert read == [[str(n) for n in range(1, 41)]] * 8


def test_an_engine_whose_keys_were_not_named_is_refused(tmp_path: Path):
    engine = open_database(tmp_path / "one.db")

    with pytest.raises(Exception, match="use_keys") as caught:
        keep(engine, phone="x")

    assert isinstance(caught.value.__cause__ or caught.value, KeysMissingError)
    engine.dispose()


@pytest.mark.parametrize(
    "misuse",
    [
        lambda column: column == "+8613800000000",
        lambda column: column.like("%138%"),
        lambda column: column.in_(["+8613800000000"]),
        lambda column: column.desc(),
        lambda column: column < "x",
    ],
)
def test_comparing_or_sorting_by_an_encrypted_column_is_refused(misuse: object):
    assert callable(misuse)
    with pytest.raises(TypeError, match="blind index"):
        misuse(person.c.phone)


def test_a_probe_tells_at_the_start_whether_the_key_is_the_right_one():
    probe = OLD_RING.probe()

    OLD_RING.check(probe)
    BOTH.check(probe)
    with pytest.raises(WrongKeyError):
        NEW_RING.check(probe)


@pytest.mark.parametrize("secret", ["", "short", [], [NEW, "short"]])
def test_a_missing_or_short_secret_is_refused(secret: str | list[str]):
    with pytest.raises(WrongKeyError, match="SECRET_KEY"):
        KeyRing.from_secret(secret)


def test_no_secret_shows_in_a_representation():
    assert OLD not in repr(OLD_RING)
    assert repr(OLD_RING.current.index) not in repr(OLD_RING)
    assert repr(OLD_RING.current.index) not in repr(OLD_RING.current)


def test_a_blind_index_depends_on_key_purpose_and_text_alone():
    index = blind_index(OLD_RING, "candidate.phone", "+8613800000000")

    assert len(index) == 16
    assert index == blind_index(KeyRing.from_secret(OLD), "candidate.phone", "+8613800000000")
    assert index != blind_index(OLD_RING, "candidate.phone", "+8613800000001")
    assert index != blind_index(OLD_RING, "candidate.name", "+8613800000000")
    assert index != blind_index(NEW_RING, "candidate.phone", "+8613800000000")
    assert blind_index(OLD_RING, "a", "bc") != blind_index(OLD_RING, "ab", "c")


def test_while_keys_are_rotated_a_search_asks_for_the_index_by_each():
    by_old, by_new = (blind_index(ring, "candidate.phone", "x") for ring in (OLD_RING, NEW_RING))

    assert blind_indexes(BOTH, "candidate.phone", "x") == (by_new, by_old)
    assert blind_index(BOTH, "candidate.phone", "x") == by_new
