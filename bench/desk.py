"""How long the desk's list and /find take with 100,000 candidates, on SQLite and on PostgreSQL.

Run as `python -m bench.desk [CANDIDATES]`. Ends 1 where the 95th percentile of any of them is above 300 ms.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, insert

from bot.store import case_list
from bot.store.candidates import NAME, PHONE, PHONE_TAIL, phone_tail
from bot.store.case_list import Filter, Order
from bot.store.crypto import blind_index, keys_of
from bot.store.name_tokens import name_tokens
from bot.store.schema import migrate
from bot.store.store import Store
from bot.store.tables import application, candidate, candidate_name, consent, person, unit
from dialogs.effects import Purpose
from domain.annex1 import annex1
from domain.application import ApplicationStatus
from domain.vocabulary import Degree, Level, Posting
from tests.postgres import RING, postgres_server

CANDIDATES = 100_000
MOST_MS = 300.0
CAMPAIGN = "2025"
UNITS = 400
RUNS = 40
BEGAN = datetime(2025, 1, 6, tzinfo=UTC)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文建国志海波宁欣然子轩梓涵一诺雨泽"
_COUNTRIES = ("缅甸", "新加坡", "马来西亚", "老挝", "肯尼亚", "尼日利亚", "巴基斯坦", "")
_STATUSES = [each for each in ApplicationStatus if each is not ApplicationStatus.DRAFT]
_WEIGHTS = [4, 20, 4, 20, 10, 10, 8, 8, 10, 4, 2]


def fill(connection: Connection, count: int, seed: int = 17) -> None:
    """So many candidates with applications, as years of work would leave them; the same every time."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    connection.execute(
        insert(unit),
        [{"id": at, "name": f"重庆第{at}建设集团有限公司", "created_at": BEGAN} for at in range(1, UNITS + 1)],
    )
    for start in range(1, count + 1, 2000):
        rows = [_candidate(at, chance) for at in range(start, min(start + 2000, count + 1))]
        connection.execute(insert(person), [{"id": row["id"], "created_at": BEGAN} for row in rows])
        connection.execute(insert(consent), [_consent(row["id"]) for row in rows])
        connection.execute(insert(candidate), [{**row, "phone_index": _phone_index(connection, row)} for row in rows])
        connection.execute(insert(candidate_name), [each for row in rows for each in _tokens(connection, row)])
        connection.execute(insert(application), [_application(row, chance) for row in rows])


def _candidate(at: int, chance: random.Random) -> dict[str, object]:
    field = chance.choice(annex1().fields)
    specialty = chance.choice(field.specialties)
    name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2))))
    return {
        "id": at,
        "campaign": CAMPAIGN,
        "person_id": at,
        "name": name,
        "phone": f"+86138{at:08d}",
        "degree": Degree.BACHELOR,
        "degree_related": True,
        "major": "土木工程",
        "related_years": 8.0,
        "important_years": 4.0,
        "field": field.name,
        "specialty": specialty.name,
        "present_location": "缅甸仰光",
        "statement": "我领导了桥梁结构设计，提出施工监控方案，实施后节约投资三百万元。",
        "created_at": BEGAN,
        "updated_at": BEGAN,
    }


def _consent(at: object) -> dict[str, object]:
    return {"person_id": at, "purpose": Purpose.EVALUATION, "version": "1", "given": True, "at": BEGAN}


def _phone_index(connection: Connection, row: dict[str, object]) -> bytes:
    return blind_index(keys_of(connection.dialect), PHONE, str(row["phone"]))


def _tokens(connection: Connection, row: dict[str, object]) -> Iterator[dict[str, object]]:
    ring = keys_of(connection.dialect)
    tokens = {blind_index(ring, NAME, each) for each in name_tokens(str(row["name"]))}
    tokens.add(blind_index(ring, PHONE_TAIL, phone_tail(str(row["phone"]))))
    return ({"candidate_id": row["id"], "token": each} for each in tokens)


