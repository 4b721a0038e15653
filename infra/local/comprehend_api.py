"""A stand-in for Amazon Comprehend: a loopback server that boto3 uses as the service.

It speaks the service's JSON 1.1 protocol, keeps its limits and answers from the lexicon, so that the classifier's real
client code runs without an account::

    with ComprehendApi() as api:
        boto3.client("comprehend", endpoint_url=api.url, ...)

Shapes and limits follow botocore's ``comprehend/2017-11-27/service-2.json``. What the model leaves open follows what
the service was seen to answer: a language outside the model's list is a ``ValidationException`` and a text too long
names both sizes. The codes of single documents (``TEXT_SIZE_LIMIT_EXCEEDED``, ``INTERNAL_SERVER_ERROR``) are those
that client code in the field looks for; the model calls them just strings.
"""

import json
import threading
import uuid
from collections import Counter, deque
from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit

from earshot.triage.language import detector as language
from earshot.triage.sentiment import lexicon
from infra.local.loopback import Handler, Loopback

TARGET_PREFIX = "Comprehend_20171127."
LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "ar", "hi", "ja", "ko", "zh", "zh-TW")
BATCH_LIMIT = 25
DOCUMENT_LIMIT = 5_000
"""Bytes of UTF-8 in one document of a batch, and in one text of DetectSentiment."""
LANGUAGE_TEXT_LIMIT = 100_000
"""Bytes of UTF-8 in one text of DetectDominantLanguage."""

Document = dict[str, Any]


class ComprehendFault(StrEnum):
    """Faults that the stand-in can inject, as the real service has them."""

    THROTTLE = "throttle"
    """400 ThrottlingException: the call rate is above the account's quota."""
    SERVER_ERROR = "server error"
    """500 InternalServerException."""
    UNAVAILABLE = "unavailable"
    """503 from in front of the service, with a body that is not JSON."""
    HANG = "hang"
    """The request is read and never answered: the client's own timeout must end the wait."""
    UNSUPPORTED_LANGUAGE = "unsupported language"
    """400 UnsupportedLanguageException: the model names it, and the service may say it of a language in its list."""


