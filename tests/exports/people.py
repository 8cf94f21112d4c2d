"""Invented people, enterprises and projects for the tests of what goes out and comes in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from hypothesis import strategies as st

from domain.annex1 import annex1
from domain.records import Enterprise, OverseasProject
from domain.vocabulary import Level, Posting, ProjectStatus, ProjectType
from exports.annex3_info import ExportInfo
from exports.annex3_table import Row
from exports.annex3_workbook import write_annex3

MOMENT = datetime(2025, 4, 20, 2, 0, tzinfo=UTC)
INFO = ExportInfo(asked_at=MOMENT, asked_by="秘书处", filter="全部")

ROAD_COMPANY = Enterprise(name="远山工程集团（示例）有限公司", contact_name="林海", contact_phone="+8613900001111")
WATER_COMPANY = Enterprise(
    name="示例水电建设有限公司", contact_name="周远", contact_phone="+8613600002222、+862367001234"
)
ROAD = OverseasProject(
    name="皎漂港配套道路工程",
    country="缅甸",
    type=ProjectType.CONTRACTING,
    status=ProjectStatus.UNDER_CONSTRUCTION,
    chinese_engineers=46,
    foreign_engineers=18,
    qualified_engineers=21,
)
DAM = OverseasProject(
    name="南欧江梯级水电站",
    country="老挝",
    type=ProjectType.INVESTMENT,
    status=ProjectStatus.AWAITING_HANDOVER,
    chinese_engineers=30,
    foreign_engineers=12,
    qualified_engineers=19,
)
STATEMENT = "我领导二十六名工程师完成一期道路的勘察与施工；\n我提出软基处理方案，工期缩短四个月；我取得业主批准。"


def dispatched(key: str, **changes: Any) -> Row:
    """A complete row of table 1."""
    values: dict[str, Any] = {
        "key": key,
        "name": "陆行远",
        "phone": "+8613812345678",
        "unit": "远山工程集团",
        "enterprise": ROAD_COMPANY,
        "project": ROAD,
        "field": "土木工程类",
        "present_location": "缅甸",
        "level": Level.PROFESSIONAL,
        "statement": STATEMENT,
        "posting": Posting.DISPATCHED,
        "submitted_at": MOMENT,
        "eligible": True,
    }
    return Row(**values | changes)


def planned(key: str, **changes: Any) -> Row:
    """A complete row of table 2, with no project yet."""
    return dispatched(key, **{"project": None, "posting": Posting.PLANNED, "present_location": "中国"} | changes)


def many(count: int, together: int = 4) -> list[Row]:
    """So many rows, `together` to a project and twice as many to an enterprise, one in five planned."""
    surnames, given = "陆周林沈韩杜苏许", ("行远", "知秋", "望舒", "云起", "怀瑾")
    rows = []
    for number in range(count):
        enterprise = Enterprise(
            name=f"示例工程公司{number // (2 * together):05d}",
            contact_name="林海",
            contact_phone=f"+86139{number // (2 * together):08d}",
        )
        values = {
            "name": surnames[number % 8] + given[number % 5],
            "phone": f"+86138{number:08d}",
            "enterprise": enterprise,
            "level": Level.SENIOR if number % 3 else Level.PROFESSIONAL,
            "statement": (STATEMENT * 6)[: 60 + number % 240],
            "submitted_at": MOMENT + timedelta(seconds=number),
        }
        if number % 5 == 0:
            rows.append(planned(str(number), **values))
        else:
            project = ROAD.model_copy(update={"name": f"示例项目{number // together:05d}"})
            rows.append(dispatched(str(number), project=project, **values))
    return rows


# What people paste into a chat: minority names, emoji, what a spreadsheet would run, tabs and line breaks.
_ODD = st.sampled_from("·=+-@\t\n\r '\"<>&_;,，、：()（）👷🏽🇲🇲é\u200b\u3000\ufffe\x07")
_LETTERS = st.characters(categories=("L", "N"))
_TEXT = st.text(st.one_of(_LETTERS, _LETTERS, _ODD), max_size=40)
_STARTS = st.sampled_from(["", "", "=", "+", "-", "@", "\t", "=1+1", "_x000D_"])


@st.composite
def names(draw: st.DrawFn, most: int = 40) -> str:
    """A name with at least one letter in it."""
    letter = draw(st.characters(categories=("Lo", "Lu", "Ll")))
    return (draw(_STARTS) + letter + draw(_TEXT))[:most]


@st.composite
def statements(draw: st.DrawFn) -> str:
    """Up to 300 characters that are not white space, with line breaks."""
    text = draw(st.text(st.one_of(_LETTERS, _ODD), max_size=100)) * draw(st.integers(1, 3))
    return draw(_STARTS) + text[:290]


PHONES = st.one_of(
    st.integers(13000000000, 19999999999).map(lambda number: f"+86{number}"),
    st.sampled_from(["+95912345678", "+6591234567", "+60123456789", "+85291234567", "+862367001234", "+8562023456789"]),
    st.just(""),
)
_COUNTS = st.one_of(st.none(), st.integers(0, 500))
ENTERPRISES = st.builds(Enterprise, name=names(), contact_name=st.one_of(st.just(""), names(10)), contact_phone=PHONES)


@st.composite
def projects(draw: st.DrawFn) -> OverseasProject:
    """A project that may lack anything."""
    chinese = draw(_COUNTS)
    qualified = draw(st.one_of(st.none(), st.integers(0, chinese if chinese is not None else 500)))
    return OverseasProject(
        name=draw(st.one_of(st.just(""), names())),
        country=draw(st.sampled_from(["", "缅甸", "新加坡", "老挝"])),
        type=draw(st.one_of(st.none(), st.sampled_from(ProjectType))),
        status=draw(st.one_of(st.none(), st.sampled_from(ProjectStatus))),
        chinese_engineers=chinese,
        foreign_engineers=draw(_COUNTS),
        qualified_engineers=qualified,
    )


@st.composite
def row_lists(draw: st.DrawFn, least: int, most: int) -> list[Row]:
    """Rows that share some enterprises, projects and units."""
    enterprises = draw(st.lists(ENTERPRISES, min_size=1, max_size=4))
    known = draw(st.lists(projects(), min_size=1, max_size=4))
    units = draw(st.lists(names(20), min_size=1, max_size=3))
    fields = ["", *(field.name for field in annex1().fields)]

    def row(number: int) -> Row:
        return Row(
            key=str(number),
            name=draw(names()),
            phone=draw(PHONES),
            unit=draw(st.sampled_from(["", *units])),
            enterprise=draw(st.sampled_from([None, *enterprises])),
            project=draw(st.sampled_from([None, *known])),
            field=draw(st.sampled_from(fields)),
            present_location=draw(st.sampled_from(["", "缅甸", "中国", "=cmd"])),
            level=draw(st.sampled_from([None, *Level])),
            statement=draw(statements()),
            posting=draw(st.sampled_from(Posting)),
            submitted_at=MOMENT + timedelta(minutes=draw(st.integers(0, 3))),
        )

    return [row(number) for number in range(draw(st.integers(least, most)))]


def annex3_bytes(rows: Iterable[Row], *, info: ExportInfo) -> bytes:
    """The workbook with everyone listed."""
    target = BytesIO()
    write_annex3(target, rows, info=info)
    return target.getvalue()
