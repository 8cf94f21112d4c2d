from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.annex1 import annex1
from domain.application import ApplicationStatus
from domain.campaign import Campaign, campaign, campaigns, current_campaign, load_campaigns, parse_campaign
from domain.errors import DataFileError
from domain.vocabulary import Degree, Language, Level
from tests.domain.notice import notice

LETTER = notice("letter")
ANNEX2 = notice("annex2")


@pytest.fixture
def year_2025() -> Campaign:
    return campaign("2025")


def test_number_title_and_organisations_are_the_letters(year_2025: Campaign):
    assert year_2025.document_number in LETTER
    assert year_2025.title.zh in LETTER
    assert year_2025.organisations.association.zh in LETTER
    assert year_2025.organisations.secretariat.zh in LETTER
    assert year_2025.organisations.federation.zh in LETTER
    assert year_2025.organisations.cast.zh in ANNEX2


def test_thresholds_are_the_letters(year_2025: Campaign):
    for level, name in ((Level.PROFESSIONAL, "专业工程会员"), (Level.SENIOR, "资深工程会员")):
        needed = year_2025.conditions[level]
        sentence = (
            f"{name}申请人应具有至少{needed.related_years}年相关专业工作经历，"
            f"其中至少包含{needed.important_years}年重要工程工作经历"
        )
        assert sentence in LETTER
    assert year_2025.conditions.minimum_degree is Degree.BACHELOR
    assert "工程类或相关专业大学本科及以上学历（学位）" in LETTER
    assert f"未来{year_2025.conditions.planned_posting_years}年所在单位有派其赴境外参与工程项目规划" in LETTER


def test_senior_asks_for_more_than_professional(year_2025: Campaign):
    professional, senior = year_2025.conditions.professional, year_2025.conditions.senior

    assert senior.related_years == Decimal(10) > professional.related_years == Decimal(5)
    assert senior.important_years == Decimal(5) > professional.important_years == Decimal(2)


def test_deadline_and_welcome_afterwards_are_the_letters(year_2025: Campaign):
    day = year_2025.deadline.on

    assert day == date(2025, 4, 28)
    assert f"于{day.month}月{day.day}日前" in LETTER
    assert year_2025.deadline.later_welcome
    assert "推荐单位可随时反馈有互认需求的工程师" in LETTER


def test_contact_is_the_letters(year_2025: Campaign):
    contact = year_2025.contact

    assert f"联系人：{contact.person}" in LETTER
    assert f"联系电话：{contact.phone}" in LETTER
    assert f"邮箱：{contact.mailbox}" in LETTER
    assert f"({contact.mailbox})" in LETTER
    assert f"“{year_2025.subject('推荐单位')}”" in LETTER


def test_partner_bodies_are_those_of_annex_2_in_its_order(year_2025: Campaign):
    assert f"已与{'、'.join(each.name.zh for each in year_2025.partners)}实现工程师互认" in ANNEX2
    assert [each.country for each in year_2025.partners] == ["MM", "SG", "MY", "HK"]


def test_the_three_uses_of_the_certificate_are_those_of_annex_2(year_2025: Campaign):
    assert [each.id for each in year_2025.certificate_uses] == ["passport", "business_card", "yardstick"]
    for use in year_2025.certificate_uses:
        assert use.title.zh in ANNEX2.replace("**", "")


def test_evaluation_time_and_website_are_those_of_annex_2(year_2025: Campaign):
    assert f"总体评价周期不超过{year_2025.evaluation.months_at_most}个月" in ANNEX2
    assert all(f"<{each.url}>" in ANNEX2 for each in year_2025.websites)


def test_steps_bear_the_notices_headings(year_2025: Campaign):
    printed = {
        "recommendation": LETTER,
        "briefing": LETTER,
        "screening": ANNEX2,
        "review": ANNEX2,
        "recognition": LETTER,
    }
    titles = {each.id: each.title.zh for each in year_2025.steps}

    assert all(titles[step] in part for step, part in printed.items())


def test_every_status_of_a_case_on_its_way_stands_at_one_step(year_2025: Campaign):
    placed = [status for step in year_2025.steps for status in step.statuses]

    assert sorted(placed) == sorted(
        set(ApplicationStatus) - {ApplicationStatus.NOT_PASSED, ApplicationStatus.WITHDRAWN}
    )
    review = year_2025.step_of(ApplicationStatus.REVIEW)
    assert review is not None
    assert review.title[Language.ZH] == "学会评审"
    assert year_2025.step_of(ApplicationStatus.NOT_PASSED) is None


