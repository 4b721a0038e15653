"""Watching what the functions ask of AWS: calls, time spent waiting for them, and capacity that DynamoDB would bill."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import smsutil

from earshot.triage.sentiment.comprehend import units
from infra.bench.cost.capacity import Item, Table, Units, item_bytes, stored_bytes, write_units

Call = tuple[str, str]


@dataclass(slots=True)
class Ledger:
    """What was asked in one stretch of work.

    ``calls`` by (service, operation), ``waited`` in seconds by service; ``items`` counts the items written to the
    case table by kind (``MENTION``, ``CASE``, ``LOG``, ``AUTHOR``, ``ALERT``, ``SLOT``), ``sizes`` lists their bytes.
    """

    calls: Counter[Call] = field(default_factory=Counter)
    waited: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    items: Counter[str] = field(default_factory=Counter)
    sizes: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    units: Units = field(default_factory=Units)
    read_units: float = 0.0
    stored_bytes: int = 0
    documents: Counter[str] = field(default_factory=Counter)
    comprehend_units: int = 0
    published: Counter[str] = field(default_factory=Counter)
    sms_parts: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    """One call: how long it took, what was asked, and whether it was refused."""

    call: Call
    seconds: float
    asked: Mapping[str, Any]
    refused: bool


class CallRecorder:
    """Notes what clients do. ``tables`` are those of the template, by the names that they were deployed under.

    What is noted is worked out later: reckoning in the middle of the measured work would weigh on it.
    """

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._stored: dict[tuple[str, tuple[str, ...]], Item] = {}
        self._noted: list[Noted] = []
        self.calls: Counter[Call] = Counter()

    def note(self, *, model: Any, parsed: Mapping[str, Any], context: Mapping[str, Any], **_: Any) -> None:
        """A call has ended: botocore's ``after-call``."""
        call = (model.service_model.endpoint_prefix, model.name)
        self.calls[call] += 1
        seconds = time.perf_counter() - context["began"]
        self._noted.append(Noted(call, seconds, context["asked"], "Error" in parsed))

    def turn(self) -> Ledger:
        """All that was noted since the last time."""
        noted, self._noted, self.calls = self._noted, [], Counter()
        ledger = Ledger()
        for one in noted:
            self._enter(ledger, one)
        return ledger

    def _enter(self, ledger: Ledger, noted: Noted) -> None:
        service, operation = noted.call
        ledger.waited[service] += noted.seconds
        ledger.calls[noted.call] += 1
        asked = noted.asked
        match operation:
            case "PutItem":
                self._put(ledger, asked, noted.refused, transactional=False)
            case "TransactWriteItems":
                for part in asked["TransactItems"]:
                    self._put(ledger, part["Put"], noted.refused, transactional=True)
            case "UpdateItem":
                # Leases, checkpoints and sums: none reaches 1 KB, and none lies in an index.
                ledger.units += Units(1)
                if "sk" in asked["Key"]:
                    ledger.items[asked["Key"]["sk"]["S"]] += 1
            case "GetItem" | "Query":
                ledger.read_units += _read_units(1, asked)
            case "BatchGetItem":
                for wanted in asked["RequestItems"].values():
                    ledger.read_units += _read_units(len(wanted["Keys"]), wanted)
            case "BatchDetectSentiment":
                ledger.documents[asked["LanguageCode"]] += len(asked["TextList"])
                ledger.comprehend_units += sum(map(units, asked["TextList"]))
            case "Publish":
                channel = asked["MessageAttributes"]["channel"]["StringValue"]
                ledger.published[channel] += 1
                ledger.sms_parts += len(smsutil.split(asked["Message"]).parts) if channel == "sms" else 0

    def _put(self, ledger: Ledger, put: Mapping[str, Any], refused: bool, *, transactional: bool) -> None:
        name, item = put["TableName"], put["Item"]
        table = self._tables[name]
        if refused:
            # A condition did not hold; the attempt is billed, as one unit where nothing was stored.
            ledger.units += Units(2 if transactional else 1)
            return
        key = (name, tuple(item[part]["S"] for part in table.keys))
        before = self._stored.get(key)
        ledger.units += write_units(table, before, item, transactional=transactional)
        ledger.stored_bytes += stored_bytes(table, item) - stored_bytes(table, before)
        self._stored[key] = item
        kind = item["sk"]["S"].partition("#")[0]
        ledger.items[kind] += 1
        ledger.sizes[kind].append(item_bytes(item))


@contextmanager
def watching(watch: CallRecorder) -> Iterator[None]:
    """Let ``watch`` see the clients of boto3's default session that are made in the block: the functions' own."""
    before = boto3.DEFAULT_SESSION
    boto3.setup_default_session()
    events = boto3.DEFAULT_SESSION.events
    events.register("provide-client-params", _remember)
    events.register("before-call", _start)
    events.register("after-call", watch.note)
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = before


def _remember(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["asked"] = params


def _start(context: dict[str, Any], **_: Any) -> None:
    context["began"] = time.perf_counter()


def _read_units(items: int, asked: Mapping[str, Any]) -> float:
    """Every item read, and every query's page, is within the 4 KB of one unit; half of one where it may lag."""
    return items * (1.0 if asked.get("ConsistentRead") else 0.5)
