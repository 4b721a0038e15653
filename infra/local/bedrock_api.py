"""A stand-in for Amazon Bedrock: a loopback server that boto3 uses as the service, with a model that labels posts.

It speaks the Converse API and labels as it is told to, so that the reader's real client code runs without an account::

    with BedrockApi({"my refund never came": Label("complaint", "M")}) as api:
        boto3.client("bedrock-runtime", endpoint_url=api.url, ...)

Shapes follow botocore's ``bedrock-runtime/2023-09-30/service-2.json``. Tokens are counted as four characters each.
What a real model would answer nobody can say here: a post without a label is answered from the lexicon.
"""

import json
import re
import threading
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from earshot.triage.reader.orders import gives_orders, plain
from earshot.triage.sentiment import lexicon
from infra.local.loopback import Handler, Loopback

Document = dict[str, Any]
_PATH = re.compile(r"/model/([^/]+)/converse")
_POST = re.compile(r"<post (?P<mark>\w+) (?P<number>\d+)>(?P<text>.*)</post (?P=mark) (?P=number)>")
_DRIP_SECONDS = 0.2


class BedrockFault(StrEnum):
    """What the stand-in can be told to do in place of a good answer, as the real service and real models do it."""

    THROTTLE = "ThrottlingException"
    NOT_READY = "ModelNotReadyException"
    MODEL_TIMEOUT = "ModelTimeoutException"
    MODEL_ERROR = "ModelErrorException"
    ACCESS_DENIED = "AccessDeniedException"
    NOT_FOUND = "ResourceNotFoundException"
    INVALID = "ValidationException"
    UNAVAILABLE = "ServiceUnavailableException"
    SERVER_ERROR = "InternalServerException"
    HANG = "hang"
    """The request is read and never answered."""
    DRIP = "drip"
    """The answer comes byte by byte, so that no timeout of a single read ends the wait."""
    GARBLED = "garbled"
    """200 with a body that is no JSON."""
    REFUSE = "refuse"
    """The model answers in words and calls no tool."""
    OUTSIDE_FORM = "outside the form"
    """Labels, numbers and letters that the form does not have, and a post that is labelled twice."""
    FEWER = "fewer"
    """Every second post is left out."""
    OBEY = "obey"
    """The model does what an order in a post says: everything is praise, and nothing is urgent."""


_STATUS = {
    BedrockFault.THROTTLE: 429,
    BedrockFault.NOT_READY: 429,
    BedrockFault.MODEL_TIMEOUT: 408,
    BedrockFault.MODEL_ERROR: 424,
    BedrockFault.ACCESS_DENIED: 403,
    BedrockFault.NOT_FOUND: 404,
    BedrockFault.INVALID: 400,
    BedrockFault.UNAVAILABLE: 503,
    BedrockFault.SERVER_ERROR: 500,
}


@dataclass(frozen=True, slots=True)
class Label:
    """What the model says of a post: its intent, and the letter of the reason if it is urgent, else ``-``."""

    intent: str
    reason: str = "-"


@dataclass(slots=True)
class Request:
    """A request as it came: the model, the body, and the posts in it by number."""

    model: str
    body: Document
    posts: dict[int, str] = field(default_factory=dict[int, str])


class _RefusalError(Exception):
    def __init__(self, kind: str, message: str, status: int) -> None:
        super().__init__(message)
        self.kind, self.message, self.status = kind, message, status


class BedrockApi(Loopback):
    """The server; its ``url`` is what ``AWS_ENDPOINT_URL_BEDROCK_RUNTIME`` is set to.

    ``labels`` are by the text of a post. ``requests`` are those that came, refused ones too.
    """

    def __init__(self, labels: Mapping[str, Label] | None = None, port: int = 0) -> None:
        super().__init__(_BedrockHandler, port)
        self.requests: list[Request] = []
        self._labels: dict[str, Label] = {}
        self._faults: deque[BedrockFault] = deque()
        self._lock = threading.Lock()
        self.learn(labels or {})

    def learn(self, labels: Mapping[str, Label]) -> None:
        """Label posts with these texts so, from now on."""
        with self._lock:
            self._labels |= labels

    def inject(self, fault: BedrockFault, times: int = 1) -> None:
        """Give the next ``times`` requests ``fault``, after the faults that were injected before."""
        with self._lock:
            self._faults.extend([fault] * times)

    def forget(self) -> None:
        """Reset the requests, the faults and the labels."""
        with self._lock:
            self.requests.clear()
            self._faults.clear()
            self._labels.clear()

    def answer(self, path: str, body: bytes) -> tuple[BedrockFault | None, Document]:
        """The service's reply to one request, with the fault that it has; or _RefusalError."""
        request = _read(path, body)
        with self._lock:
            self.requests.append(request)
            fault = self._faults.popleft() if self._faults else None
        if fault is not None and fault in _STATUS:
            raise _RefusalError(str(fault), "The stand-in was told to refuse.", _STATUS[fault])
        if fault is BedrockFault.HANG:
            self.closing.wait()
            raise ConnectionAbortedError
        said = self._said(request, fault)
        usage = _usage(request.body, said)
        return fault, {
            "output": {"message": {"role": "assistant", "content": [said]}},
            "stopReason": "end_turn" if "text" in said else "tool_use",
            "usage": usage | {"totalTokens": sum(usage.values())},
            "metrics": {"latencyMs": 1},
        }

    def _said(self, request: Request, fault: BedrockFault | None) -> Document:
        """The block of content that the model writes."""
        labels = label_posts(request.posts, self._labels)
        if fault is BedrockFault.OBEY:
            labels = [label | {"intent": "praise", "urgent": "n", "reason": "-"} for label in labels]
        if fault is BedrockFault.REFUSE:
            return {"text": "I am sorry, but I cannot help with labelling these posts."}
        if fault is BedrockFault.FEWER:
            given = zip(request.posts.items(), labels, strict=True)
            labels = [label for (number, text), label in given if number % 2 or _is_control(text)]
        if fault is BedrockFault.OUTSIDE_FORM:
            labels = [*_outside(request, labels), labels[-1], labels[-1]]
        name = request.body["toolConfig"]["toolChoice"]["tool"]["name"]
        return {"toolUse": {"toolUseId": f"tooluse_{uuid.uuid4().hex}", "name": name, "input": {"labels": labels}}}


