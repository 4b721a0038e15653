"""``earshot run``: listening on this machine until Ctrl-C.

The real template is deployed, and the embedded cloud's own schedules, queues and streams invoke the functions, which
fetch through the real Tweepy: from X's stand-in, which serves the sample stream, or from X itself.
"""

import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import EarshotError
from earshot.mentions.sources.rss.subscription import Subscription, parse_subscriptions, subscriptions_as_toml
from earshot.mentions.sources.rss.table import FeedsTable
from earshot.runtime import Clock, utc_now
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.engine import RUN_PORT, EngineError, told_port
from infra.local.engine.state_lock import StateLock
from infra.local.event_printer import EventPrinter, HearingPrinter
from infra.local.post_source import PostSource, open_post_source, uses_x
from infra.local.sample.blog import SampleBlog
from infra.local.staff import EMAIL, password_of, sign_in, write_header
from infra.ops.bootstrap import wire_as

FETCH_EVERY = timedelta(seconds=10)
# A token is good for an hour.
SIGN_IN_EVERY = timedelta(minutes=50)
PRINT_EVERY = timedelta(seconds=1)
SAVE_EVERY = timedelta(seconds=5)
# Writing the state takes the emulator's time: at most a twentieth of it.
SAVE_SHARE = 20


def run(state: Path, until: threading.Event, *, fresh: bool = False, port: int = RUN_PORT) -> None:
    """Listen until ``until`` is set; what was stored is there at the next start, unless that is ``fresh``.

    StateInUseError if another process works on ``state``; PostSourceError and EngineError say what is wrong.
    """
    with StateLock(state) as lock:
        if fresh:
            _empty(state, lock.file)
        # What comes from X is kept apart from the sample.
        folder = state / "x" if uses_x() else state
        folder.mkdir(parents=True, exist_ok=True)
        with (
            open_post_source(folder) as source,
            embedded_cloud(
                folder / "cloud", source.brands, parameters=source.parameters, port=port, held=lock.descriptor
            ) as cloud,
            told_port(port),
        ):
            _listen(cloud, source, folder, until)
            click.secho("Stopping. What was stored will be there at the next start.", dim=True)


def _listen(cloud: Cloud, source: PostSource, state: Path, until: threading.Event) -> None:
    cloud.give_x_token(source.token)
    header = state / "authorization"
    printer = EventPrinter(cloud, sys.stdout)
    api = wire_as("ApiFunction", cloud.engine.session, cloud.stack)
    hearing = HearingPrinter(lambda: api.sources, api.source_table, sys.stdout)
    _print_addresses(cloud, source, header, password_of(state / "password"), api.brands.now().names)
    _print_stored(cloud)
    fetch = _fetcher(cloud, "FetchFunction")
    chores = [
        # The first fetch of all is a baseline, which alerts nobody: it finds what is old. The deployed schedule fetches
        # once a minute, which is too slow for the sample.
        Chore("fetch posts", FETCH_EVERY if source.is_sample else None, fetch),
        Chore("sign in", SIGN_IN_EVERY, lambda: write_header(sign_in(cloud, state / "password"), header)),
        Chore("print what happened", PRINT_EVERY, printer.print_new),
        Chore("look at the sources", PRINT_EVERY, hearing.print_new),
        Chore("write the state", SAVE_EVERY, lambda: _save(cloud, source), share=SAVE_SHARE),
        Chore("see whether the sample is over", PRINT_EVERY, EndOfSample(source.is_over).tell),
    ]
    if (blog := source.blog) is not None:
        listen = partial(listen_to_blog, cloud.wired.feeds_table, blog.subscription)
        chores[:0] = [
            Chore("listen to the blog", None, listen),
            Chore("read the blog", FETCH_EVERY, _blog_reader(cloud, blog)),
        ]
    while not until.is_set():
        if cloud.engine.has_ended:
            raise EngineError(f"The embedded cloud has ended by itself: start again, and see {cloud.engine.log}.")
        for chore in chores:
            chore.do()
        until.wait(PRINT_EVERY.total_seconds())


