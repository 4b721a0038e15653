"""Every pattern is linear: twice the text takes twice the steps, whatever a stranger writes."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator

import pytest

import earshot
from earshot.triage.rules.emoji_cues import EMOJI_CUES
from earshot.triage.rules.languages import CUES, STAKE_PATTERNS
from earshot.triage.terms.terms import phrase_pattern
from tests.triage.linear.matcher import CountingMatcher, parsed
from tests.triage.linear.shapes import alternatives, repeats, shapes

# Characters. The longest repeats with a limit, of twenty words, end long before.
SHORT, LONG = 150, 300
# Steps for twice the text: two where they are linear, four where they are quadratic.
MOST_GROWTH = 2.7
PHRASES = ("Nimbus Plus", "gas leak", "O'Neill's", "_ 1_ 2", "日 本", "-- _航 空", "a  b  a  b", "#NimbusQuiz")


def patterns() -> Iterator[tuple[str, str, int]]:
    """Every pattern of the product, with its flags: the compiled ones of all modules, and those of the rules."""
    for module in pkgutil.walk_packages(earshot.__path__, "earshot."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{module.name}.{name}", value.pattern, value.flags
    for language, cues in CUES.items():
        for cue in cues:
            yield f"{language} cue.{cue.rule}", cue.pattern, 0
    for cue in EMOJI_CUES:
        yield f"cue.{cue.rule}", cue.pattern, 0
    for language, stakes in STAKE_PATTERNS.items():
        for name, pattern in stakes.items():
            yield f"{language} stake.{name}", pattern, 0
    named = phrase_pattern(PHRASES)
    yield "phrases", named.pattern, named.flags


PATTERNS = list(patterns())


def steps(matcher: CountingMatcher, text: str) -> int:
    before = matcher.steps
    for _ in matcher.spans(text):
        pass
    return matcher.steps - before


def growth(matcher: CountingMatcher, text: str, longer: str) -> float:
    return steps(matcher, longer) / steps(matcher, text)


@pytest.fixture(autouse=True)
def deep_enough() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "pattern", "flags"), PATTERNS, ids=[name for name, _, _ in PATTERNS])
def test_twice_the_text_takes_twice_the_steps(name: str, pattern: str, flags: int) -> None:
    slow: list[tuple[float, str]] = []
    for nodes in alternatives(parsed(pattern, flags)):
        # Without a repeat that has no limit, a search takes a fixed number of steps from each position.
        if next(repeats(nodes), None) is None:
            continue
        matcher = CountingMatcher(nodes, flags)
        for shape in shapes(nodes, flags):
            ratio = growth(matcher, shape.of(SHORT), shape.of(LONG))
            if ratio > MOST_GROWTH:
                slow.append((ratio, shape.of(20)))
    assert slow == [], name


@pytest.mark.parametrize(
    "pattern",
    [r"(?:a+)+b", r"\w+@\w+:?[^\"]*\"", r"!\s*\s*\?", r"(?: \w+)*\.", r"\w*ing\b", r"(?:\b[A-Z']{2,}\b\W+){2,}X"],
)
def test_a_pattern_that_is_not_linear_is_found_out(pattern: str) -> None:
    nodes = parsed(pattern, 0)
    matcher = CountingMatcher(nodes, 0)
    # Even a few characters are too many for what doubles with each.
    assert max(growth(matcher, shape.of(7), shape.of(14)) for shape in shapes(nodes, 0)) > MOST_GROWTH


@pytest.mark.parametrize(("name", "pattern", "flags"), PATTERNS, ids=[name for name, _, _ in PATTERNS])
def test_the_counting_matcher_finds_what_python_finds(name: str, pattern: str, flags: int) -> None:
    compiled = re.compile(pattern, flags)
    nodes = parsed(pattern, flags)
    texts = {shape.of(6) for shape in list(shapes(nodes, flags))[:6]}
    for text in texts:
        assert list(CountingMatcher(nodes, flags).spans(text)) == [one.span() for one in compiled.finditer(text)], text
