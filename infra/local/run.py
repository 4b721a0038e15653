"""``earshot run``: listening on this machine until Ctrl-C.

The real template is deployed, and the embedded cloud's own schedules, queues and streams invoke the functions, which
fetch through the real Tweepy: from X's stand-in, which serves the sample stream, or from X itself.
"""

import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.engine import RUN_PORT, EngineError
from infra.local.event_printer import EventPrinter
from infra.local.post_source import PostSource, open_post_source, uses_x
from infra.local.staff import EMAIL, password_of, sign_in, write_header

FETCH_EVERY = timedelta(seconds=10)
# A token is good for an hour.
SIGN_IN_EVERY = timedelta(minutes=50)
PRINT_EVERY_SECONDS = 1.0

Chore = tuple[timedelta, Callable[[], None]]


def run(state: Path, until: threading.Event) -> None:
    """Listen until ``until`` is set; what was stored is there at the next start."""
    if uses_x():
        # What comes from X is kept apart from the sample.
        state = state / "x"
    state.mkdir(parents=True, exist_ok=True)
    with (
        open_post_source(state) as source,
        embedded_cloud(state / "cloud", source.brands, parameters=source.parameters, port=RUN_PORT) as cloud,
    ):
        cloud.give_x_token(source.token)
        header = state / "authorization"
        printer = EventPrinter(cloud, sys.stdout)
        # The first fetch of all is a baseline, which alerts nobody: it finds what is old.
        fetch = _fetcher(cloud)
        fetch()
        chores: list[Chore] = [(SIGN_IN_EVERY, lambda: write_header(sign_in(cloud, state / "password"), header))]
        if source.is_sample:
            # The deployed schedule fetches once a minute, which is too slow for the sample.
            chores.append((FETCH_EVERY, fetch))
        _print_addresses(cloud, source, header, password_of(state / "password"))
        _print_stored(cloud)
        _follow(printer, chores, until)
        click.secho("Stopping. What was stored will be there at the next start.", dim=True)


def _follow(printer: EventPrinter, chores: Sequence[Chore], until: threading.Event) -> None:
    """Print what happens, and do each chore now and whenever its time has passed."""
    done_at = [datetime.min.replace(tzinfo=UTC)] * len(chores)
    while not until.is_set():
        for number, (every, chore) in enumerate(chores):
            if datetime.now(UTC) - done_at[number] >= every:
                done_at[number] = datetime.now(UTC)
                chore()
        printer.print_new()
        until.wait(PRINT_EVERY_SECONDS)


def _fetcher(cloud: Cloud) -> Callable[[], None]:
    client, name = cloud.engine.client("lambda"), cloud.stack.resources["FetchFunction"]

    def fetch() -> None:
        answer = client.invoke(FunctionName=name, Payload=b"{}")
        if answer.get("FunctionError"):
            raise EngineError(f"The fetch function failed: {answer['Payload'].read().decode()}")

    return fetch


def _print_addresses(cloud: Cloud, source: PostSource, header: Path, password: str) -> None:
    click.secho(f"Open {cloud.console_url}", bold=True)
    click.echo(f"and sign in as {EMAIL} with the password {password}")
    click.echo()
    heard = "the sample stream, two hours in twelve minutes" if source.is_sample else "X itself"
    click.secho(f"Listening to {heard}, for {', '.join('@' + brand for brand in source.brands)}.", bold=True)
    click.echo(f"API    {cloud.api_url}")
    click.echo(f"Try    curl -H @{header} '{cloud.api_url}/cases?status=open'")
    click.echo("Stop   Ctrl-C")
    click.echo()


def _print_stored(cloud: Cloud) -> None:
    stored = cloud.stored()
    if stored.mentions:
        click.echo(f"Stored by earlier runs: {len(stored.mentions)} mentions, {len(stored.cases)} cases.\n")
