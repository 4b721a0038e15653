"""Who measures which post: Comprehend where it serves the language, the lexicon where it does not or did not."""

from collections.abc import Callable, Sequence

from earshot.triage.judgement import Sentiment
from earshot.triage.language.detector import comprehend_code
from earshot.triage.sentiment import lexicon

Measure = Callable[[Sequence[tuple[str, str]]], list[Sentiment | None]]


def measure_all(items: Sequence[tuple[str, str | None]], comprehend: Measure | None) -> list[Sentiment | None]:
    """The sentiment of each (text, language), in order; None where nobody can judge it, which is not "neutral".

    ``comprehend`` takes (text, Comprehend's language code) and answers None for what it did not serve. None in its
    place (out of budget, or offline) leaves all to the lexicon. ``Sentiment.analyzer`` tells who measured.
    """
    measured: list[Sentiment | None] = [None] * len(items)
    if comprehend:
        served = [
            (position, text, code)
            for position, (text, language) in enumerate(items)
            if text.strip() and (code := comprehend_code(language))
        ]
        answers = comprehend([(text, code) for _, text, code in served]) if served else []
        for (position, _, _), answer in zip(served, answers, strict=True):
            measured[position] = answer
    return [
        sentiment or lexicon.measure(text, language)
        for sentiment, (text, language) in zip(measured, items, strict=True)
    ]
