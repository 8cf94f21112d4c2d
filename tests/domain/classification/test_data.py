import re

from pypinyin import Style, pinyin

from domain.annex1 import annex1
from domain.classification.lexicon import lexicon, specialty_keys
from domain.classification.normalise import normalise, plain, slips
from domain.classification.overlaps import overlaps
from domain.classification.sounds import _syllables


def test_a_slip_leads_to_words_the_lexicon_knows_and_is_no_word_of_it() -> None:
    terms = {each.term for each in lexicon().entries}
    everything = "\n".join(terms)
    for typed, meant in slips().items():
        assert typed not in terms, typed
        assert meant in everything, meant


def test_a_slip_is_undone_once_and_for_good() -> None:
    for typed in slips():
        assert normalise(normalise(typed)) == normalise(typed), typed


def test_no_term_is_spoilt_by_undoing_slips_or_by_simplifying() -> None:
    spoilt = [each.term for each in lexicon().entries if normalise(each.term) != each.term]
    assert spoilt == []


def test_simplified_text_is_not_rephrased_and_traditional_text_is() -> None:
    assert normalise("核心网") == "核心网"
    assert normalise("軟體") == "软件"
    assert plain("Ａ－Ｂ　ｃ") == "a b c"


def test_syllables_agree_with_pypinyin_but_for_the_trades_own_readings() -> None:
    table = _syllables()
    sample = "土木桥梁隧道岩基坑电气通信测绘地质矿山石油暖通给排汽车机械焊接园林环境化工"
    assert all(table[each] == pinyin(each, style=Style.NORMAL)[0][0].replace("ü", "v") for each in sample)
    assert table["率"] == "lv"
    assert len(table) > 6700


def test_an_overlap_is_one_line_a_language_and_quotes_words_of_the_scopes() -> None:
    assert len({each.id for each in overlaps()}) == len(overlaps())
    for overlap in overlaps():
        assert "\n" not in overlap.zh + overlap.en
        assert len(overlap.zh) <= 90
        assert len(overlap.en) <= 200
        assert len({option.specialty for option in overlap.options}) == len(overlap.options)
        for option in overlap.options:
            specialty = annex1().specialty(specialty_keys()[option.specialty])
            assert specialty is not None
            own = set(re.findall(r"[\u4e00-\u9fff]", specialty.name + specialty.scope))
            said = re.findall(r"[\u4e00-\u9fff]", option.zh)
            assert sum(each in own for each in said) / len(said) >= 0.5, (overlap.id, option.specialty)
