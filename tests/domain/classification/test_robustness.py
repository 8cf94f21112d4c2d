import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.classification import classify, warm_up
from domain.classification.engine import Classifier, _Shared
from domain.classification.lexicon import lexicon
from tests.domain.classification.test_classify import PHONE, check_shape

ANY_CHARACTER = st.characters(codec=None, exclude_categories=())
TERMS = st.sampled_from([each.term for each in lexicon().entries])


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    warm_up()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(st.text(ANY_CHARACTER))
def test_any_string_gets_a_well_formed_answer(text: str) -> None:
    check_shape(classify(text))


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        TERMS | st.sampled_from(["不是", "而是", "毕业于", "现从事", "，", " ", "not ", "\ud800", "除了", "是"]),
        max_size=12,
    )
)
def test_terms_and_cues_in_any_order_get_the_same_well_formed_answer_twice(parts: list[str]) -> None:
    text = "".join(parts)
    answer = classify(text)
    check_shape(answer)
    assert classify(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "隧道工程师" * 2000,
        "不是桥梁，" * 2000,
        "水" * 10_000,
        "civil engineer " * 667,
        "\ud800" * 10_000,
        "岩士工成" * 2500,
        "a-" * 5000,
        "除了和跟" * 2500,
        "是不是" * 3333,
        "𠀀" * 10_000,
    ],
    ids=lambda text: ascii(text[:4]),
)
def test_ten_thousand_characters_take_at_most_50_ms(text: str) -> None:
    def timed() -> float:
        started = time.thread_time()
        classify(text)
        return time.thread_time() - started

    assert min(timed() for _ in range(5)) <= 0.05


def test_it_keeps_up_with_bare_jieba() -> None:
    """The promise is half of bare `jieba.lcut`; `make bench` has the figure, this leaves slack for a busy machine."""
    import jieba  # noqa: PLC0415 - set up by the classifier

    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = jieba.Tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    texts = [row["text"] for row in PHONE]

    def timed(work: object) -> float:
        started = time.thread_time()
        for text in texts:
            work(text)  # type: ignore[operator]
        return time.thread_time() - started

    tokenizer.lcut("热身")
    assert min(timed(classify) for _ in range(5)) <= 3 * min(timed(tokenizer.lcut) for _ in range(5))


def test_two_classifiers_agree_with_and_without_a_cache(tmp_path: Path) -> None:
    plain, writing, reading = Classifier(), Classifier(tmp_path), Classifier(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["jieba-common-words-1.cache"]
    for row in PHONE[:80]:
        assert plain.classify(row["text"]) == writing.classify(row["text"]) == reading.classify(row["text"])


@pytest.mark.parametrize("content", [b"", b"garbage", b"[\x00\x00\x00\x00"])
def test_a_broken_cache_is_built_again(tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "jieba-common-words-1.cache"
    cache.write_bytes(content)
    assert Classifier(tmp_path).classify("隧道工程师").candidates
    assert cache.stat().st_size > 1_000_000


def test_a_missing_cache_folder_costs_nothing_but_time(tmp_path: Path) -> None:
    assert Classifier(tmp_path / "nowhere").classify("隧道工程师").candidates


def test_threads_that_ask_at_once_share_one_classifier() -> None:
    shared = _Shared()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: shared.get(), range(6)))
    assert len({id(each) for each in found}) == 1


def test_importing_loads_nothing_and_jiebas_own_state_stays_untouched() -> None:
    program = (
        "import sys\n"
        "import domain.classification as c\n"
        "assert 'jieba' not in sys.modules\n"
        "c.classify('隧道工程师')\n"
        "import jieba\n"
        "assert not jieba.dt.initialized\n"
        "assert '人工智能' in ''.join(jieba.lcut('人工智能')) and jieba.dt.FREQ\n"
    )
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr, run.stdout) == (0, "", "")
