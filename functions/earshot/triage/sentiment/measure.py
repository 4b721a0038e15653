"""Sentiment measurement: by Comprehend for the languages it supports, by the lexicon for the rest."""

from collections.abc import Callable, Sequence

from earshot.triage.judgement import Sentiment
from earshot.triage.language.detector import comprehend_code
from earshot.triage.sentiment import lexicon

Measure = Callable[[Sequence[tuple[str, str]]], list[Sentiment | None]]


def measure_all(items: Sequence[tuple[str, str | None]], comprehend: Measure | None) -> list[Sentiment | None]:
    """The sentiment of each (text, language), in order; None, which is not "neutral", where neither can measure it.

    ``comprehend`` takes pairs of text and Comprehend's language code, and gives None for a text that it could not
    measure; the lexicon measures that one. If ``comprehend`` itself is None (over budget, or offline), the lexicon
    measures everything. ``Sentiment.analyzer`` says which of the two it was.
    """
    measured: list[Sentiment | None] = [None] * len(items)
    if comprehend:
        supported = [
            (position, text, code)
            for position, (text, language) in enumerate(items)
            if text.strip() and (code := comprehend_code(language))
        ]
        answers = comprehend([(text, code) for _, text, code in supported]) if supported else []
        for (position, _, _), answer in zip(supported, answers, strict=True):
            measured[position] = answer
    return [
        sentiment or lexicon.measure(text, language)
        for sentiment, (text, language) in zip(measured, items, strict=True)
    ]
