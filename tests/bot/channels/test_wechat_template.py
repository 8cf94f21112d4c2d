import pytest

from bot.channels.base import Shipment
from bot.channels.wechat_template import Template
from bot.errors import SettingsError
from dialogs.cards import Card, Line
from domain.vocabulary import Language
from tests.bot.channels.wechat_bot import Skewed

NOW = Skewed().now


def data(fields: str, text: str) -> dict[str, str]:
    template = Template.of("T1", fields, "https://x.example", NOW)
    assert template is not None
    card = Card(lines=(Line(key="plain", args={"text": text}),))
    message = template.message(Shipment("oA", card, Language.ZH, "0" * 16))
    assert (message["touser"], message["template_id"], message["url"]) == ("oA", "T1", "https://x.example")
    return {name: each["value"] for name, each in message["data"].items()}  # type: ignore[attr-defined]


def test_a_thing_holds_twenty_characters() -> None:
    assert data("thing1", "短") == {"thing1": "短"}
    assert data("thing1", "字" * 20) == {"thing1": "字" * 20}
    assert data("thing1", "字" * 21) == {"thing1": "字" * 19 + "…"}


def test_several_fields_take_the_text_piece_by_piece() -> None:
    found = data("thing1,time2,thing3", "宣讲会改到明天。地点不变，仍在一号厅。")

    assert (found["thing1"], found["thing3"]) == ("宣讲会改到明天。地点不变，仍在一号厅。", "—")
    longer = data("thing1,thing3", "宣讲会改到明天上午九点半。地点不变，仍在一号厅，请提前到。")
    assert longer == {"thing1": "宣讲会改到明天上午九点半。", "thing3": "地点不变，仍在一号厅，请提前到。"}


def test_a_time_field_holds_the_moment_in_beijing() -> None:
    value = data("thing1,time2", "好")["time2"]

    assert len(value) == len("2026-03-01 12:00")


def test_no_id_no_template() -> None:
    assert Template.of("", "thing1", "", NOW) is None


@pytest.mark.parametrize("fields", ["", ",", "time1", "thing 1", "名称"])
def test_fields_that_cannot_be_are_said_at_start(fields: str) -> None:
    with pytest.raises(SettingsError, match="TEMPLATE_FIELDS"):
        Template.of("T1", fields, "", NOW)
