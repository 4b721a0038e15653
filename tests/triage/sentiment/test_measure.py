"""Which analyzer measures which post."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.judgement import Analyzer, Sentiment
from earshot.triage.language.detector import comprehend_code
from earshot.triage.sentiment.measure import measure_all

SURE = Sentiment(positive=0.0, negative=0.9, neutral=0.1, mixed=0.0, analyzer=Analyzer.COMPREHEND)


class Measured:
    """A stand-in for Comprehend that gives every text the same answer and records the texts."""

    def __init__(self, answer: Sentiment | None = SURE) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def __call__(self, texts: Sequence[tuple[str, str]]) -> list[Sentiment | None]:
        self.asked += texts
        return [self.answer] * len(texts)


def test_comprehend_measures_its_languages_and_the_lexicon_the_rest() -> None:
    comprehend = Measured()
    items = [("awful tea", "en"), ("slechte thee", "nl"), ("awful", None), ("ひどい", "ja")]
    sentiments = measure_all(items, comprehend)
    assert comprehend.asked == [("awful tea", "en"), ("ひどい", "ja")]
    assert [sentiment and sentiment.analyzer for sentiment in sentiments] == [
        Analyzer.COMPREHEND,
        None,
        Analyzer.LEXICON,
        Analyzer.COMPREHEND,
    ]


def test_the_lexicon_measures_what_comprehend_did_not() -> None:
    english, japanese = measure_all([("awful tea", "en"), ("ひどい", "ja")], Measured(answer=None))
    assert english is not None
    assert english.analyzer is Analyzer.LEXICON
    assert japanese is None


def test_without_comprehend_the_lexicon_measures() -> None:
    (sentiment,) = measure_all([("awful tea", "en")], None)
    assert sentiment is not None
    assert sentiment.analyzer is Analyzer.LEXICON


def test_comprehend_is_not_called_without_texts() -> None:
    comprehend = Measured()
    assert measure_all([("  ", "en"), ("thee", "nl")], comprehend) == [None, None]
    assert comprehend.asked == []


@given(st.lists(st.tuples(st.text(), st.sampled_from(["en", "ja", "nl", "es", None]))))
def test_each_item_gets_its_own_result(items: list[tuple[str, str | None]]) -> None:
    sentiments = measure_all(items, Measured())
    assert len(sentiments) == len(items)
    for (text, language), sentiment in zip(items, sentiments, strict=True):
        by_comprehend = sentiment is not None and sentiment.analyzer is Analyzer.COMPREHEND
        assert by_comprehend == bool(text.strip() and comprehend_code(language))
