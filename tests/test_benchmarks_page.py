"""The page of figures: what is measured anew takes its former place, everything else stays with its own date."""

from bench.__main__ import PAGE, SECTIONS, page, sections_of


def test_a_section_measured_anew_takes_the_place_of_its_former_self() -> None:
    former = sections_of(PAGE.read_text("utf8"))
    title = SECTIONS[2].title
    made = page("a machine", former | {title: "```\nnew figures\n```\n"})
    assert sections_of(made) == former | {title: "```\nnew figures\n```\n"}
    assert list(sections_of(made)) == [each.title for each in SECTIONS]


def test_a_section_that_there_is_no_longer_goes() -> None:
    assert sections_of(page("a machine", {SECTIONS[0].title: "```\n1\n```\n", "Gone": "```\n2\n```\n"})) == {
        SECTIONS[0].title: "```\n1\n```\n"
    }


def test_every_section_of_the_page_says_when_it_was_measured() -> None:
    assert all("(measured 20" in text for text in sections_of(PAGE.read_text("utf8")).values())
