"""What the schedules cost: the fetcher's and the escalator's minutes, with and without something to do."""

import time
from dataclasses import dataclass

from infra.bench.load import MINUTE, START, Kind, of_kind
from infra.bench.pipeline import Bench, MeasuringInvoker, Stretch
from infra.local.x_posts import Post

POLLS = 20
POSTS_A_POLL = 3


@dataclass(frozen=True, slots=True)
class Polling:
    """Minutes of one handle without a search: ``idle`` ones, and ``busy`` ones that find ``POSTS_A_POLL`` posts each.

    ``x_calls`` counts the requests to X in a poll, ``escalate`` the minutes of the escalator in which nothing is due.
    """

    sources: int
    idle: Stretch
    busy: Stretch
    escalate: Stretch
    x_calls: float


class SmallBrand(MeasuringInvoker):
    """The fetcher as a small brand sets it: one handle and no search, which makes two sources."""

    def environ(self, function: str) -> dict[str, str]:
        """What is deployed, but for whom to listen to."""
        return super().environ(function) | {"BRAND_HANDLES": "NimbusAir", "SEARCH_TERMS": ""}


def measure(bench: Bench) -> Polling:
    """Let the fetcher find its baseline, then idle minutes, then busy ones."""
    invoker = bench.invoker(kind=SmallBrand)
    bench.clock.now = START + 100 * MINUTE
    sources = len(invoker.invoke("fetch", {})["sources"])
    bench.clock.now += MINUTE
    invoker.invoke("fetch", {})
    asked = len(bench.x.calls)
    idle = _minutes(bench, invoker, "fetch")
    x_calls = (len(bench.x.calls) - asked) / POLLS
    found = of_kind(Kind.COMPLAINT, POLLS * POSTS_A_POLL)
    for number, mention in enumerate(found):
        written = bench.clock.now + (number // POSTS_A_POLL) * MINUTE
        bench.x.add(
            Post(f"7{mention.id}", mention.author, mention.text, written, "en", conversation_id=f"7{mention.id}")
        )
    busy = _minutes(bench, invoker, "fetch")
    invoker.invoke("escalate", {})
    escalate = _minutes(bench, invoker, "escalate")
    return Polling(sources, idle, busy, escalate, x_calls)


def _minutes(bench: Bench, invoker: MeasuringInvoker, module: str) -> Stretch:
    bench.begin(invoker)
    began = time.perf_counter()
    for _ in range(POLLS):
        bench.clock.now += MINUTE
        invoker.invoke(module, {})
    return bench.stretch(invoker, POLLS, time.perf_counter() - began)
