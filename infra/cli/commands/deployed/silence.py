"""``earshot silence``: mutes alerts for a while, with a reason and a name."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from earshot.cases.case.assessment import TOPICS
from earshot.runtime import utc_now
from infra.cli import deployed_stack
from infra.cli.options import Parsed, stack_options
from infra.terminal import plain

if TYPE_CHECKING:
    from infra.ops.silences import DeployedSilences

_MOMENT = Parsed("moment", datetime.fromisoformat, "2026-11-22T09:00+01:00")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class _Duration(click.ParamType[timedelta]):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """``2h`` is two hours."""
        found = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", value) if isinstance(value, str) else None
        if found is None:
            return self.fail(f"{value!r}: write it as 30m, 2h or 1d", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.group()
def silence() -> None:
    """Silences of a deployed stack: while one is in force, the alerts it covers are muted.

    Critical alerts are never muted. Muted alerts are sent when the silence ends, unless the case was answered
    meanwhile. See docs/operating.md.
    """


@silence.command("list")
@click.option("--all", "over", is_flag=True, help="Include those that ended in the last 30 days.")
@stack_options
def list_silences(over: bool, stack: str, local: bool) -> None:
    """List the silences in force, the latest first."""
    with _silences(stack, local) as deployed:
        for line in deployed.lines(utc_now(), over=over):
            click.echo(line)


@silence.command()
@click.option("--severity", "severities", multiple=True, help="Mute this severity: high; repeatable.")
@click.option("--topic", "topics", multiple=True, type=click.Choice(TOPICS), help="Mute this topic; repeatable.")
@click.option("--author", "authors", multiple=True, help="Mute this author, by handle or id; repeatable.")
@click.option("--until", "ends", type=_MOMENT, help="The end, with a time zone.")
@click.option("--for", "span", type=_Duration(), help="The duration: 30m, 2h, 1d.")
@click.option("--why", required=True, help="The reason, which colleagues read where an alert was muted.")
@click.option("--by", help="Your name.  [default: that of your AWS credentials]")
@stack_options
def add(
    severities: tuple[str, ...],
    topics: tuple[str, ...],
    authors: tuple[str, ...],
    ends: datetime | None,
    span: timedelta | None,
    why: str,
    by: str | None,
    stack: str,
    local: bool,
) -> None:
    """Add a silence that starts now.

    It covers cases that match one of the severities, one of the topics and one of the authors given; at least one of
    the three options is needed. It lasts 30 days at most.
    """
    from earshot.alerting.mute.silence import scope_of

    now = utc_now()
    until = ends if span is None else now + span
    if until is None or (ends and span):
        raise click.UsageError("Give the end: either --until 2026-11-22T09:00+01:00, or --for 2h.")
    scope = scope_of(severities, topics, authors)
    with _silences(stack, local) as deployed:
        put = deployed.put(scope, until, why, by, now)
        click.echo(f"{put.id} is in force until {put.ends:%Y-%m-%d %H:%M} UTC, put by {plain(put.by)}.")


@silence.command()
@click.argument("silence_id", metavar="ID")
@click.option("--by", help="Your name.  [default: that of your AWS credentials]")
@stack_options
def end(silence_id: str, by: str | None, stack: str, local: bool) -> None:
    """End the silence ID now. Alerts that it muted are sent within the hour."""
    with _silences(stack, local) as deployed:
        ended = deployed.end(silence_id, by, utc_now())
        click.echo(f"{ended.id} has ended at {ended.ends:%Y-%m-%d %H:%M} UTC.")


@contextmanager
def _silences(stack: str, local: bool) -> "Generator[DeployedSilences]":
    from infra.ops.silences import DeployedSilences, explained_errors

    session, found = deployed_stack.open_stack(stack, local=local)
    with explained_errors():
        yield DeployedSilences(session, found)