def posts_in(text: str) -> dict[int, str]:
    """The posts of a sheet, by number, as a model can tell them apart."""
    return {int(one["number"]): one["text"] for one in _POST.finditer(text)}


def label_posts(posts: Mapping[int, str], labels: Mapping[str, Label]) -> list[Document]:
    """The labels of posts by number, as the model writes them; ``labels`` are by the texts of posts."""
    known = {_known_as(text): label for text, label in labels.items()}
    found = {number: known.get(_known_as(text)) or _by_lexicon(text) for number, text in posts.items()}
    return [
        {
            "post": number,
            "intent": label.intent,
            "urgent": "n" if label.reason == "-" else "y",
            "reason": label.reason,
        }
        for number, label in found.items()
    ]


def _known_as(text: str) -> str:
    """The text by which a post is recognised: as it is quoted, up to where it may be cut."""
    return plain(text).replace("<", "‹").replace(">", "›")[:500]


def _is_control(text: str) -> bool:
    return text.startswith("@brand ")


def _by_lexicon(text: str) -> Label:
    """A plain guess; the reader's control posts are guessed rightly."""
    measured = lexicon.measure(text, "en")
    if _is_control(text):
        return Label("complaint", "D") if "bleeding" in text else Label("praise")
    if gives_orders(text) or measured is None:
        return Label("other")
    return Label({"negative": "complaint", "positive": "praise"}.get(measured.label, "other"))


def _outside(request: Request, labels: list[Document]) -> list[Document]:
    """Each label broken in another way, but for the control posts."""
    breaks: tuple[Document, ...] = (
        {"intent": "rant"},
        {"post": 999},
        {"post": "1"},
        {"urgent": "maybe"},
        {"reason": "X"},
        {"urgent": "y", "reason": "-"},
        {"note": "as you wish"},
    )
    return [
        label if _is_control(text) else label | breaks[number % len(breaks)]
        for (number, text), label in zip(request.posts.items(), labels, strict=True)
    ]


def _usage(body: Document, said: Document) -> dict[str, int]:
    sent = json.dumps([body.get("system"), body["messages"], body["toolConfig"]])
    return {"inputTokens": len(sent) // 4, "outputTokens": len(json.dumps(said)) // 4}


def _read(path: str, body: bytes) -> Request:
    found = _PATH.fullmatch(urlsplit(path).path)
    if found is None:
        raise _RefusalError("UnknownOperationException", f"The stand-in does not know {path!r}.", HTTPStatus.NOT_FOUND)
    request: Any = None
    asked: object = None
    try:
        request = json.loads(body)
        tool = request["toolConfig"]["toolChoice"]["tool"]["name"]
        if tool in [one["toolSpec"]["name"] for one in request["toolConfig"]["tools"]]:
            asked = request["messages"][0]["content"][0]["text"]
    except (ValueError, LookupError, TypeError):
        asked = None
    if not isinstance(asked, str):
        raise _RefusalError("ValidationException", "The request lacks a message or its tool.", HTTPStatus.BAD_REQUEST)
    return Request(unquote(found[1]), cast("Document", request), posts_in(asked))


class _BedrockHandler(Handler):
    def do_POST(self) -> None:  # the name that http.server looks for
        body, api = self.body(), cast("BedrockApi", self.owner)
        headers = {"Content-Type": "application/json", "x-amzn-RequestId": str(uuid.uuid4())}
        try:
            fault, answer = api.answer(self.path, body)
        except _RefusalError as refusal:
            kind = {"x-amzn-ErrorType": f"{refusal.kind}:http://internal.amazon.com/coral/com.amazon.bedrock/"}
            return self.reply(refusal.status, json.dumps({"message": refusal.message}).encode(), headers | kind)
        if fault is BedrockFault.GARBLED:
            return self.reply(HTTPStatus.OK, b"<html>not what you asked for</html>", headers)
        if fault is BedrockFault.DRIP:
            return self._drip(json.dumps(answer).encode(), headers)
        return self.reply(HTTPStatus.OK, json.dumps(answer).encode(), headers)

    def _drip(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Send an answer byte by byte, until the server closes."""
        self.send_response(HTTPStatus.OK)
        for name, value in (*headers.items(), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        for position in range(len(body)):
            self.wfile.write(body[position : position + 1])
            self.wfile.flush()
            if self.owner.closing.wait(_DRIP_SECONDS):
                return
