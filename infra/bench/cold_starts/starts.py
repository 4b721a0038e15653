"""The cold starts of all functions, each with an event such as its first one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bench.cold_starts.cold_start import ColdStart, median_start, pack, start
from infra.bench.load import PostKind, of_kind
from infra.bench.pipeline import Bench
from infra.local.sample.sample import BRANDS

# The escalator before anything is due for it.
FUNCTIONS = ("fetch", "escalate", "classify", "notify", "api")
EMPTY = "empty"
RUNS = 5


@dataclass(frozen=True, slots=True)
class ColdStarts:
    """Medians by module, an empty handler's among them: with bytecode in the package, and without."""

    sources_alone: Mapping[str, ColdStart]
    with_bytecode: Mapping[str, ColdStart]


def measure_all(bench: Bench, folder: Path) -> ColdStarts:
    """Start every function ``RUNS`` times in both ways."""
    plain, compiled = pack(folder / "plain", bytecode=False), pack(folder / "compiled", bytecode=True)
    found: dict[str, list[ColdStart]] = {}
    for module in (EMPTY, *FUNCTIONS):
        events = _events(bench, module, RUNS * 2)
        environ = _environ(bench, module)
        # The ways take turns: whatever else this machine does, it does to all of them.
        runs = [[start(package, module, environ, events.pop()) for package in (plain, compiled)] for _ in range(RUNS)]
        found[module] = [median_start(starts) for starts in zip(*runs, strict=True)]
    sources_alone, with_bytecode = ({module: starts[way] for module, starts in found.items()} for way in range(2))
    return ColdStarts(sources_alone, with_bytecode)


def _environ(bench: Bench, module: str) -> dict[str, str]:
    own = {} if module == EMPTY else bench.invoker(1).environ(f"{module.title()}Function")
    # One brand, as most will have, and not the one that polling has read.
    handles = {"BRAND_HANDLES": BRANDS[1]} if "BRAND_HANDLES" in own else {}
    return bench.cloud.engine.environ | own | handles


def _events(bench: Bench, module: str, count: int) -> list[Any]:
    """An event for every run: no mention comes twice, and no alert is sent twice."""
    match module:
        case "classify":
            return bench.events(module, of_kind(PostKind.COMPLAINT, count, first=5_000))
        case "notify":
            return bench.events(module, of_kind(PostKind.URGENT, count, first=5_000))
        case "api":
            return [_list_cases() for _ in range(count)]
        case _:
            return [{} for _ in range(count)]


def _list_cases() -> dict[str, Any]:
    claims = {"sub": "5f1c", "token_use": "id", "email": "mia@example.com", "cognito:groups": "[viewer]"}
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
