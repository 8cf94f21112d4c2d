from hypothesis import given
from hypothesis import strategies as st

from dialogs.intake import INTAKE
from dialogs.press import TOKEN_LIMIT, Press, option_code, seal, subject_code, unseal
from dialogs.scripts import SCRIPTS

KEY = b"k" * 32

presses = st.builds(
    Press,
    conversation=st.binary(min_size=8, max_size=8),
    subject=st.integers(0, 2**32 - 1),
    opening=st.integers(0, 2**32 - 1),
    option=st.integers(0, 2**16 - 1),
)


@given(presses)
def test_a_sealed_press_opens_again_and_fits_the_limit(press: Press) -> None:
    token = seal(press, KEY)

    assert len(token.encode()) <= TOKEN_LIMIT
    assert unseal(token, KEY) == press


@given(presses, st.integers(0, 34), st.characters(codec="ascii"))
def test_a_token_with_any_other_character_is_refused(press: Press, at: int, character: str) -> None:
    token = seal(press, KEY)
    forged = token[:at] + character + token[at + 1 :]

    opened = unseal(forged, KEY)

    assert opened is None or opened == press


@given(st.text())
def test_no_text_whatever_breaks_unsealing(text: str) -> None:
    assert unseal(text, KEY) is None


@given(presses)
def test_a_token_of_another_key_is_refused(press: Press) -> None:
    assert unseal(seal(press, b"other" * 8), KEY) is None


def test_no_two_questions_of_all_scripts_share_a_code() -> None:
    ids = {question for script in SCRIPTS.values() for question in script.by_id}

    assert len({subject_code(each) for each in ids}) == len(ids)


def test_no_two_menus_or_openings_of_the_intake_share_a_code() -> None:
    ids = {f"open:{question}" for question in INTAKE.by_id}
    ids |= {f"menu:{menu}" for question in INTAKE.questions for menu in question.menus}

    assert len({option_code(each) for each in ids}) == len(ids)
