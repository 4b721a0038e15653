"""``earshot silence``: of what nobody is alerted for a while, why, and who said so."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from earshot.cases.case.assessment import TOPICS
from earshot.runtime import utc_now
from infra.cli.options import Parsed, stack_options
from infra.cli.terminal import plain

if TYPE_CHECKING:
    from infra.ops.silences import DeployedSilences

_MOMENT = Parsed("moment", datetime, "2026-11-22T09:00+01:00")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class _Span(click.ParamType):
    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> object:
        """``2h`` is two hours."""
        found = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", value) if isinstance(value, str) else None
        if found is None:
            return self.fail(f"{value!r}: write it as 30m, 2h or 1d", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.group()
def silence() -> None:
    """Silences of a deployed stack: nobody is alerted of what they cover, for a while.

    What is critical goes through. What waits is alerted when the silence ends, unless it was answered meanwhile.
    docs/operating.md tells more.
    """


@silence.command("list")
@click.option("--all", "over", is_flag=True, help="Also those that have ended in the last 30 days.")
@stack_options
def list_silences(over: bool, stack: str, local: bool) -> None:
    """Show the silences in force, the latest first."""
    with _silences(stack, local) as deployed:
        for line in deployed.lines(utc_now(), over=over):
            click.echo(line)


@silence.command()
@click.option("--severity", "severities", multiple=True, help="What can wait: high; repeatable.")
@click.option("--topic", "topics", multiple=True, type=click.Choice(TOPICS), help="What is at stake; repeatable.")
@click.option("--author", "authors", multiple=True, help="A handle or an id; repeatable.")
@click.option("--until", "ends", type=_MOMENT, help="When it ends, with a time zone.")
@click.option("--for", "span", type=_Span(), help="How long it lasts: 30m, 2h, 1d.")
@click.option("--why", required=True, help="What colleagues read where nobody was alerted.")
@click.option("--by", help="Who says so.  [default: whose AWS credentials these are]")
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
    """Put a silence in place, from now on.

    A case must be of one of the severities, one of the topics and one of the authors that are named; at least one of
    the three must be. The end is at most 30 days ahead.
    """
    from earshot.alerting.mute.silence import scope_of

    if (ends is None) == (span is None):
        raise click.UsageError("Say when it ends: either --until 2026-11-22T09:00+01:00, or --for 2h.")
    scope, now = scope_of(severities, topics, authors), utc_now()
    with _silences(stack, local) as deployed:
        put = deployed.put(scope, ends if span is None else now + span, why, by, now)
        click.echo(f"{put.id} is in force until {put.ends:%Y-%m-%d %H:%M} UTC, put by {plain(put.by)}.")


@silence.command()
@click.argument("silence_id", metavar="ID")
@click.option("--by", help="Who says so.  [default: whose AWS credentials these are]")
@stack_options
def end(silence_id: str, by: str | None, stack: str, local: bool) -> None:
    """End the silence ID now. What waits for its end is alerted within the hour."""
    with _silences(stack, local) as deployed:
        ended = deployed.end(silence_id, by, utc_now())
        click.echo(f"{ended.id} has ended at {ended.ends:%Y-%m-%d %H:%M} UTC.")


@contextmanager
def _silences(stack: str, local: bool) -> "Iterator[DeployedSilences]":
    from infra.ops.silences import DeployedSilences, told
    from infra.ops.stack import deployed

    session, found = deployed(stack, local=local)
    with told():
        yield DeployedSilences(session, found)
