"""Variants of posts, which only the teacher labels."""

import random

from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.judgement import Intent
from infra.corpus.encoder.variants import variants
from infra.corpus.posts import CorpusPost

POSTS = [
    f"@brand My train {number} is late again. I have waited for an hour! Please tell me why." for number in range(50)
]


def post(text: str, trade: str = "trains") -> CorpusPost:
    return CorpusPost("a-1", trade, Intent.COMPLAINT, False, "late", text)


def texts(posts: list[CorpusPost], seed: int = 0) -> list[str]:
    return [one.text for one in variants(posts, random.Random(seed))]


@given(st.lists(st.text(), min_size=1, max_size=5), st.integers())
def test_any_text_has_at_most_one_variant_and_it_differs(written: list[str], seed: int) -> None:
    posts = [post(text, str(number)) for number, text in enumerate(written)]
    originals = {one.trade: one.text for one in posts}
    found = list(variants(posts, random.Random(seed)))
    assert len({one.trade for one in found}) == len(found)
    assert all(one.text != originals[one.trade] for one in found)


def test_a_seed_gives_the_same_again_and_another_seed_does_not() -> None:
    posts = [post(text) for text in POSTS]
    assert texts(posts) == texts(posts) != texts(posts, seed=1)


def test_nearly_all_posts_have_a_variant_in_many_ways() -> None:
    found = texts([post(text) for text in POSTS])
    assert len(found) >= 40
    assert len({len(text) for text in found}) >= 10


def test_sentences_of_another_trade_are_never_mixed_in() -> None:
    posts = [post("The bus is late. I wait."), post("Lovely soup. Thank you.", "food")]
    found = [one.text for seed in range(200) for one in variants(posts, random.Random(seed)) if one.trade == "trains"]
    assert found
    assert not any("soup" in text or "Thank" in text for text in found)
