"""Requests to an emulator in the same process, past HTTP: the same answers for a tenth of the time.

An emulated request takes a third of a millisecond, and HTTP on both of its ends several. So what the functions ask most
goes straight to the emulator's services, on the thread that asks. Everything else, and an SQS request that waits, goes
by HTTP as ever.
"""

import asyncio
import json
import threading
from asyncio import events
from base64 import b64decode, b64encode
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

import boto3
import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.model import OperationModel
from botocore.parsers import ResponseParser, create_parser

# The services as botocore's events name them. Their handlers do all of their work at once and await nothing.
SERVICES = ("dynamodb", "dynamodb-streams", "sns", "sqs", "secrets-manager")
_AT_ONCE = frozenset({"dynamodb", "dynamodbstreams", "sqs"})
# What may be answered without the emulator.
_OF_SNS = {"ListSubscriptionsByTopic", "CheckIfPhoneNumberIsOptedOut"}
_READS = {"GetItem", "BatchGetItem", "Query", "GetRecords", *_OF_SNS}
SHORT = frozenset({*_READS, "PutItem", "UpdateItem", "TransactWriteItems", "Publish"})
# In the answers to these JSON has everything as boto3 gives it, but for binary values, which it has in base64.
_OF_DYNAMODB = {"GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "TransactWriteItems"}
_OF_SQS = {"ReceiveMessage", "SendMessageBatch", "DeleteMessageBatch", "DeleteMessage"}
_AS_JSON = frozenset({*_OF_DYNAMODB, *_OF_SQS, "GetRecords"})
_PACKED = b'"B"'
_BINARY = (b'"BS"', b'"BinaryValue"')
_WAITS = b'"WaitTimeSeconds"'
Answer = tuple[int, Mapping[str, str], bytes]
Dispatch = Callable[[Mapping[str, str], bytes], Coroutine[None, None, Answer]]
"""What answers a POST to ``/`` with these headers, in lower case, and this body."""
Shortcut = Callable[[str, Mapping[str, Any], str], dict[str, Any] | None]
"""What answers an operation, as asked in a region, past the emulator; None where it cannot, and has done nothing."""
StandIn = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""What answers an operation of a JSON service in place of its stand-in; None: the stand-in is to be asked."""
Gate = Callable[[OperationModel, Mapping[str, Any]], tuple[AWSResponse, Any] | None]
"""What refuses an operation, as botocore answers it, or lets it pass with None."""


@dataclass(frozen=True, slots=True)
class _Call:
    """What is the same in each call of an operation by one client: who hears of it before and after, for example."""

    model: OperationModel
    url: str
    headers: Mapping[str, str]
    before: tuple[Callable[..., Any], ...]
    after: tuple[Callable[..., Any], ...]

    @classmethod
    def of(cls, meta: Any, operation_name: str) -> "_Call":
        """Those of a client with ``meta``; who registers with the client itself later is not heard."""
        model: OperationModel = meta.service_model.operation_model(operation_name)
        event = f"{model.service_model.service_id.hyphenize()}.{operation_name}"

        def of(kind: str) -> tuple[Callable[..., Any], ...]:
            found: list[Any] = list(meta.events._emitter._handlers.prefix_search(f"{kind}.{event}"))
            # botocore's own prepare headers, which nobody reads here.
            return tuple(one for one in found if not getattr(one, "__module__", "").startswith("botocore."))

        target = f"{model.metadata.get('targetPrefix', '')}.{operation_name}"
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"}
        return cls(model, f"{meta.endpoint_url}/", headers, of("before-call"), of("after-call"))


class DirectLine:
    """Takes the requests to ``url``, as ``account``, to ``dispatch``, one at a time; by HTTP until there is one."""

    def __init__(self, url: str, account: str) -> None:
        self._url = f"{url}/"
        self._host = url.partition("://")[2]
        self._account = account
        self._lock = threading.Lock()
        self._elsewhere = ThreadPoolExecutor(1)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dispatch: Dispatch | None = None
        self.shortcut: Shortcut | None = None
        """What is asked first."""
        self.stand_ins: dict[str, StandIn] = {}
        """Of other services, by their URL, in this process as well."""
        self.gate: Gate | None = None
        """What is asked before all others about each request of a function; None lets all pass."""
        self._parsers: dict[str, ResponseParser] = {}
        self._done: Any = AWSResponse(self._url, 200, cast("Any", {}), None)

    def lead_to(self, dispatch: Dispatch | None, shortcut: Shortcut | None = None) -> None:
        """Who answers from now on; None: nobody, and requests go by HTTP. ``shortcut`` is asked first."""
        with self._lock:
            self._dispatch, self.shortcut = dispatch, shortcut
            if self._loop is not None:
                self._loop.close()
            self._loop = None if dispatch is None else asyncio.new_event_loop()

    def session(self, core: botocore.session.Session | None = None, **options: str) -> boto3.Session:
        """A boto3 session whose requests this line takes; ``core`` and ``options`` are those of a session.

        Without a ``core`` it is for functions.
        """
        is_for_functions = core is None
        core = core or botocore.session.Session()
        # botocore's own name for itself has thirty parts, and is put together anew for each request.
        core.set_default_client_config(Config(user_agent="earshot"))
        session = boto3.Session(botocore_session=core, **options)
        if is_for_functions:
            ask: Any = self._ask_gate
            session.events.register_first("before-call", ask)
        # Last, so that whoever counts the calls, or answers them, comes before.
        answer: Any = self._answer
        # And of all services, for the handlers of one service come before those of all.
        session.events.register_last("before-call", answer)
        for service in ("dynamodb", "dynamodb-streams", "sns", "sqs", "comprehend"):
            session.events.register(f"creating-client-class.{service}", self._shorten)
        return session

    def _ask_gate(
        self, model: OperationModel, params: Mapping[str, Any], **_: object
    ) -> tuple[AWSResponse, Any] | None:
        """Whether a function may ask, as a handler of an event of botocore."""
        return None if self.gate is None else self.gate(model, params)

    def _answer(
        self, model: OperationModel, params: Mapping[str, Any], context: Mapping[str, Any], **_: object
    ) -> tuple[AWSResponse, Any] | None:
        """Answer in place of HTTP, as a handler of an event of botocore."""
        if self._dispatch is None:
            return None
        if params["url"] != self._url:
            stand_in = self.stand_ins.get(params["url"].removesuffix("/"))
            if stand_in is None:
                return None
            said = stand_in(model.name, params["asked"] if "asked" in params else json.loads(params["body"]))
            return None if said is None else (self._done, said | {"ResponseMetadata": _metadata()})
        if model.service_model.service_id.hyphenize() not in SERVICES:
            return None
        if "asked" in params and model.name not in _AS_JSON:
            return None
        given: Any = params["body"] if "body" in params else _body(params["asked"])
        body: bytes = given if isinstance(given, bytes) else urlencode(given).encode()
        if _WAITS in body:
            return None
        headers = {name.lower(): str(value) for name, value in params["headers"].items()} | {
            "host": self._host,
            # What the emulator reads in a signature: whose account, which region and service. It checks nothing.
            "authorization": f"AWS4-HMAC-SHA256 Credential={self._account}/20260101/{context['client_region']}/"
            f"{model.service_model.signing_name}/aws4_request, SignedHeaders=host, Signature=0",
        }
        with self._lock:
            if self._dispatch is None or self._loop is None:
                return None
            work = self._dispatch(headers, body)
            # Their work is done before the first await, and a turn of the event loop takes as long as a read.
            is_at_once = model.service_model.service_name in _AT_ONCE
            run: Any = _run_at_once if is_at_once else self._loop.run_until_complete
            # A thread whose own event loop runs, as Playwright's does, can run no other.
            call = partial(copy_context().run, run, work)
            answer: Answer = call() if events._get_running_loop() is None else self._elsewhere.submit(call).result()
        status, answered, content = answer
        http: Any = AWSResponse(self._url, status, cast("Any", answered), None)
        return http, self._parsed(model, status, answered, content)

    def _short_answer(
        self, operation: str, asked: Mapping[str, Any], region: str, url: str
    ) -> tuple[AWSResponse, Any] | None:
        """What the shortcut answers, if there is one and it can."""
        if self.shortcut is None or url != self._url:
            return None
        with self._lock:
            short = self.shortcut(operation, asked, region)
        return None if short is None else (self._done, short | {"ResponseMetadata": _metadata()})

    def _parsed(self, model: OperationModel, status: int, headers: Mapping[str, str], content: bytes) -> Any:
        if status == 200 and model.name in _AS_JSON and not any(name in content for name in _BINARY):
            answer = json.loads(content, object_hook=_decoded if _PACKED in content else None)
            for record in answer.get("Records", ()):
                change = record["dynamodb"]
                change["ApproximateCreationDateTime"] = datetime.fromtimestamp(
                    change["ApproximateCreationDateTime"], UTC
                )
            return {**answer, "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers}}
        protocol = model.service_model.protocol
        if protocol not in self._parsers:
            self._parsers[protocol] = create_parser(protocol)
        response: dict[str, object] = {"headers": headers, "status_code": status, "body": content, "context": {}}
        parser = cast("Any", self._parsers[protocol])
        parsed: dict[str, Any] = parser.parse(response, model.output_shape)
        # As botocore: what only this error says, such as why a transaction was cancelled.
        code = parsed.get("Error", {}).get("Code")
        shape: Any = model.service_model.shape_for_error_code(code) if status >= 300 and code else None
        if shape is not None:
            parsed |= parser.parse(response, shape)
        return parsed

    def _shorten(self, base_classes: list[type], **_: object) -> None:
        """Give a client class, as it is being made, a shorter way through botocore."""
        line = self

        class Shortened:
            meta: Any
            exceptions: Any

            def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> Any:
                """As botocore, with the handlers of its events but its own, and without its checks of what is asked."""
                is_stood_in = self.meta.endpoint_url in line.stand_ins
                is_short = is_stood_in or (operation_name in SHORT and line.shortcut is not None)
                if line._dispatch is None or not (is_short or operation_name in _AS_JSON):
                    return cast("Any", super())._make_api_call(operation_name, api_params)
                call = self.__dict__.get(operation_name)
                if call is None:
                    call = self.__dict__[operation_name] = _Call.of(self.meta, operation_name)
                params: dict[str, Any] = {"url": call.url, "asked": api_params, "headers": call.headers}
                if not is_short:
                    params["body"] = _body(api_params)
                region: str = self.meta.region_name
                context = {"client_region": region}
                answer: tuple[Any, Any] | None = None
                for handle in call.before:
                    if is_short and handle == line._answer:
                        answer = line._short_answer(operation_name, api_params, region, call.url)
                    answer = answer or handle(model=call.model, params=params, context=context)
                    if answer is not None:
                        break
                else:
                    return cast("Any", super())._make_api_call(operation_name, api_params)
                http, parsed = answer
                for handle in call.after:
                    handle(http_response=http, parsed=parsed, model=call.model, context=context)
                if http.status_code >= 300:
                    code = parsed.get("Error", {}).get("Code")
                    raise self.exceptions.from_code(code)(parsed, operation_name)
                return parsed

        base_classes.insert(0, Shortened)


def _metadata() -> dict[str, Any]:
    return {"HTTPStatusCode": 200, "HTTPHeaders": {}}


def _decoded(value: dict[str, Any]) -> dict[str, Any]:
    """A value of DynamoDB's, if it is a binary one, as boto3 gives it."""
    packed = value.get("B") if len(value) == 1 else None
    return {"B": b64decode(packed)} if isinstance(packed, str) else value


def _body(asked: Mapping[str, Any]) -> bytes:
    return json.dumps(asked, default=_encoded).encode()


def _encoded(value: bytes) -> str:
    return b64encode(value).decode()


def _run_at_once(work: Coroutine[None, None, Answer]) -> Answer:
    """The result of what awaits nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("The embedded cloud waits for something within a request that it answers at once.")
