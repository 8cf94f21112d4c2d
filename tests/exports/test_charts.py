import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from domain.annex1 import annex1
from domain.statistics import EligibilityGroup, Statistics
from domain.vocabulary import Language
from exports.chart_bars import Chart, chart_words
from exports.charts import chart_png, chart_svg, statistics_png, statistics_svg
from exports.picture import png
from exports.plain_svg import NAMESPACE
from tests.exports.figures import FIGURES

PICTURE = Path(__file__).parents[2] / "docs/pictures/stats.png"
ALLOWED = {"svg", "g", "rect", "text", "title"}
PRESENTATION = {"fill", "stroke", "font-size", "font-family", "font-weight", "text-anchor", "role"}
GEOMETRY = {"x", "y", "width", "height", "rx", "transform", "viewBox"}


def _texts(svg: str) -> list[str]:
    return [node.text or "" for node in fromstring(svg).iter(f"{{{NAMESPACE}}}text")]


def _bars(svg: str) -> list[tuple[float, str]]:
    """Width and colour of the bars of a horizontal chart, from top to bottom."""
    bars = [
        each for each in fromstring(svg).iter(f"{{{NAMESPACE}}}rect") if each.get("fill") not in ("#ffffff", "none")
    ]
    return [(float(each.get("width", "0")), each.get("fill", "")) for each in sorted(bars, key=_top)]


def _top(bar: Element) -> float:
    return float(bar.get("y", "0"))


@pytest.mark.parametrize("language", Language)
def test_a_page_with_a_strict_policy_shows_every_chart_as_it_is(language: Language):
    for svg in (*(chart_svg(chart, FIGURES, language) for chart in Chart), statistics_svg(FIGURES, language)):
        nodes = list(fromstring(svg).iter())
        assert {str(each.tag).removeprefix(f"{{{NAMESPACE}}}") for each in nodes} <= ALLOWED
        assert {name for each in nodes for name in each.keys()} <= PRESENTATION | GEOMETRY  # noqa: SIM118
        assert "<!--" not in svg
        assert "<?" not in svg


def test_every_number_stands_beside_its_bar():
    texts = _texts(chart_svg(Chart.ELIGIBILITY, FIGURES))
    assert texts.count("352") == texts.count("66") == texts.count("68") == 1
    assert {"符合条件", "暂不符合", "尚未填完"} <= set(texts)


def test_bars_are_as_long_as_their_numbers_are_large():
    for chart, counts in ((Chart.ELIGIBILITY, [352, 66, 68]), (Chart.STAGE, [68, 35, 203, 12, 96, 51, 21])):
        widths = [width for width, _ in _bars(chart_svg(chart, FIGURES))]
        assert [width / max(widths) for width in widths] == pytest.approx(
            [count / max(counts) for count in counts], abs=0.005
        )


def test_the_largest_field_comes_first_and_what_is_not_given_last_in_grey():
    svg = chart_svg(Chart.FIELD, FIGURES)
    colours = [colour for _, colour in _bars(svg)]
    assert len(set(colours[:-1])) == 1
    assert colours[-1] not in colours[:-1]
    labels = [each for each in _texts(svg) if each in {*FIGURES.by_field, "未填"}]
    assert labels[::-1][0] == "土木工程类"
    assert "未填" in labels


def test_countries_beyond_ten_are_summed_up():
    texts = _texts(chart_svg(Chart.COUNTRY, FIGURES))
    assert "肯尼亚" not in texts
    assert texts[texts.index("其他")] == "其他"
    assert "13" in texts  # 8 in Kenya and 5 in Zambia


def test_weeks_without_anybody_are_shown_too():
    texts = _texts(chart_svg(Chart.WEEK, FIGURES))
    assert "3/17" in texts
    assert texts.count("0") == 4
    assert "4/21" in texts


def test_the_week_is_beijings():
    just_monday = replace(
        FIGURES, counted_at=datetime(2025, 4, 27, 16, 30, tzinfo=UTC), by_week={date(2025, 4, 28): 7}
    )  # 00:30 on Monday in Beijing
    texts = _texts(chart_svg(Chart.WEEK, just_monday))
    assert "4/28" in texts
    assert "7" in texts


def test_no_label_is_cut_by_the_edge_of_its_chart():
    """Whatever is drawn too far to the left or right shows in the outermost pixels, which must be white."""
    names = {each.name: 10_000 for each in annex1().fields}
    for language in Language:
        svg = chart_svg(Chart.FIELD, replace(FIGURES, by_field=names), language)
        [height] = re.findall(r'viewBox="0 0 500 (\d+)" width', svg)
        white = png(f'<svg xmlns="{NAMESPACE}" width="3" height="{height}"/>')
        for left in (0, 497):
            strip = svg.replace('viewBox="0 0 500', f'viewBox="{left} 0 3', 1).replace('width="500"', 'width="3"', 1)
            assert png(strip) == white, (language, left)
        inside = svg.replace('viewBox="0 0 500', 'viewBox="40 0 3', 1).replace('width="500"', 'width="3"', 1)
        assert png(inside) != white


def test_without_data_the_picture_says_so():
    empty = Statistics(counted_at=FIGURES.counted_at, total=0)
    for language in Language:
        nothing = chart_words().picture.nothing[language]
        assert nothing in _texts(chart_svg(Chart.FIELD, empty, language))
        assert statistics_png(empty, language).startswith(b"\x89PNG")


def test_the_same_numbers_give_the_same_bytes_and_others_do_not():
    assert statistics_png(FIGURES) == statistics_png(FIGURES)
    assert chart_png(Chart.FIELD, FIGURES) == chart_png(Chart.FIELD, FIGURES)
    assert statistics_png(replace(FIGURES, total=487)) != statistics_png(FIGURES)


def test_the_picture_in_the_docs_is_what_the_product_draws():
    assert PICTURE.read_bytes() == statistics_png(FIGURES)


def test_chinese_characters_are_drawn_as_themselves():
    def drawn(text: str) -> bytes:
        return png(f'<svg xmlns="{NAMESPACE}" width="24" height="24"><text y="20" font-size="20">{text}</text></svg>')

    missing = drawn("\U000f0000")
    words = chart_words()
    texts = [words.picture.title, words.picture.nothing, *words.charts.values(), *words.eligibility.values()]
    characters = {each for text in texts for each in text.zh} - {" "}
    pictures = {each: drawn(each) for each in characters}
    assert missing not in pictures.values()
    assert len(set(pictures.values())) == len(characters)


def test_the_words_are_there_for_every_chart_and_group():
    assert set(chart_words().charts) == set(Chart)
    assert set(chart_words().eligibility) == set(EligibilityGroup)


def test_a_place_with_signs_of_markup_stays_text():
    hostile = replace(FIGURES, by_country={"<b>&": 3})
    assert "<b>&" in _texts(chart_svg(Chart.COUNTRY, hostile))