class _RefusalError(Exception):
    """The service refuses the request: the type of the error, its message, and the HTTP status."""

    def __init__(self, kind: str, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.kind, self.message, self.status = kind, message, status


class ComprehendApi(Loopback):
    """The server; its ``url`` is what ``AWS_ENDPOINT_URL_COMPREHEND`` is set to.

    ``calls`` counts every request by operation, refused ones too; ``documents`` counts the texts they carried.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(_ComprehendHandler, port)
        self.calls: Counter[str] = Counter()
        self.documents: Counter[str] = Counter()
        self._faults: deque[ComprehendFault] = deque()
        self._failing: dict[str, int | None] = {}
        self._lock = threading.Lock()

    def inject(self, fault: ComprehendFault, times: int = 1) -> None:
        """Give the next ``times`` requests ``fault``, after the faults that were injected before."""
        with self._lock:
            self._faults.extend([fault] * times)

    def fail_documents(self, containing: str, times: int | None = None) -> None:
        """In batches, a document that contains ``containing`` is in the ErrorList; ``times`` None means always."""
        with self._lock:
            self._failing[containing] = times

    def forget(self) -> None:
        """Reset the counters and the faults."""
        with self._lock:
            self.calls.clear()
            self.documents.clear()
            self._faults.clear()
            self._failing.clear()

    def answer(self, operation: str, request: Document) -> Document:
        """The service's reply to one request, or _RefusalError."""
        texts = request.get("TextList")
        with self._lock:
            self.calls[operation] += 1
            self.documents[operation] += len(cast("list[object]", texts)) if isinstance(texts, list) else 1
            fault = self._faults.popleft() if self._faults else None
        if fault is not None:
            self._fail(fault)
        return self._reply(operation, request)

    def answer_at_once(self, operation: str, request: Document) -> Document | None:
        """The reply to a client in this process; None where it is to be asked over HTTP: a fault waits, or a refusal.

        Only what is answered is counted here.
        """
        with self._lock:
            if self._faults or self._failing:
                return None
        try:
            reply = self._reply(operation, request)
        except _RefusalError:
            return None
        with self._lock:
            self.calls[operation] += 1
            self.documents[operation] += len(request.get("TextList", [""]))
        return reply

    def _reply(self, operation: str, request: Document) -> Document:
        match operation:
            case "BatchDetectSentiment":
                code = _language_code(request)
                return self._batch(request, lambda text: _sentiment(text, code))
            case "BatchDetectDominantLanguage":
                return self._batch(request, _dominant_language)
            case "DetectSentiment":
                return _sentiment(_single_text(request, DOCUMENT_LIMIT), _language_code(request))
            case "DetectDominantLanguage":
                return _dominant_language(_single_text(request, LANGUAGE_TEXT_LIMIT))
            case _:
                pass
        raise _RefusalError("UnknownOperationException", f"The stand-in does not know the operation {operation!r}.")

    def _fail(self, fault: ComprehendFault) -> None:
        match fault:
            case ComprehendFault.THROTTLE:
                raise _RefusalError("ThrottlingException", "Rate exceeded")
            case ComprehendFault.SERVER_ERROR:
                raise _RefusalError("InternalServerException", "Internal error", HTTPStatus.INTERNAL_SERVER_ERROR)
            case ComprehendFault.UNSUPPORTED_LANGUAGE:
                raise _RefusalError("UnsupportedLanguageException", "The language of the input text is not supported.")
            case ComprehendFault.UNAVAILABLE:
                raise _RefusalError("", "<html><body>Service Unavailable</body></html>", HTTPStatus.SERVICE_UNAVAILABLE)
            case ComprehendFault.HANG:
                self.closing.wait()
                raise ConnectionAbortedError

    def _batch(self, request: Document, judge: Callable[[str], Document]) -> Document:
        given = request.get("TextList")
        if not isinstance(given, list) or not given:
            raise _invalid("textList", "Member must have length greater than or equal to 1")
        texts = cast("list[str]", given)
        if len(texts) > BATCH_LIMIT:
            raise _RefusalError(
                "BatchSizeLimitExceededException",
                f"Please use a smaller number of items in a single batch. Maximum batch size is {BATCH_LIMIT}.",
            )
        if any(not isinstance(text, str) or not text for text in cast("list[object]", given)):
            raise _invalid("textList", "Member must have length greater than or equal to 1")
        results: list[Document] = []
        errors: list[Document] = []
        for index, text in enumerate(texts):
            error = self._document_error(text)
            (errors if error else results).append({"Index": index, **(error or judge(text))})
        return {"ResultList": results, "ErrorList": errors}

    def _document_error(self, text: str) -> Document | None:
        if size := _excess(text, DOCUMENT_LIMIT):
            return {"ErrorCode": "TEXT_SIZE_LIMIT_EXCEEDED", "ErrorMessage": _too_long(size, DOCUMENT_LIMIT)}
        with self._lock:
            for marker, times in self._failing.items():
                if marker in text and times != 0:
                    self._failing[marker] = None if times is None else times - 1
                    return {"ErrorCode": "INTERNAL_SERVER_ERROR", "ErrorMessage": "Internal error"}
        return None


def _sentiment(text: str, code: str) -> Document:
    # The service always gives an answer: neutral, where the lexicon has none.
    shares = {"Positive": 0.01, "Negative": 0.01, "Neutral": 0.97, "Mixed": 0.01}
    measured = lexicon.measure(text, code)
    if measured is not None:
        shares = {name: getattr(measured, name.lower()) for name in shares}
    return {"Sentiment": measured.label.upper() if measured else "NEUTRAL", "SentimentScore": shares}


def _dominant_language(text: str) -> Document:
    code = language.resolve(text, None)
    return {"Languages": [{"LanguageCode": code, "Score": 0.99}] if code else []}


def _language_code(request: Document) -> str:
    code = request.get("LanguageCode")
    if code not in LANGUAGES:
        raise _invalid("languageCode", f"Member must satisfy enum value set: [{', '.join(LANGUAGES)}]")
    return code


def _single_text(request: Document, limit: int) -> str:
    text = request.get("Text")
    if not isinstance(text, str) or not text:
        raise _invalid("text", "Member must have length greater than or equal to 1")
    if size := _excess(text, limit):
        raise _RefusalError("TextSizeLimitExceededException", _too_long(size, limit))
    return text


def _excess(text: str, limit: int) -> int:
    """The size of the text in bytes where it is above the limit, else 0."""
    size = len(text.encode())
    return size if size > limit else 0


def _too_long(size: int, limit: int) -> str:
    return (
        f"Input text size exceeds limit. Max length of request text allowed is {limit} bytes "
        f"while in this request the text size is {size} bytes"
    )


def _invalid(field: str, constraint: str) -> _RefusalError:
    return _RefusalError(
        "ValidationException",
        f"1 validation error detected: Value at '{field}' failed to satisfy constraint: {constraint}",
    )


class _ComprehendHandler(Handler):
    def do_POST(self) -> None:  # the name that http.server looks for
        request, operation = self.body(), self.headers.get("X-Amz-Target", "").removeprefix(TARGET_PREFIX)
        status: HTTPStatus = HTTPStatus.OK
        try:
            answer = json.dumps(cast("ComprehendApi", self.owner).answer(operation, _read(self.path, request)))
        except _RefusalError as refusal:
            # A refusal without a type comes from in front of the service, and is not JSON.
            problem = json.dumps({"__type": refusal.kind, "Message": refusal.message})
            status, answer = refusal.status, problem if refusal.kind else refusal.message
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
        self.reply(status, answer.encode(), headers)


def _read(path: str, body: bytes) -> Document:
    try:
        request = json.loads(body)
    except ValueError:
        request = None
    if urlsplit(path).path != "/" or not isinstance(request, dict):
        raise _RefusalError("SerializationException", "The body is not a JSON object, or the path is not '/'.")
    return cast("Document", request)
