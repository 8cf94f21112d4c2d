import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.annex1 import annex1
from domain.application import ApplicationStatus
from domain.audience import Attendance, Audience, Invited, Recipient, audience_text, value_text
from domain.vocabulary import Language, Level, Posting

CIVIL, HYDRAULIC = "土木工程类", "水利工程类"
PERSON = Recipient(
    key="1",
    name="陆行远",
    campaign="2025",
    stage=ApplicationStatus.SUBMITTED,
    field=CIVIL,
    level=Level.SENIOR,
    posting=Posting.DISPATCHED,
    country="MM",
    unit="远山工程集团",
    incomplete=False,
    eligible=True,
    attendance={"7": Attendance.COMING, "8": Attendance.NO_ANSWER},
)

PASSING = {
    "campaign": "2025",
    "stages": (ApplicationStatus.SUBMITTED, ApplicationStatus.REVIEW),
    "fields": (CIVIL,),
    "levels": (Level.SENIOR,),
    "postings": (Posting.DISPATCHED, Posting.PLANNED),
    "countries": ("ET", "MM"),
    "units": ("远山工程集团",),
    "languages": (Language.ZH,),
    "incomplete": False,
    "eligible": True,
    "invited": Invited(briefing="7", answers=(Attendance.COMING,)),
}
STOPPING = {
    "campaign": "2026",
    "stages": (ApplicationStatus.REVIEW,),
    "fields": (HYDRAULIC,),
    "levels": (Level.PROFESSIONAL,),
    "postings": (Posting.PLANNED,),
    "countries": ("ET",),
    "units": ("远山工程",),
    "languages": (Language.EN,),
    "incomplete": True,
    "eligible": False,
    "invited": Invited(briefing="7", answers=(Attendance.NOT_COMING, Attendance.NO_ANSWER)),
}
SAMPLES = st.builds(
    Audience,
    campaign=st.sampled_from(["", "2025", "2026"]),
    stages=st.lists(st.sampled_from(ApplicationStatus), max_size=3),
    fields=st.lists(st.sampled_from([CIVIL, HYDRAULIC]), max_size=2),
    levels=st.lists(st.sampled_from(Level), max_size=2),
    postings=st.lists(st.sampled_from(Posting), max_size=2),
    countries=st.lists(st.sampled_from(["MM", "ET"]), max_size=2),
    units=st.lists(st.text(max_size=5), max_size=2),
    incomplete=st.none() | st.booleans(),
    eligible=st.none() | st.booleans(),
    invited=st.none()
    | st.builds(
        Invited,
        briefing=st.sampled_from(["7", "8", "9"]),
        answers=st.lists(st.sampled_from(Attendance), max_size=2),
    ),
)


def test_every_filter_has_a_case():
    assert set(PASSING) == set(STOPPING) == set(Audience.model_fields)


@pytest.mark.parametrize("name", PASSING)
def test_each_filter_alone_lets_through_and_stops(name: str):
    assert Audience.model_validate({name: PASSING[name]}).includes(PERSON)
    assert not Audience.model_validate({name: STOPPING[name]}).includes(PERSON)


def test_all_filters_together_must_hold():
    assert Audience.model_validate(PASSING).includes(PERSON)
    for name, value in STOPPING.items():
        assert not Audience.model_validate(PASSING | {name: value}).includes(PERSON), name


def test_what_is_not_known_of_a_person_passes_no_filter_on_it():
    stranger = Recipient(key="2")
    assert Audience().includes(stranger)
    for name, value in PASSING.items():
        if name not in ("languages",):
            assert not Audience.model_validate({name: value}).includes(stranger), name
    assert not Audience(eligible=False).includes(stranger)


def test_invited_without_an_answer_named_means_all_who_were_invited():
    assert Audience(invited=Invited(briefing="7")).includes(PERSON)
    assert Audience(invited=Invited(briefing="8", answers=(Attendance.NO_ANSWER,))).includes(PERSON)
    assert not Audience(invited=Invited(briefing="9")).includes(PERSON)


def test_the_order_of_values_and_repetitions_do_not_matter():
    assert Audience(countries=("MM", "ET", "MM")) == Audience(countries=("ET", "MM"))


@given(SAMPLES)
def test_an_audience_is_the_same_after_being_stored(audience: Audience):
    assert Audience.model_validate_json(audience.model_dump_json()) == audience


@given(SAMPLES)
def test_two_different_audiences_read_differently(audience: Audience):
    for other in (audience.model_copy(update={"incomplete": None}), audience.model_copy(update={"countries": ()})):
        for language in Language:
            assert (audience_text(audience, language) == audience_text(other, language)) == (audience == other)


def test_the_text_names_every_filter_in_words():
    assert audience_text(Audience.model_validate(PASSING)) == (
        "年度：2025；阶段：学会评审、已提交；领域：土木工程类；级别：资深；外派：已外派、计划外派；"
        "国家（地区）：埃塞俄比亚、缅甸；推荐单位：远山工程集团；语言：中文；材料：已填完；条件：符合；宣讲会：7、参加"
    )
    assert audience_text(Audience()) == "全部人员"
    assert audience_text(Audience(levels=(Level.SENIOR,)), Language.EN) == "level: senior"


def test_every_filter_and_value_has_words_in_both_languages():
    words = tomllib.loads(files("domain").joinpath("data/audience.toml").read_text("utf8"))
    assert set(words["filters"]) == set(Audience.model_fields) - {"invited"} | {"briefing"}
    kinds = {"levels": Level, "postings": Posting, "languages": Language, "attendance": Attendance}
    for name, kind in kinds.items():
        assert set(words["values"][name]) == {each.value for each in kind}
        assert all(not value_text(name, each, Language.ZH).isascii() for each in kind), name
    assert value_text("fields", annex1().fields[0].name, Language.EN) == annex1().fields[0].en
