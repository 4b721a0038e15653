"""``earshot demo``: the sample stream once through, on a clock of its own.

As in ``earshot run`` the real functions of the real template fetch through the real Tweepy; but two hours pass in
minutes, and cases that nobody answers escalate to the end.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from infra.local.cloud import embedded_cloud, functions_log
from infra.local.engine.engine import environment
from infra.local.event_printer import EventPrinter
from infra.local.lambdas.clock import MINUTE, ReplayClock, escalate_until
from infra.local.lambdas.schedules import run_schedules
from infra.local.sample import sample
from infra.local.x.api import TOKEN, XApi
from infra.local.x.posts import XPost
from infra.replay.export import alert_lines, case_lines, mention_lines
from infra.replay.summary import as_text, summarise


def demo(state: Path) -> None:
    """Play the sample stream once on a clock of its own; print what happens, and the figures at the end."""
    posts = sample.load()
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(seconds=posts[-1]["offset_seconds"])
    clock = ReplayClock(start - MINUTE)
    recorded = [XPost.from_record(post, start) for post in posts]
    with (
        XApi(recorded, handles=sample.BRANDS, until=clock) as x,
        embedded_cloud(state, sample.BRANDS, parameters={"XApiUrl": x.url}, triggers=False) as cloud,
    ):
        cloud.give_x_token(TOKEN)
        printer = EventPrinter(cloud, sys.stdout)
        with environment(cloud.engine.environ), functions_log(state / "functions.log"):
            escalate = run_schedules(cloud, clock, recorded[-1].created_at, printer.print_new)
            escalate_until(None, clock, cloud.case_table.next_due, escalate)
        stored = cloud.stored()
        summary = summarise(mention_lines(stored), case_lines(stored), alert_lines(cloud.inbox.messages()))
    click.echo()
    click.echo(as_text(summary))