def test_every_field_has_a_place_for_its_society_and_an_empty_one_counts_as_unset(year_2025: Campaign):
    assert list(year_2025.societies) == [field.name for field in annex1().fields]
    assert year_2025.society("土木工程类") is None
    named = year_2025.model_copy(update={"societies": year_2025.societies | {"土木工程类": "某全国学会"}})
    assert named.society("土木工程类") == "某全国学会"
    assert named.society("金融类") is None


def test_days_left_are_counted_where_the_secretariat_is(year_2025: Campaign):
    assert year_2025.days_left(datetime(2025, 4, 27, 15, 59, tzinfo=UTC)) == 1
    assert year_2025.days_left(datetime(2025, 4, 27, 16, 0, tzinfo=UTC)) == 0
    assert year_2025.days_left(datetime(2025, 4, 28, 15, 59, tzinfo=UTC)) == 0
    assert year_2025.days_left(datetime(2025, 4, 28, 16, 0, tzinfo=UTC)) == -1


@given(
    st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    st.integers(-12, 14),
)
def test_days_left_is_the_same_for_one_moment_in_any_zone(moment: datetime, hours: int):
    instant = moment.replace(tzinfo=UTC)

    there = instant.astimezone(timezone(timedelta(hours=hours)))

    assert campaign("2025").days_left(there) == campaign("2025").days_left(instant)


def test_days_left_refuses_a_moment_without_zone(year_2025: Campaign):
    with pytest.raises(ValueError, match="aware"):
        year_2025.days_left(datetime(2025, 4, 1))  # noqa: DTZ001


def test_a_units_name_cannot_add_lines_to_the_subject(year_2025: Campaign):
    assert year_2025.subject("甲公司\r\nBcc: x@y.z") == "评价(2025)+甲公司 Bcc: x@y.z"
    assert year_2025.subject("{year}{0}") == "评价(2025)+{year}{0}"


def test_data_is_kept_24_months_after_the_campaigns_end(year_2025: Campaign):
    assert year_2025.retention_months == 24
    assert year_2025.data_kept_until == date(2027, 12, 31)


@pytest.mark.parametrize("on", [date(2020, 1, 1), date(2025, 1, 1), date(2025, 4, 29), date(2026, 11, 22)])
def test_a_campaign_stays_current_until_the_next_one_opens(on: date):
    assert current_campaign(on) is campaign("2025")


TEXT_2025 = files("domain").joinpath("data/campaign_2025.toml").read_text("utf8")
TEXT_2026 = TEXT_2025.replace('id = "2025"', 'id = "2026"').replace("opens_on = 2025-01-01", "opens_on = 2026-03-01")


def test_next_years_notice_is_a_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "campaign_2026.toml").write_text(TEXT_2026, "utf8")
    (tmp_path / "campaign_2025.toml").write_text(TEXT_2025, "utf8")
    (tmp_path / "annex1.toml").write_text("", "utf8")
    found = load_campaigns(tmp_path)
    monkeypatch.setattr("domain.campaign.campaigns", lambda: found)

    assert [each.id for each in found] == ["2025", "2026"]
    assert current_campaign(date(2026, 2, 28)).id == "2025"
    assert current_campaign(date(2026, 3, 1)).id == "2026"
    assert campaign("2026") is found[1]


def test_a_folder_without_a_campaign_or_with_one_twice_is_refused(tmp_path: Path):
    with pytest.raises(DataFileError, match="no campaign"):
        load_campaigns(tmp_path)
    (tmp_path / "campaign_a.toml").write_text(TEXT_2025, "utf8")
    (tmp_path / "campaign_b.toml").write_text(TEXT_2025, "utf8")
    with pytest.raises(DataFileError, match="same id"):
        load_campaigns(tmp_path)


def test_every_campaign_file_in_the_folder_is_found():
    names = [e.name for e in files("domain").joinpath("data").iterdir() if e.name.startswith("campaign_")]

    assert sorted(names) == sorted(f"campaign_{each.id}.toml" for each in campaigns())


def test_an_unknown_campaign_is_named_with_those_that_exist():
    with pytest.raises(DataFileError, match=r"'1999'.*2025"):
        campaign("1999")


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ('"土木工程类" = ""\n', ""),
        ("important_years = 2", "important_years = 6"),
        ('minimum_degree = "bachelor"', 'minimum_degree = "本科"'),
        ("retention_months = 24", "retention_months = 24\nsurprise = 1"),
        ("[title]", "[title"),
    ],
)
def test_a_faulty_campaign_file_is_refused_by_name(found: str, put: str):
    assert found in TEXT_2025

    with pytest.raises(DataFileError, match=r"broken\.toml"):
        parse_campaign(TEXT_2025.replace(found, put, 1), "broken.toml")


def test_a_campaign_cannot_be_changed(year_2025: Campaign):
    with pytest.raises(ValueError, match="frozen"):
        year_2025.year = 2026  # type: ignore[misc]
