"""Comprehend's stand-in, asked by the real boto3 client."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, ReadTimeoutError

from infra.local.comprehend_api import BATCH_LIMIT, DOCUMENT_LIMIT, ComprehendApi, ComprehendFault


@pytest.fixture
def api() -> Iterator[ComprehendApi]:
    with ComprehendApi() as api:
        yield api


@pytest.fixture
def comprehend(api: ComprehendApi) -> Any:
    return client(api)


def client(api: ComprehendApi, **config: Any) -> Any:
    """A client that tries once, so that each refusal is seen."""
    once = {"retries": {"total_max_attempts": 1}, "connect_timeout": 2, "read_timeout": 5}
    return boto3.client(
        "comprehend",
        endpoint_url=api.url,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(**once | config),
    )


def refusal(call: Any, **request: Any) -> tuple[str, int]:
    """The code and the HTTP status of the error that the call must end in."""
    with pytest.raises(ClientError) as error:
        call(**request)
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_batch_is_answered_in_order_with_four_shares(comprehend):
    reply = comprehend.batch_detect_sentiment(
        TextList=["I love this airline, thank you!", "Terrible, you lost my bag and I hate it."], LanguageCode="en"
    )
    assert [(item["Index"], item["Sentiment"]) for item in reply["ResultList"]] == [(0, "POSITIVE"), (1, "NEGATIVE")]
    assert reply["ErrorList"] == []
    for item in reply["ResultList"]:
        assert sum(item["SentimentScore"].values()) == pytest.approx(1, abs=0.01)
        assert item["SentimentScore"].keys() == {"Positive", "Negative", "Neutral", "Mixed"}


def test_one_text_is_judged_as_in_a_batch(comprehend):
    text = "Worst service ever."
    alone = comprehend.detect_sentiment(Text=text, LanguageCode="en")
    batch = comprehend.batch_detect_sentiment(TextList=[text], LanguageCode="en")["ResultList"][0]
    assert (alone["Sentiment"], alone["SentimentScore"]) == (batch["Sentiment"], batch["SentimentScore"])


def test_what_the_lexicon_cannot_measure_is_neutral_as_the_service_always_answers(comprehend):
    reply = comprehend.detect_sentiment(Text="荷物がまだ届きません。", LanguageCode="ja")
    assert reply["Sentiment"] in {"NEUTRAL", "NEGATIVE"}
    assert sum(reply["SentimentScore"].values()) == pytest.approx(1, abs=0.01)


def test_the_dominant_language_is_told(comprehend):
    text = "The flight was late and nobody at the desk could tell us why."
    assert comprehend.detect_dominant_language(Text=text)["Languages"][0]["LanguageCode"] == "en"
    batch = comprehend.batch_detect_dominant_language(TextList=[text, text])
    assert [item["Languages"][0]["LanguageCode"] for item in batch["ResultList"]] == ["en", "en"]


def test_a_batch_above_the_limit_is_refused_whole(comprehend):
    comprehend.batch_detect_sentiment(TextList=["ok"] * BATCH_LIMIT, LanguageCode="en")
    code, status = refusal(comprehend.batch_detect_sentiment, TextList=["ok"] * (BATCH_LIMIT + 1), LanguageCode="en")
    assert (code, status) == ("BatchSizeLimitExceededException", 400)


def test_a_document_above_the_limit_fails_alone_and_bytes_count_not_characters(comprehend):
    fits, exceeds = "é" * (DOCUMENT_LIMIT // 2), "é" * (DOCUMENT_LIMIT // 2) + "!"
    reply = comprehend.batch_detect_sentiment(TextList=[fits, exceeds, "fine"], LanguageCode="fr")
    assert [item["Index"] for item in reply["ResultList"]] == [0, 2]
    assert [(item["Index"], item["ErrorCode"]) for item in reply["ErrorList"]] == [(1, "TEXT_SIZE_LIMIT_EXCEEDED")]
    code, status = refusal(comprehend.detect_sentiment, Text=exceeds, LanguageCode="fr")
    assert (code, status) == ("TextSizeLimitExceededException", 400)


@pytest.mark.parametrize("code", ["nl", "und", "EN", "xx"])
def test_a_language_outside_the_list_is_refused(comprehend, code):
    kind, status = refusal(comprehend.batch_detect_sentiment, TextList=["Hallo"], LanguageCode=code)
    assert (kind, status) == ("ValidationException", 400)


def test_an_empty_text_is_refused_by_the_service_too(api):
    unchecked = client(api, parameter_validation=False)
    assert refusal(unchecked.detect_sentiment, Text="", LanguageCode="en")[0] == "ValidationException"
    assert refusal(unchecked.batch_detect_sentiment, TextList=["ok", ""], LanguageCode="en")[0] == "ValidationException"
    assert refusal(unchecked.batch_detect_sentiment, TextList=[], LanguageCode="en")[0] == "ValidationException"


def test_an_operation_that_is_not_served_is_refused_by_name(comprehend):
    with pytest.raises(ClientError, match="DetectKeyPhrases"):
        comprehend.detect_key_phrases(Text="The gate changed.", LanguageCode="en")


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (ComprehendFault.THROTTLE, "ThrottlingException", 400),
        (ComprehendFault.SERVER_ERROR, "InternalServerException", 500),
        (ComprehendFault.UNSUPPORTED_LANGUAGE, "UnsupportedLanguageException", 400),
        (ComprehendFault.UNAVAILABLE, "503", 503),
    ],
)
def test_a_fault_is_met_as_often_as_it_was_asked_for_and_then_no_more(api, comprehend, fault, code, status):
    api.inject(fault, times=2)
    ask = {"TextList": ["hello"], "LanguageCode": "en"}
    assert refusal(comprehend.batch_detect_sentiment, **ask) == (code, status)
    assert refusal(comprehend.batch_detect_sentiment, **ask) == (code, status)
    assert comprehend.batch_detect_sentiment(**ask)["ErrorList"] == []
    assert api.calls == {"BatchDetectSentiment": 3}


def test_a_throttled_call_succeeds_when_the_client_backs_off(api):
    patient = client(api, retries={"total_max_attempts": 3, "mode": "standard"})
    api.inject(ComprehendFault.THROTTLE)
    assert patient.batch_detect_sentiment(TextList=["hello"], LanguageCode="en")["ErrorList"] == []
    assert api.calls["BatchDetectSentiment"] == 2


def test_a_call_that_hangs_ends_in_the_clients_own_timeout(api):
    hasty = client(api, read_timeout=0.2)
    api.inject(ComprehendFault.HANG)
    with pytest.raises(ReadTimeoutError):
        hasty.batch_detect_sentiment(TextList=["hello"], LanguageCode="en")
    assert hasty.batch_detect_sentiment(TextList=["hello"], LanguageCode="en")["ResultList"]


def test_one_document_can_fail_while_its_neighbours_are_answered(api, comprehend):
    api.fail_documents(containing="poison", times=1)
    ask = {"TextList": ["fine", "poison", "fine too"], "LanguageCode": "en"}
    reply = comprehend.batch_detect_sentiment(**ask)
    assert [item["Index"] for item in reply["ResultList"]] == [0, 2]
    assert [(item["Index"], item["ErrorCode"]) for item in reply["ErrorList"]] == [(1, "INTERNAL_SERVER_ERROR")]
    assert comprehend.batch_detect_sentiment(**ask)["ErrorList"] == []


def test_calls_and_documents_are_counted_by_operation(api, comprehend):
    comprehend.batch_detect_sentiment(TextList=["a", "b", "c"], LanguageCode="en")
    comprehend.detect_dominant_language(Text="The gate changed and nobody told us.")
    assert api.calls == {"BatchDetectSentiment": 1, "DetectDominantLanguage": 1}
    assert api.documents == {"BatchDetectSentiment": 3, "DetectDominantLanguage": 1}


def test_a_closed_service_is_unreachable_even_over_a_kept_connection():
    with ComprehendApi() as api:
        kept = client(api)
        kept.detect_sentiment(Text="hello", LanguageCode="en")
    with pytest.raises(ConnectionError):
        kept.detect_sentiment(Text="hello", LanguageCode="en")


def test_a_given_port_is_used_again_at_once():
    with ComprehendApi() as first:
        port = first.port
    with ComprehendApi(port) as second:
        assert second.url == f"http://127.0.0.1:{port}"
        assert client(second).detect_sentiment(Text="hello", LanguageCode="en")["Sentiment"]
