"""``earshot demo``: the sample stream once through, on a clock that is held here.

As in ``earshot run`` the real functions of the real template fetch through the real Tweepy; but two hours pass in
about a minute, and the ladder can be seen to climb to its end.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from infra.local.cloud import Cloud, embedded_cloud, functions_log
from infra.local.engine.engine import environment
from infra.local.event_printer import EventPrinter
from infra.local.invoker import Invoker, ReplayClock, climb_until, poll_after
from infra.local.sample import sample
from infra.local.x.api import TOKEN, XApi
from infra.local.x.posts import Post
from infra.replay.export import alert_lines, case_lines, mention_lines
from infra.replay.summary import as_text, summarise

MINUTE = timedelta(minutes=1)


def demo(state: Path) -> None:
    """The sample stream once through, on a clock of its own; prints what happens, and the figures."""
    posts = sample.load()
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(seconds=posts[-1]["offset_seconds"])
    clock = ReplayClock(start - MINUTE)
    recorded = [Post.from_record(post, start) for post in posts]
    with (
        XApi(recorded, handles=sample.BRANDS, until=clock) as x,
        embedded_cloud(state, sample.BRANDS, parameters={"XApiUrl": x.url}, triggers=False) as cloud,
    ):
        cloud.give_x_token(TOKEN)
        watch = EventPrinter(cloud, click.get_text_stream("stdout"))
        with environment(cloud.engine.environ), functions_log(state / "functions.log"):
            climb = play(cloud, clock, recorded[-1].created_at, watch.tell)
            climb_until(None, clock, cloud.case_table.next_due, climb)
        stored = cloud.stored()
        summary = summarise(mention_lines(stored), case_lines(stored), alert_lines(cloud.inbox.messages()))
    click.echo()
    click.echo(as_text(summary))


def play(cloud: Cloud, clock: ReplayClock, end: datetime, tell: Callable[[], None]) -> Callable[[], None]:
    """Minute by minute as the schedules would: fetch, judge, notify, escalate. Gives what climbs the ladders on."""
    invoker = Invoker(cloud.engine, cloud.stack, clock)

    def alert() -> None:
        invoker.drain_stream(pause=clock.pause)
        tell()

    def climb() -> None:
        invoker.invoke("escalate", {})
        alert()

    while clock.now <= end + MINUTE:
        fetched = invoker.invoke("fetch", {})
        invoker.drain_queue(fetched["queued"])
        alert()
        climb()
        clock.now = poll_after(clock.now + timedelta(microseconds=1))
    return climb
