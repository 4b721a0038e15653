"""The Comprehend adapter: limits, languages, and each way the service can fail."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.judgement import Analyzer
from earshot.triage.sentiment.comprehend import MAX_BATCH_DOCUMENTS, MAX_DOCUMENT_BYTES, Comprehend, clip, units

FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
URL = "https://comprehend.eu-west-1.amazonaws.com"


class Service:
    """Gives each document its length in thousands as negative share, and records the calls."""

    def __init__(self, *, refused: frozenset[str] = frozenset(), error: Exception | None = None) -> None:
        self.refused = refused
        self.error = error
        self.calls: list[tuple[str, list[str]]] = []

    def batch_detect_sentiment(self, *, TextList: list[str], LanguageCode: str) -> dict[str, Any]:
        self.calls.append((LanguageCode, TextList))
        if self.error:
            raise self.error
        results = [
            {"Index": index, "Sentiment": "NEGATIVE", "SentimentScore": _score(len(text))}
            for index, text in enumerate(TextList)
            if text not in self.refused
        ]
        errors = [
            {"Index": index, "ErrorCode": "INTERNAL_SERVER_ERROR", "ErrorMessage": "no"}
            for index, text in enumerate(TextList)
            if text in self.refused
        ]
        # The service promises no order.
        return {"ResultList": results[::-1], "ErrorList": errors}


def _score(length: int) -> dict[str, float]:
    return {"Positive": 0.0, "Negative": length / 1_000, "Neutral": 1 - length / 1_000, "Mixed": 0.0}


def _client_error(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "BatchDetectSentiment")


@given(st.lists(st.tuples(st.text(max_size=40), st.sampled_from(["en", "es", "ja"])), max_size=90))
def test_each_text_is_sent_once_and_gets_its_own_result(texts: list[tuple[str, str]]) -> None:
    service = Service()
    sentiments = Comprehend(service).measure(texts)
    sent = [(document, language) for language, documents in service.calls for document in documents]
    kept = [(clip(text), language) for text, language in texts if text.strip()]
    assert sorted(sent) == sorted(kept)
    assert all(1 <= len(documents) <= MAX_BATCH_DOCUMENTS for _, documents in service.calls)
    for (text, _), sentiment in zip(texts, sentiments, strict=True):
        assert (sentiment is None) == (not text.strip())
        if sentiment:
            assert sentiment.negative == pytest.approx(len(clip(text)) / 1_000)
            assert sentiment.analyzer is Analyzer.COMPREHEND


def test_a_batch_is_full_before_the_next_begins() -> None:
    service = Service()
    Comprehend(service).measure([(f"text {number}", "en") for number in range(60)])
    assert [len(documents) for _, documents in service.calls] == [25, 25, 10]


def test_a_rejected_document_does_not_affect_the_others() -> None:
    comprehend = Comprehend(Service(refused=frozenset({"bad"})))
    first, second, third = comprehend.measure([("good", "en"), ("bad", "en"), ("fine", "en")])
    assert first is not None
    assert second is None
    assert third is not None
    assert comprehend.unserved == {"INTERNAL_SERVER_ERROR": 1}


@pytest.mark.parametrize(
    "error",
    [
        _client_error("ThrottlingException"),
        _client_error("TooManyRequestsException"),
        _client_error("InternalServerException", 500),
        _client_error("ServiceUnavailable", 503),
        _client_error("SlowDown", 429),
        _client_error("UnsupportedLanguageException"),
        _client_error("InvalidRequestException"),
        EndpointConnectionError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
    ],
)
def test_a_temporary_failure_leaves_the_texts_of_the_call_without_sentiment(error: Exception) -> None:
    comprehend = Comprehend(Service(error=error))
    assert comprehend.measure([("one", "en"), ("two", "en")]) == [None, None]
    assert comprehend.units_used == 0
    assert comprehend.unserved.total() == 2


@pytest.mark.parametrize("code", ["AccessDeniedException", "ExpiredTokenException", "BatchSizeLimitExceededException"])
def test_what_an_operator_must_see_is_raised(code: str) -> None:
    with pytest.raises(ClientError, match=code):
        Comprehend(Service(error=_client_error(code))).measure([("one", "en")])


def test_the_request_and_the_response_conform_to_the_service_model() -> None:
    client = boto3.client("comprehend", region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")
    score = {"Positive": 0.1, "Negative": 0.6, "Neutral": 0.2, "Mixed": 0.1}
    with Stubber(client) as stubber:
        stubber.add_response(
            "batch_detect_sentiment",
            {
                "ResultList": [{"Index": 0, "Sentiment": "NEGATIVE", "SentimentScore": score}],
                "ErrorList": [{"Index": 1, "ErrorCode": "TEXT_SIZE_LIMIT_EXCEEDED", "ErrorMessage": "no"}],
            },
            {"TextList": ["awful", "worse"], "LanguageCode": "en"},
        )
        stubber.add_client_error("batch_detect_sentiment", "ThrottlingException", http_status_code=400)
        comprehend = Comprehend(client)
        first, second = comprehend.measure([("awful", "en"), ("worse", "en")])
        assert comprehend.measure([("awful", "en")]) == [None]
        stubber.assert_no_pending_responses()
    assert first is not None
    assert (first.positive, first.negative, first.neutral, first.mixed) == (0.1, 0.6, 0.2, 0.1)
    assert second is None


@pytest.mark.parametrize(("characters", "billed"), [(0, 3), (1, 3), (300, 3), (301, 4), (400, 4), (5_000, 50)])
def test_units(characters: int, billed: int) -> None:
    assert units("x" * characters) == billed


def test_units_add_up_over_calls() -> None:
    comprehend = Comprehend(Service())
    comprehend.measure([("short", "en"), ("x" * 450, "en")])
    comprehend.measure([("short", "es"), ("  ", "es")])
    assert comprehend.units_used == 3 + 5 + 3


@given(st.text(), st.integers(min_value=4, max_value=60))
def test_a_clipped_text_is_a_beginning_that_fits(text: str, limit: int) -> None:
    clean = text.encode("utf-8", "replace").decode("utf-8")
    clipped = clip(text, limit)
    assert clean.startswith(clipped)
    assert len(clipped.encode("utf-8")) <= limit
    assert bool(clipped) == bool(clean)


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "abc"),
        ("aß", 2, "a"),
        ("tea " + FAMILY, 11, "tea "),
        ("tea " + FAMILY, 4 + len(FAMILY.encode()), "tea " + FAMILY),
        ("ok\N{THUMBS UP SIGN}\U0001f3fd", 6, "ok"),
        ("cafe\u0301", 5, "caf"),
        (FAMILY, 5, "\N{MAN}"),
        ("half \ud83d", 100, "half ?"),
    ],
)
def test_a_text_is_cut_between_visible_characters(text: str, limit: int, clipped: str) -> None:
    assert clip(text, limit) == clipped


def test_what_is_sent_never_exceeds_the_limit() -> None:
    service = Service()
    Comprehend(service).measure([("€" * 3_000, "en")])
    ((_, (document,)),) = service.calls
    assert len(document.encode()) == MAX_DOCUMENT_BYTES - MAX_DOCUMENT_BYTES % 3
