"""Every rule of docs/rules.md, with a post in which it fires and one in which it must not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from earshot.mentions.mention import names_one_of, speaks_to
from earshot.triage.context import History, PostContext
from earshot.triage.judge import explain
from earshot.triage.learned.adjustment import LEARNED_RULES
from earshot.triage.rules.cues import matching_cues
from earshot.triage.rules.emoji_cues import EMOJI_CUES
from earshot.triage.rules.languages import CUES, STAKE_PATTERNS
from earshot.triage.rules.registry import RULES
from earshot.triage.rules.stakes import STAKES
from earshot.triage.sentiment.lexicon import measure
from earshot.triage.terms.terms import NO_TERMS, Terms
from earshot.triage.tokenizer import tokenize
from infra.paths import ROOT

DOCUMENT = ROOT / "docs" / "rules.md"
LANGUAGES = {"Spanish": "es", "Portuguese": "pt", "French": "fr", "German": "de", "Italian": "it"}
TERMS = Terms(handles=frozenset({"acme"}), competitors=("Rival Air",))


@dataclass(frozen=True)
class Example:
    """A row of the document: a rule, what it says of itself, and its two posts."""

    rule: str
    language: str
    cells: tuple[str, ...]
    fires: str
    silent: str

    def __str__(self) -> str:
        return f"{self.language}-{self.rule}"


def examples() -> Iterator[Example]:
    """The rows of every table, in the language of its section."""
    language, plain = "en", ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            language = LANGUAGES.get(line.removeprefix("## "), "en")
        if found := re.search(r'No rule fires on "(.+)"', line):
            plain = found[1]
        if line.startswith("| `"):
            rule, *cells = (cell.strip() for cell in line.strip("|").split(" | "))
            name = rule.strip(" `")
            if language == "en":
                yield Example(name, language, tuple(cells[:-2]), cells[-2], cells[-1].rstrip(" |"))
            else:
                yield Example(name, language, tuple(cells[:-1]), cells[-1].rstrip(" |"), plain)


EXAMPLES = list(examples())


def rules_fired(post: str, language: str) -> set[str]:
    """The rules that fire in an example: ``text [followers=10000]``."""
    text, known = parsed(post)
    tokenized = tokenize(text, language, TERMS)
    cues = (*CUES[language], *EMOJI_CUES)
    fired = {f"cue.{cue.rule}" for cue in cues if cue.fires(tokenized)}
    fired |= {f"stake.{stake.rule}" for stake in STAKES if stake.fires(tokenized, language)}
    sentiment = measure(text, language)
    explained = explain(text, language=language, sentiment=sentiment, context=context_of(text, known), terms=TERMS)
    # Weak evidence is not listed.
    fired |= {item.rule for item in explained.intent_scores.evidence if abs(item.log_odds) >= 0.3}
    return fired | {reason.rule for reason in explained.judgement.reasons if reason.points}


def parsed(post: str) -> tuple[str, dict[str, Any]]:
    text, _, known = post.partition(" [")
    pairs = (pair.split("=") for pair in known.rstrip("]").split())
    return text, {name: value == "true" if value in ("true", "false") else int(value) for name, value in pairs}


def context_of(text: str, known: dict[str, Any]) -> PostContext:
    age = known.pop("age_minutes", None)
    past = {name: known.pop(name) for name in ("complaints", "waiting", "answered") if name in known}
    return PostContext(
        addressed=speaks_to(text, TERMS.handles),
        named=names_one_of(text, TERMS.handles),
        age=None if age is None else timedelta(minutes=age),
        history=History(**past),
        **known,
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_rule_fires_where_it_should_and_only_there(example: Example) -> None:
    assert example.rule in rules_fired(example.fires, example.language)
    assert example.rule not in rules_fired(example.silent, example.language)


def test_every_rule_has_an_example() -> None:
    documented = {example.rule for example in EXAMPLES if example.language == "en"}
    starts = {"start.addressed", "start.named", "start.mentioned"}
    assert documented == RULES - LEARNED_RULES | starts
    assert set(STAKE_PATTERNS["en"]) == {stake.rule for stake in STAKES}
    for language in LANGUAGES.values():
        rules = {f"cue.{cue.rule}" for cue in CUES[language]} | {f"stake.{stake.rule}" for stake in STAKES}
        assert {example.rule for example in EXAMPLES if example.language == language} == rules
        assert set(STAKE_PATTERNS[language]) == {stake.rule for stake in STAKES}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_document_gives_the_weight_of_each_rule(example: Example) -> None:
    cues = {f"cue.{cue.rule}": cue for cue in (*CUES[example.language], *EMOJI_CUES)}
    stakes = {f"stake.{stake.rule}": stake for stake in STAKES}
    if cue := cues.get(example.rule):
        assert example.cells[:2] == (str(cue.intent), f"{cue.weight:g}")
        if example.language == "en":
            silenced = "; silences " + ", ".join(f"`cue.{rule}`" for rule in sorted(cue.silences))
            assert example.cells[2] == cue.text + (silenced if cue.silences else "")
    elif stake := stakes.get(example.rule):
        said = stake.text + (" (dangerous)" if stake.dangerous else "")
        expected = (str(stake.points), said) if example.language == "en" else ("urgency", str(stake.points))
        assert example.cells == expected


def test_sarcasm_silences_thanks() -> None:
    rules = {cue.rule for cue in matching_cues(CUES["en"], tokenize("Thanks for losing my suitcase"), NO_TERMS)}
    assert "sarcasm" in rules
    assert "thanks" not in rules
