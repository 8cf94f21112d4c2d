import pytest

from dialogs.statement_coach import Part, missing, wants_more

GOOD = "我负责仰光大桥 280 米主跨的施工，提出监控方案，大桥提前两个月通车。"


def test_a_statement_that_says_everything_lacks_nothing() -> None:
    assert missing(GOOD) == ()
    assert not wants_more(GOOD)


@pytest.mark.parametrize(
    ("statement", "lacks"),
    [
        ("干了很多活", (Part.PROJECT, Part.ROLE, Part.DOING, Part.RESULT, Part.FIGURES)),
        ("负责仰光大桥 280 米主跨的施工，提前两个月通车", (Part.ROLE,)),
        ("我负责仰光大桥 280 米主跨的施工", (Part.RESULT,)),
        ("我负责仰光大桥的施工，提前通车", (Part.FIGURES,)),
        ("I designed the bridge and completed it, 280 m long", ()),
        ("designed bridges", (Part.ROLE, Part.RESULT, Part.FIGURES)),
    ],
)
def test_what_is_missing_is_named_in_order(statement: str, lacks: tuple[Part, ...]) -> None:
    assert missing(statement) == lacks


def test_the_projects_own_name_is_enough() -> None:
    assert Part.PROJECT in missing("我在雅万做设计")
    assert Part.PROJECT not in missing("我在雅万做设计", "雅万")


def test_one_missing_part_of_a_long_statement_is_not_worth_a_question() -> None:
    assert not wants_more("我负责仰光大桥主跨的施工组织设计，组织现场施工与监控，" * 3 + "提前通车。")
    assert wants_more("我负责仰光大桥的施工，提前通车")