def _application(row: dict[str, object], chance: random.Random) -> dict[str, object]:
    moment = BEGAN + timedelta(minutes=chance.randrange(400_000))
    return {
        "id": row["id"],
        "candidate_id": row["id"],
        "campaign": CAMPAIGN,
        "status": chance.choices(_STATUSES, _WEIGHTS)[0],
        "level": chance.choice(list(Level)),
        "posting": chance.choice(list(Posting)),
        "country": chance.choice(_COUNTRIES),
        "unit_id": chance.randint(1, UNITS),
        "eligible": chance.random() < 0.7,  # noqa: PLR2004
        "confirmed": True,
        "submitted_at": moment,
        "version": 1,
        "updated_at": moment + timedelta(minutes=chance.randrange(50_000)),
    }


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: the median and the 95th percentile by the clock, the processor time of one look, in ms.

    The processor time is this process's: SQLite's work is in it, PostgreSQL's is not.
    """

    what: str
    median: float
    p95: float
    cpu: float


def listings() -> Sequence[tuple[str, Filter, Order]]:
    """What people ask the list for."""
    plain = [("list", Filter(), order) for order in Order]
    return [
        *((f"{name} {order}", wanted, order) for name, wanted, order in plain),
        ("list by status", Filter(status=ApplicationStatus.REVIEW), Order.CHANGED),
        ("list by field", Filter(field="土木工程类"), Order.CHANGED),
        ("list by unit", Filter(unit=7), Order.WAITING),
        ("list by all", Filter(field="土木工程类", level=Level.SENIOR, eligible=True, country="缅甸"), Order.CHANGED),
        ("find name", Filter(text="王建国"), Order.CHANGED),
        ("find surname and one", Filter(text="王伟"), Order.CHANGED),
        ("find pinyin", Filter(text="wangjianguo"), Order.CHANGED),
        ("find initials", Filter(text="wjg"), Order.CHANGED),
        ("find two initials", Filter(text="lw"), Order.CHANGED),
        ("find tail", Filter(text="4321"), Order.CHANGED),
        ("find number", Filter(text="13800054321"), Order.CHANGED),
        ("find unit", Filter(text="第17建设"), Order.CHANGED),
        ("find field", Filter(text="土木"), Order.CHANGED),
        ("find name and field", Filter(text="王伟 土木"), Order.CHANGED),
        ("find all units", Filter(text="集团"), Order.CHANGED),
        ("find nobody", Filter(text="zzqqxx"), Order.CHANGED),
    ]


def measure(store: Store, runs: int = RUNS) -> list[Measured]:
    """The page with its count, as the desk reads them."""
    found = []
    for what, wanted, order in listings():

        def look(connection: Connection, wanted: Filter = wanted, order: Order = order) -> None:
            case_list.page(connection, case_list.look_up(connection, CAMPAIGN, wanted), order)

        found.append(_measured(what, store, look, runs))
    return found


def _measured(what: str, store: Store, look: Callable[[Connection], None], runs: int) -> Measured:
    store.read_now(look)  # the first one compiles the statement
    taken = []
    began = time.process_time()
    for _ in range(runs):
        start = time.perf_counter()
        store.read_now(look)
        taken.append((time.perf_counter() - start) * 1000)
    cpu = (time.process_time() - began) * 1000 / runs
    return Measured(what, median(taken), quantiles(taken, n=20)[-1], cpu)


@contextmanager
def filled(url: str, count: int) -> Iterator[Store]:
    """A migrated store with so many candidates."""
    store = Store(url, RING)
    try:
        migrate(store.engine)
        store.write_now(lambda connection: fill(connection, count))
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        yield store
    finally:
        store.close()


def main(count: int = CANDIDATES) -> int:
    """Measures on both databases; the exit status."""
    slow = False
    with TemporaryDirectory() as folder, postgres_server(durable=True).database() as postgres:
        for name, url in (("sqlite", f"sqlite:///{Path(folder) / 'desk.db'}"), ("postgresql", postgres)):
            with filled(url, count) as store:
                for each in measure(store):
                    slow |= each.p95 > MOST_MS
                    print(
                        f"{name:<10} {each.what:<22} median {each.median:6.1f} ms  p95 {each.p95:6.1f} ms  "
                        f"cpu {each.cpu:6.1f} ms"
                    )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else CANDIDATES))
