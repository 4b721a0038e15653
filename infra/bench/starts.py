"""The cold starts of all functions, each with an event such as its first one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bench.cold_start import Package, Start, measure, pack
from infra.bench.load import Kind, of_kind
from infra.bench.pipeline import Bench

FUNCTIONS = ("fetch", "classify", "notify", "escalate", "api")
EMPTY = "empty"
RUNS = 5
TRACE_SWITCH = "POWERTOOLS_TRACE_DISABLED"


@dataclass(frozen=True, slots=True)
class Starts:
    """Medians by module, an empty handler's among them: as deployed, with bytecode packed, and without tracing."""

    deployed: Mapping[str, Start]
    with_bytecode: Mapping[str, Start]
    untraced: Mapping[str, Start]


def measure_all(bench: Bench, folder: Path) -> Starts:
    """Start every function ``RUNS`` times in each of the three ways."""
    invoker = bench.invoker(1)
    events = _events(bench)
    environs = {module: invoker.environ(f"{module.title()}Function") for module in FUNCTIONS} | {EMPTY: {}}

    def each(package: Package, *, traced: bool) -> dict[str, Start]:
        shared = {name: value for name, value in bench.cloud.engine.environ.items() if name != TRACE_SWITCH}
        switch = {} if traced else {TRACE_SWITCH: "true"}
        return {
            module: measure(package, module, shared | environs[module] | switch, [next(given) for _ in range(RUNS)])
            for module, given in events.items()
        }

    plain, compiled = pack(folder / "plain", bytecode=False), pack(folder / "compiled", bytecode=True)
    return Starts(
        deployed=each(plain, traced=True),
        with_bytecode=each(compiled, traced=True),
        untraced=each(plain, traced=False),
    )


def _events(bench: Bench) -> dict[str, Any]:
    """Enough events for every run: no mention comes twice, and no alert is sent twice."""
    runs = RUNS * 3
    urgent = of_kind(Kind.URGENT, runs, first=5_000)
    records = bench.events("classify", of_kind(Kind.COMPLAINT, runs, first=5_000))
    schedule = [{"source": "schedule"}] * runs
    return {
        EMPTY: iter([{}] * runs),
        "fetch": iter(schedule),
        "classify": iter(records),
        "notify": iter(bench.events("notify", urgent)),
        "escalate": iter(schedule),
        "api": iter([_list_cases()] * runs),
    }


def _list_cases() -> dict[str, Any]:
    claims = {"sub": "5f1c", "token_use": "id", "email": "mia@example.com"}
    return {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": "/cases",
        "rawQueryString": "status=open",
        "headers": {"host": "api.example.com"},
        "queryStringParameters": {"status": "open"},
        "requestContext": {
            "http": {"method": "GET", "path": "/cases", "sourceIp": "192.0.2.1", "userAgent": "bench"},
            "requestId": "bench",
            "stage": "$default",
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
        },
        "isBase64Encoded": False,
    }
