"""Grouped by their first letter, the alternatives of a pattern match in the same texts."""

import re
from collections.abc import Iterator

import pytest

from earshot.triage.rules.cues import phrases
from earshot.triage.rules.grouping import by_first_letter
from earshot.triage.rules.languages import CUES, FIGURES, STAKE_PATTERNS
from earshot.triage.tokenizer import TokenizedText, tokenize
from tests.triage.rules.test_rules import examples

TEXTS = ("", " a ", " b ", " ab ", " ac ", " aac ", " bc ", " a|b ", " x ", " ] ", " ax ", " | ", " c d ", " cd ")
HARD = (
    "a|ab|b",
    "a?b|ac|b",
    "a(?:b|c)|b(?:c|d)?",
    r"a\|b|\(x",
    "[a|]|[]|]|[^]|]x|b",
    "a{2}c|ac",
    "(?:a|x)|c(?: ?)d",
    r"a[bx]|\w{2}|a",
    "a|",
)


@pytest.mark.parametrize("alternatives", HARD)
def test_hard_alternatives_match_in_the_same_texts(alternatives: str) -> None:
    pattern = phrases(alternatives)
    for text in TEXTS:
        assert bool(re.search(by_first_letter(pattern), text)) == bool(re.search(pattern, text)), text


def test_another_pattern_stays_as_it_is() -> None:
    assert by_first_letter("[😀😁]|ok") == "[😀😁]|ok"


def patterns(language: str) -> Iterator[str]:
    """Every pattern of a language."""
    yield from (cue.pattern for cue in CUES[language])
    yield from STAKE_PATTERNS[language].values()
    yield from (FIGURES[one] for one in FIGURES if one == language)


@pytest.mark.parametrize("language", CUES)
def test_the_rules_match_in_the_same_posts(language: str) -> None:
    """Those of docs/rules.md, in which each rule fires once and is silent once."""
    posts = {text for one in examples() if one.language == language for text in (one.fires, one.silent)}
    read: list[TokenizedText] = [tokenize(text.strip('` "'), language) for text in sorted(posts)]
    for pattern in patterns(language):
        plain, grouped = re.compile(pattern), re.compile(by_first_letter(pattern))
        for post in read:
            for text in {post.normalized, post.negation_marked, post.raw}:
                assert (plain.search(text) is None) == (grouped.search(text) is None), (pattern, text)


def test_most_rules_of_a_language_are_grouped() -> None:
    changed = [pattern for pattern in patterns("en") if by_first_letter(pattern) != pattern]
    assert len(changed) > len(list(patterns("en"))) / 2
