"""An office full of people for the browser: candidates at every stage, a question, broadcasts, some work done."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from sqlalchemy import Connection, select, update

from bot import broadcasting
from bot.deciding import Member
from bot.store import broadcasts
from bot.store.store import Store
from bot.store.tables import application
from domain.application import ApplicationStatus
from domain.audience import Audience
from domain.broadcast import BroadcastState, Hand
from domain.vocabulary import Level, Posting
from tests.bot.crowd import Applicant, apply_for, crowd
from tests.bot.desk.office import Office
from tests.bot.intake import Clock
from tests.browser.records import opened
from tests.program import Program

S = ApplicationStatus
COUNT = 137
_FIELDS = ("土木工程类", "土木工程类", "水利水电工程类", "电气工程类", "信息通信工程类", "机械工程类")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("芳", "强", "敏", "建国", "洋", "志远", "磊", "涛", "静", "丽华", "明", "军", "杰", "晓东", "文博")
_COUNTRIES = ("缅甸", "老挝", "肯尼亚", "尼日利亚", "巴基斯坦", "马来西亚", "缅甸")
_UNITS = ("重庆某某建设集团有限公司", "重庆某某路桥工程有限公司", "某某国际工程设计院")
_STATUSES = (
    *(S.SUBMITTED,) * 5,
    *(S.RECOMMENDED,) * 3,
    *(S.SCREENING,) * 3,
    *(S.ALLOCATED,) * 2,
    *(S.MATERIALS, S.REVIEW, S.REGISTERED, S.RETURNED, S.NOT_PASSED),
)


@contextmanager
def office_of(folder: Path) -> Iterator[Program]:
    """The program with that office; a first start makes the installation, then people are put in, then it runs."""
    with Program(folder) as program:
        program.stop()
        with opened(program) as store:
            furnish(store)
        program.start()
        yield program


def furnish(store: Store) -> None:
    """Fills it. 张伟 is at 已推荐 with a history; 李明 has just handed in; there is a question and two broadcasts."""
    clock = Clock(datetime.now(UTC) - timedelta(days=30))
    office = Office(store, clock)
    _many(store, clock.at)
    member = office.hires("王芳")
    zhang, case = office.takes_in("张伟", name="张伟")
    clock.at += timedelta(days=3)
    office.decides(member, case, S.RETURNED, reason="手机号打不通，请核对。", questions=["phone"])
    zhang.settle()
    zhang.says("13900139000")
    zhang.says("提交")
    clock.at += timedelta(days=2)
    office.decides(member, case, S.RECOMMENDED)
    office.takes_in("李明", name="李明", phone="13700137000", country="肯尼亚", present_location="肯尼亚内罗毕")
    clock.at = datetime.now(UTC) - timedelta(days=4)
    zhang.says("/ask 面试可以用英文吗？我在国外项目上，时差 5 小时")
    zhang.says("1")
    _broadcasts(office, member)


def _many(store: Store, began: datetime) -> None:
    persons = crowd(store, COUNT)
    apply_for(store, _applicants(persons))
    store.write_now(lambda connection: _spread(connection, began))


def _applicants(persons: Sequence[int]) -> Iterator[Applicant]:
    statuses, fields, countries, units = cycle(_STATUSES), cycle(_FIELDS), cycle(_COUNTRIES), cycle(_UNITS)
    for at, person in enumerate(persons):
        yield Applicant(
            person=person,
            name=_SURNAMES[at % len(_SURNAMES)] + _GIVEN[at % len(_GIVEN)],
            phone=f"+86138{at:08d}",
            status=next(statuses),
            field=next(fields),
            level=Level.SENIOR if at % 4 == 0 else Level.PROFESSIONAL,
            posting=Posting.DISPATCHED if at % 3 else Posting.PLANNED,
            country=next(countries),
            unit=next(units),
            eligible=at % 7 != 0,
        )


def _spread(connection: Connection, began: datetime) -> None:
    """Over the weeks, the newest last; those under evaluation since long ago."""
    rows = connection.execute(select(application.c.id, application.c.status).order_by(application.c.id)).all()
    for at, row in enumerate(rows):
        moment = began + timedelta(days=28 * (at / len(rows)) ** 0.7, hours=at % 9)
        evaluated = row.status in (S.SCREENING, S.ALLOCATED, S.MATERIALS, S.REVIEW)
        values = {"submitted_at": moment, "updated_at": moment}
        if evaluated:
            values["evaluation_from"] = moment - timedelta(days=at % 170)
        connection.execute(update(application).where(application.c.id == row.id).values(**values))


def _broadcasts(office: Office, member: Member) -> None:
    def work(connection: Connection) -> None:
        now = datetime.now(UTC)
        for words in ("您好，{name}：申报材料请在本月底前提交。", "您好，{name}：辅导会录像已上传，请查看。"):
            draft = broadcasts.draft(connection, member.person, None, words, Audience(), now)
            tested = broadcasts.change(connection, draft, BroadcastState.TESTED, Hand.AUTHOR, now, actor=member.person)
            assert tested is not None
            if "录像" in words:
                broadcasts.change(
                    connection, tested, BroadcastState.AWAITING_APPROVAL, Hand.AUTHOR, now, actor=member.person
                )
                continue
            begun = broadcasting.begin(connection, tested, Hand.AUTHOR, now, member.person)
            assert begun is not None
            assert broadcasting.pause(connection, begun, Hand.AUTHOR, now, member.person) is not None

    office.store.write_now(work)
