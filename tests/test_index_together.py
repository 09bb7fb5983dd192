"""Words that stand together count once each, wherever in the text their stretch begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import RUN, fold, grams
from index.together import HALF, standing, together

FILLER = "。" * 2 * HALF


def test_words_in_one_sentence_beat_the_same_words_scattered() -> None:
    near, far, none = together({"纠纷": 2.0, "调解": 1.0}, ["调解纠纷", f"调解{FILLER}纠纷", "普法"])
    assert (near, far, none) == pytest.approx((1.0, 2 / 3, 0.0))


@pytest.mark.parametrize("before", range(0, 2 * HALF, 7))
def test_a_sentence_is_together_wherever_it_stands(before: int) -> None:
    sentence = "全镇共排查化解各类矛盾纠纷"
    assert together(dict.fromkeys(grams(sentence), 1.0), [f"{FILLER[:before]}{sentence}{FILLER}"]) == pytest.approx([1.0])


@given(st.dictionaries(st.sampled_from(grams("排查矛盾纠纷708起")), st.floats(0.1, 5)), st.lists(st.text("排查矛盾纠纷起708。", max_size=200)))
def test_shares_lie_between_nothing_and_what_the_whole_text_holds(weights: dict[str, float], texts: list[str]) -> None:
    shares = together(weights, texts)
    assert shares.shape == (len(texts),)
    for share, text in zip(shares, texts, strict=True):
        whole = sum(weight for token, weight in weights.items() if token in grams(text)) / max(sum(weights.values()), 1e-9)
        assert -1e-9 <= share <= whole + 1e-9
        if len(text) <= HALF:
            assert share == pytest.approx(whole)


@given(st.lists(st.sampled_from(grams("排查矛盾纠纷708起 app")), unique=True), st.text("排查矛盾纠纷起708。 ap😀", max_size=80))
def test_tokens_stand_where_the_grams_of_a_text_are(tokens: list[str], text: str) -> None:
    places, numbers = standing(tokens, text)
    found = sorted((tokens[number], place) for number, place in zip(numbers.tolist(), places.tolist(), strict=True))
    runs = [(run[0].strip(".") or run[0], run.start()) for run in RUN.finditer(fold(text)) if run[0].isascii()]
    chinese = [(token, at) for token in tokens if not token[0].isascii() for at in range(len(text)) if text.startswith(token, at)]
    assert found == sorted([*chinese, *(run for run in runs if run[0] in tokens)])
