"""The year's numbers as pictures: single charts for the desk, one picture with all of them for /stats."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from domain.statistics import Statistics
from domain.vocabulary import Language
from exports.chart_bars import BEIJING, Bars, Chart, bars_of, chart_words
from exports.picture import FONT_FAMILIES, png
from exports.plain_svg import FAINT, INK, NAMESPACE, TEXT_SIZE, TITLE_SIZE, plain_svg

_ZOOM = 1.5
_GAP, _HEAD, _WIDTH = 16, 76, 500
_BAR, _CHROME = 26, 54  # height of a row of a horizontal chart, and of its title and margins
_WEEKS_HEIGHT = 220
_MARGIN = 8


def chart_svg(chart: Chart, statistics: Statistics, language: Language = Language.ZH) -> str:
    """One chart as SVG without script and style, to be set into a page as it is or served as a file."""
    return _drawn(chart, bars_of(chart, statistics, language), language, _height(chart, statistics, language))


def chart_png(chart: Chart, statistics: Statistics, language: Language = Language.ZH) -> bytes:
    """One chart as a picture."""
    return png(chart_svg(chart, statistics, language), zoom=_ZOOM)


def statistics_png(statistics: Statistics, language: Language = Language.ZH) -> bytes:
    """All charts on one picture, in two columns: the same numbers give the same bytes."""
    return png(statistics_svg(statistics, language), zoom=_ZOOM)


def statistics_svg(statistics: Statistics, language: Language = Language.ZH) -> str:
    """The SVG behind `statistics_png`."""
    columns = ((Chart.ELIGIBILITY, Chart.FIELD, Chart.WEEK), (Chart.STAGE, Chart.COUNTRY))
    panels: list[str] = []
    bottom = 0
    for at, column in enumerate(columns):
        x, y = _GAP + at * (_WIDTH + _GAP), _HEAD
        for chart in column:
            svg, height = chart_svg(chart, statistics, language), _height(chart, statistics, language)
            panels.append(svg.replace("<svg ", f'<svg x="{x}" y="{y}" ', 1))
            panels.append(
                f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{height}" rx="6" fill="none" stroke="{FAINT}"/>'
            )
            y += height + _GAP
        bottom = max(bottom, y)
    width = 2 * _WIDTH + 3 * _GAP
    words = chart_words().picture
    moment = f"{statistics.counted_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    caption = words.caption[language].format(total=statistics.total, moment=moment)
    head = _text(words.title[language], width // 2, 34, TITLE_SIZE + 6) + _text(caption, width // 2, 60, TEXT_SIZE + 1)
    return (
        f'<svg xmlns="{NAMESPACE}" role="img" width="{width}" height="{bottom}" viewBox="0 0 {width} {bottom}"'
        f' font-family="{FONT_FAMILIES}">{head}{"".join(panels)}</svg>'
    )


def _height(chart: Chart, statistics: Statistics, language: Language) -> int:
    if chart is Chart.WEEK:
        return _WEEKS_HEIGHT
    return _CHROME + _BAR * len(bars_of(chart, statistics, language).labels)


def _text(text: str, x: int, y: int, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="middle" fill="{INK}">{escape(text)}</text>'


def _drawn(chart: Chart, bars: Bars, language: Language, height: int) -> str:
    pygal = _pygal()
    style = pygal.style.Style(
        font_family=FONT_FAMILIES,
        label_font_size=TEXT_SIZE,
        major_label_font_size=TEXT_SIZE,
        value_font_size=TEXT_SIZE,
        title_font_size=TITLE_SIZE,
    )
    horizontal = chart is not Chart.WEEK
    # pygal puts the first bar of a horizontal chart at the bottom.
    order = slice(None, None, -1 if horizontal else 1)
    labels, values, colours = bars.labels[order], bars.values[order], bars.colours[order]
    config = pygal.Config(
        style=style,
        js=[],
        width=_WIDTH,
        height=height,
        explicit_size=True,
        show_legend=False,
        print_values=True,
        print_values_position="top",
        truncate_label=-1,
        margin=_MARGIN,
        margin_left=_label_margin(labels) if horizontal else _MARGIN,
        margin_right=_MARGIN + TEXT_SIZE * len(str(max(values))) if horizontal else _MARGIN,
        show_x_labels=not horizontal,  # of a horizontal chart pygal calls the values x
        show_y_labels=horizontal,
        range=(0, max((*values, 1)) * (1.0 if horizontal else 1.15)),
        disable_xml_declaration=True,
    )
    drawing = pygal.HorizontalBar(config) if horizontal else pygal.Bar(config)
    drawing.title = chart_words().charts[chart][language]
    drawing.x_labels = labels
    drawing.add("", values)
    return plain_svg(drawing.render(is_unicode=True), colours)


@cache
def _pygal() -> Any:
    """The library, imported when the first chart is drawn.

    It puts a finder of plug-ins into `sys.meta_path` that has no `find_spec`, so that every later import of anything
    would warn; there are no plug-ins here, so the finder is taken out again.
    """
    import pygal  # noqa: PLC0415
    import pygal.style  # noqa: PLC0415

    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
    return pygal


def _label_margin(labels: Sequence[str]) -> float:
    """The left margin that labels need besides the 0.6 em a character that pygal counts: a Han character takes a whole
    one, a Latin letter of this font about 0.53.
    """
    counted = max((len(label) for label in labels), default=0) * 0.6
    needed = max((sum(_ems(character) for character in label) for label in labels), default=0)
    return _MARGIN + (needed - counted) * TEXT_SIZE


def _ems(character: str) -> float:
    return 1.0 if east_asian_width(character) in "WF" else 0.53