@dataclass(slots=True)
class Chore:
    """Something to do now and ``every`` so often, on the monotonic clock; only once where that is None.

    It takes at most one part in ``share`` of the time. A failure is printed, and the chore is done again next time.
    """

    name: str
    every: timedelta | None
    work: Callable[[], None]
    share: int = 0
    _due: float = 0.0

    def do(self) -> None:
        """Do it if its time has come."""
        began = time.monotonic()
        if began < self._due:
            return
        try:
            self.work()
        except (EarshotError, BotoCoreError, ClientError, OSError) as error:
            click.secho(f"Could not {self.name}: {error}", fg="red", bold=True)
        took = time.monotonic() - began
        wait = float("inf") if self.every is None else self.every.total_seconds()
        self._due = began + max(wait, took * self.share)


@dataclass(slots=True)
class EndOfSample:
    """Says once that the sample stream is over, and what to do next."""

    is_over: Callable[[], bool]
    _is_told: bool = False

    def tell(self) -> None:
        """Say it if it is over and was not said."""
        if not self._is_told and self.is_over():
            self._is_told = True
            click.echo()
            click.secho("The sample stream is over: no more posts come. Reminders of open cases still do.", bold=True)
            click.echo("Again      earshot run --fresh")
            click.echo("Your posts earshot replay FILE --brand HANDLE --out FOLDER (docs/commands.md has the formats)")
            click.echo("X itself   X_BEARER_TOKEN=... BRAND_HANDLES=YourBrand earshot run (X bills what it reads)")
            click.echo("For good   earshot deploy (docs/deploying.md)")
            click.echo()


def _empty(state: Path, lock: Path) -> None:
    """Delete what is in the folder, apart from its lock."""
    for each in state.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        elif each != lock:
            each.unlink()


def _save(cloud: Cloud, source: PostSource) -> None:
    cloud.engine.save()
    source.remember()


def listen_to_blog(table: FeedsTable, blog: Subscription, clock: Clock = utc_now) -> None:
    """Listen to the sample's blog, at the address that it has in this run, beside the feeds that were added."""
    others = [feed for feed in parse_subscriptions(table.read()) if feed.name != blog.name]
    table.write(subscriptions_as_toml([*others, blog]), clock())


def _blog_reader(cloud: Cloud, blog: SampleBlog) -> Callable[[], None]:
    fetch = _fetcher(cloud, "FeedFetchFunction")

    def read() -> None:
        blog.publish()
        fetch()

    return read


def _fetcher(cloud: Cloud, function: str) -> Callable[[], None]:
    client, name = cloud.engine.client("lambda"), cloud.stack.function(function)

    def fetch() -> None:
        answer = client.invoke(FunctionName=name, Payload=b"{}")
        if answer.get("FunctionError"):
            raise EngineError(f"{function} failed: {answer['Payload'].read().decode()}")

    return fetch


def _print_addresses(cloud: Cloud, source: PostSource, header: Path, password: str, brands: Sequence[str]) -> None:
    click.secho(f"Open {cloud.console_url}", bold=True)
    click.echo(f"and sign in as {EMAIL} with the password {password}")
    click.echo()
    heard = "the sample stream, two hours in twelve minutes" if source.is_sample else "X itself"
    click.secho(f"Listening to {heard}, for {', '.join('@' + brand for brand in brands)}.", bold=True)
    if source.blog is not None:
        click.echo(f"and to a widely read blog with its comments, for @{source.blog.subscription.brand}.")
    if cloud.wired.brands_table.read():
        click.echo("They are those that `earshot brand put` stored here; BRAND_HANDLES and SEARCH_TERMS do not apply.")
    click.echo(f"API    {cloud.api_url}")
    click.echo(f"Try    curl -H @{header} '{cloud.api_url}/cases?status=open'")
    click.echo("Stop   Ctrl-C")
    click.echo()


def _print_stored(cloud: Cloud) -> None:
    stored = cloud.stored()
    if stored.mentions:
        click.echo(f"Stored by earlier runs: {len(stored.mentions)} mentions, {len(stored.cases)} cases.\n")
