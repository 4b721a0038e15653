"""Records what the functions use of AWS: calls, time spent waiting for them, and capacity that DynamoDB would bill."""

import time
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import smsutil
from botocore.model import OperationModel

from earshot.triage.sentiment.comprehend import units
from infra.bench.cost.capacity import Item, TableDefinition, WriteUnits, item_bytes, stored_bytes, write_units
from infra.local.lambdas.default_session import fresh_default_session

_SMSUTIL: Any = smsutil  # it has no types
Call = tuple[str, str]
_MIXED = frozenset({"CASE", "THREAD"})


@dataclass(slots=True)
class AwsUsage:
    """What was used during one measurement.

    ``calls`` by (service, operation), ``waited`` in seconds by service; ``items`` counts the items written to the
    tables by their ``kind``, ``sizes`` lists their bytes.
    """

    calls: Counter[Call] = field(default_factory=Counter[Call])
    waited: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    items: Counter[str] = field(default_factory=Counter[str])
    sizes: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    units: WriteUnits = field(default_factory=WriteUnits)
    read_units: float = 0.0
    stored_bytes: int = 0
    documents: Counter[str] = field(default_factory=Counter[str])
    comprehend_units: int = 0
    published: Counter[str] = field(default_factory=Counter[str])
    sms_parts: int = 0


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call: its duration in seconds, its parameters, and whether it was refused."""

    call: Call
    seconds: float
    parameters: Mapping[str, Any]
    refused: bool


class CallRecorder:
    """Records the calls of clients. ``tables`` are those of the template, by the names that they were deployed under.

    Units and sizes are computed later, since computing them during the measured work would slow it down.
    """

    def __init__(self, tables: Mapping[str, TableDefinition]) -> None:
        self._tables = tables
        self._stored: dict[tuple[str, tuple[str, ...]], Item] = {}
        self._recorded: list[RecordedCall] = []
        self.calls: Counter[Call] = Counter()

    def record(
        self, *, model: OperationModel, parsed: Mapping[str, Any], context: Mapping[str, Any], **_: object
    ) -> None:
        """A call has ended: botocore's ``after-call``."""
        call = (model.service_model.endpoint_prefix, model.name)
        self.calls[call] += 1
        seconds = time.perf_counter() - context["began"]
        self._recorded.append(RecordedCall(call, seconds, context["asked"], "Error" in parsed))

    def take(self) -> AwsUsage:
        """The usage since the last call."""
        recorded, self._recorded, self.calls = self._recorded, [], Counter()
        usage = AwsUsage()
        for one in recorded:
            self._add(usage, one)
        return usage

    def _add(self, usage: AwsUsage, recorded: RecordedCall) -> None:
        service, operation = recorded.call
        usage.waited[service] += recorded.seconds
        usage.calls[recorded.call] += 1
        asked = recorded.parameters
        match operation:
            case "PutItem":
                self._put(usage, asked, recorded.refused, transactional=False)
            case "TransactWriteItems":
                for part in asked["TransactItems"]:
                    self._put(usage, part["Put"], recorded.refused, transactional=True)
            case "UpdateItem":
                # Leases, checkpoints and sums: none reaches 1 KB, and none is in an index.
                usage.units += WriteUnits(1)
                if "sk" in asked["Key"]:
                    usage.items[kind(asked["Key"])] += 1
            case "GetItem" | "Query":
                usage.read_units += _read_units(1, asked)
            case "BatchGetItem":
                for wanted in asked["RequestItems"].values():
                    usage.read_units += _read_units(len(wanted["Keys"]), wanted)
            case "BatchDetectSentiment":
                usage.documents[asked["LanguageCode"]] += len(asked["TextList"])
                usage.comprehend_units += sum(map(units, asked["TextList"]))
            case "Publish":
                channel = asked["MessageAttributes"]["channel"]["StringValue"]
                usage.published[channel] += 1
                usage.sms_parts += len(_SMSUTIL.split(asked["Message"]).parts) if channel == "sms" else 0
            case _:
                pass

    def _put(self, usage: AwsUsage, put: Mapping[str, Any], refused: bool, *, transactional: bool) -> None:
        name, item = put["TableName"], put["Item"]
        table = self._tables[name]
        if refused:
            # A condition failed; the attempt is billed as one unit where nothing was stored.
            usage.units += WriteUnits(2 if transactional else 1)
            return
        key = (name, tuple(item[part]["S"] for part in table.keys))
        before = self._stored.get(key)
        usage.units += write_units(table, before, item, transactional=transactional)
        usage.stored_bytes += stored_bytes(table, item) - stored_bytes(table, before)
        self._stored[key] = item
        usage.items[kind(item)] += 1
        usage.sizes[kind(item)].append(item_bytes(item))


def kind(item: Mapping[str, Any]) -> str:
    """What an item of the case table is, by its key: ``MENTION``, ``CASE``, ``LOG``, ``ALERT``, ``MEMBERS`` and so on.

    The partition says it. In that of a case or a conversation lie items of several kinds, which the sort key tells; in
    others the sort key is what is listed there, such as the id of a case.
    """
    partition = item["pk"]["S"].partition("#")[0]
    return item["sk"]["S"].partition("#")[0] if partition in _MIXED else partition


@contextmanager
def record_calls(recorder: CallRecorder) -> Generator[None]:
    """Record the clients of boto3's default session that are created in the block: the functions' own."""
    with fresh_default_session() as session:
        session.events.register("provide-client-params", _remember)
        session.events.register("before-call", _start)
        session.events.register("after-call", recorder.record)
        yield


def _remember(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["asked"] = params


def _start(context: dict[str, Any], **_: Any) -> None:
    context["began"] = time.perf_counter()


def _read_units(items: int, asked: Mapping[str, Any]) -> float:
    """Every item read, and every query's page, is within the 4 KB of one unit; half of one where it may lag."""
    return items * (1.0 if asked.get("ConsistentRead") else 0.5)
