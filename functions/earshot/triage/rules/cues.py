"""Cues: what people write when they complain, ask, praise, wish or advertise. This module defines their form.

The cues themselves are data, in one module for each language.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from earshot.triage.judgement import Intent
from earshot.triage.terms.terms import Terms
from earshot.triage.tokenizer import TextForm, TokenizedText


@dataclass(frozen=True, slots=True)
class Cue:
    """One rule: its identifier, the intent that it is evidence for, and what staff read.

    ``weight`` is in log-odds, set by hand: 1 is a hint, 2 is nearly enough, 3 is plain. ``form`` is the form of the
    post that ``pattern`` is searched in. ``silences`` names the rules that do not count beside this one: "thanks for
    losing my bag" is no thanks.
    """

    rule: str
    intent: Intent
    weight: float
    text: str
    pattern: str
    form: TextForm = TextForm.NORMALIZED
    silences: frozenset[str] = frozenset()

    def fires(self, post: TokenizedText) -> bool:
        """Whether the pattern occurs in the post."""
        return matches(self.pattern, post.in_form(self.form))


def matching_cues(cues: Iterable[Cue], post: TokenizedText, terms: Terms) -> list[Cue]:
    """The cues that fire and that no other firing cue silences, in the order given. Rules that are off never fire."""
    fired = [cue for cue in cues if cue.fires(post) and terms.allows(f"cue.{cue.rule}")]
    silenced = frozenset[str]().union(*(cue.silences for cue in fired))
    return [cue for cue in fired if cue.rule not in silenced]


def phrases(*alternatives: str) -> str:
    """A pattern for any of these whole words or phrases, written as in ``TokenizedText.normalized``.

    The leading space is literal, so that the search only tries the beginnings of words: five times as fast as ``\\b``.
    """
    return f" (?:{'|'.join(alternatives)})(?= )"


def symbols(characters: str) -> str:
    """A pattern for any one of these emoji, which are separated by blanks."""
    listed = characters.split()
    # A set of single characters is searched for at once, five times as fast as one after another.
    single = "".join(re.escape(symbol) for symbol in listed if len(symbol) == 1)
    return "|".join([f"[{single}]", *(re.escape(symbol) for symbol in listed if len(symbol) > 1)])


def matches(pattern: str, text: str) -> bool:
    """Whether ``pattern`` occurs in ``text``."""
    return _compiled(pattern).search(text) is not None


def without(pattern: str, text: str) -> str:
    """``text`` with a full stop for each occurrence of ``pattern``."""
    return _compiled(pattern).sub(" .", text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Patterns are compiled on first use: all take 60 ms, and a function that only reads English needs half of them."""
    return re.compile(pattern)


def standard_cues(
    *,
    failure: tuple[str, ...],
    mishap: tuple[str, ...],
    verdict: tuple[str, ...],
    waiting: tuple[str, ...],
    demand: tuple[str, ...],
    leaving: tuple[str, ...],
    thanks: tuple[str, ...],
    delight: tuple[str, ...],
    asks: tuple[str, ...],
    wish: tuple[str, ...],
    giveaway: tuple[str, ...],
) -> tuple[Cue, ...]:
    """The cues of a language other than English, from its phrases.

    The rules are a selection of the English ones, so that staff read the same reasons in every language.
    """
    complaint, praise, question = Intent.COMPLAINT, Intent.PRAISE, Intent.QUESTION
    return (
        Cue("failure", complaint, 1.8, "says that something does not work", phrases(*failure)),
        Cue("mishap", complaint, 1.6, "something was lost, late, damaged, cancelled or wrong", phrases(*mishap)),
        Cue("verdict", complaint, 2.2, "a harsh word about the service", phrases(*verdict)),
        Cue("waiting", complaint, 1.5, "has been waiting", phrases(*waiting)),
        Cue("demand", complaint, 1.5, "wants it put right", phrases(*demand)),
        Cue("leaving", complaint, 2.2, "says goodbye to the brand", phrases(*leaving)),
        Cue("thanks", praise, 1.6, "thanks", phrases(*thanks)),
        Cue("delight", praise, 1.7, "a warm word about the service", phrases(*delight)),
        Cue("asks", question, 1.6, "asks for information", phrases(*asks)),
        Cue("question_mark", question, 0.8, "ends in a question mark", phrases(r"\?")),
        Cue("wish", Intent.OPPORTUNITY, 1.8, "wishes for something new", phrases(*wish)),
        Cue("giveaway", Intent.OTHER, 3.0, "a giveaway or a contest", phrases(*giveaway)),
    )
