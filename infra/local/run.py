"""``earshot run``: listening on this machine until Ctrl-C.

The real template is deployed, and the embedded cloud's own schedules, queues and streams invoke the functions, which
fetch through the real Tweepy: from X's stand-in, which serves the sample stream, or from X itself.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from earshot.runtime import utc_now
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.engine import EngineError
from infra.local.event_printer import EventPrinter
from infra.local.sample import sample
from infra.local.staff import EMAIL, password_of, sign_in, write_header
from infra.local.x.api import TOKEN, XApi
from infra.local.x.posts import Post

PORT = 4599
# The sample's two hours pass in twelve minutes: long enough to read, short enough to stay for.
SPEED = 10
FETCH_EVERY = timedelta(seconds=10)
# A token is good for an hour.
SIGN_IN_EVERY = timedelta(minutes=50)
WATCH_EVERY_SECONDS = 1.0
TOKEN_VARIABLE = "X_BEARER_TOKEN"  # noqa: S105 - a name
BRANDS_VARIABLE = "BRAND_HANDLES"
URL_VARIABLE = "X_API_URL"
FOR_X = {"SearchTerms": "SEARCH_TERMS", "XMonthlySpendLimit": "X_MONTHLY_SPEND_LIMIT"}


@dataclass(frozen=True, slots=True)
class Source:
    """What is listened to: X's stand-in with the sample, or X itself."""

    brands: Sequence[str]
    token: str
    url: str | None
    is_sample: bool


def run(state: Path, until: threading.Event) -> None:
    """Listen until ``until`` is set; what was stored is there at the next start."""
    if TOKEN_VARIABLE in os.environ:
        # What is heard on X is kept apart from the sample.
        state = state / "x"
    state.mkdir(parents=True, exist_ok=True)
    with _source(state) as source:
        parameters = _parameters(source)
        with embedded_cloud(state / "cloud", source.brands, parameters=parameters, port=PORT) as cloud:
            cloud.give_x_token(source.token)
            header = state / "authorization"
            watch = EventPrinter(cloud, click.get_text_stream("stdout"))
            # The first fetch of all is a baseline, which alerts nobody: let it find what is old.
            fetch = _fetcher(cloud)
            fetch()
            chores = [(SIGN_IN_EVERY, lambda: write_header(sign_in(cloud, state / "password"), header))]
            if source.is_sample:
                # The deployed schedule fetches once a minute; of the sample nobody should have to wait for that.
                chores.append((FETCH_EVERY, fetch))
            _say_where(cloud, source, header, password_of(state / "password"))
            _say_what_is_stored(cloud)
            _follow(watch, chores, until)
            click.secho("Stopping: what was stored will be there at the next start.", dim=True)


def _follow(
    watch: EventPrinter, chores: Sequence[tuple[timedelta, Callable[[], None]]], until: threading.Event
) -> None:
    """Tell what happens, and do each chore now and whenever its time has passed."""
    done_at = [datetime.min.replace(tzinfo=UTC)] * len(chores)
    while not until.is_set():
        for number, (every, chore) in enumerate(chores):
            if datetime.now(UTC) - done_at[number] >= every:
                done_at[number] = datetime.now(UTC)
                chore()
        watch.tell()
        until.wait(WATCH_EVERY_SECONDS)


def _parameters(source: Source) -> dict[str, str]:
    """What the template is told beside the brand: for X itself, what its environment sets."""
    given = {parameter: os.environ[name] for parameter, name in FOR_X.items() if name in os.environ}
    return ({} if source.is_sample else given) | ({"XApiUrl": source.url} if source.url else {})


def _fetcher(cloud: Cloud) -> Callable[[], None]:
    client, name = cloud.engine.client("lambda"), cloud.stack.resources["FetchFunction"]

    def fetch() -> None:
        answer = client.invoke(FunctionName=name, Payload=b"{}")
        if answer.get("FunctionError"):
            raise EngineError(f"The fetch function failed: {answer['Payload'].read().decode()}")

    return fetch


@contextlib.contextmanager
def _source(state: Path) -> Iterator[Source]:
    token = os.environ.get(TOKEN_VARIABLE)
    if token:
        brands = [name.strip() for name in os.environ.get(BRANDS_VARIABLE, "").split(",") if name.strip()]
        if not brands:
            raise EngineError(
                f"{TOKEN_VARIABLE} is set, and {BRANDS_VARIABLE} is not: say whose mentions to listen to."
            )
        yield Source(brands, token, os.environ.get(URL_VARIABLE), is_sample=False)
        return
    stream = _SampleStream(state / "position")
    with XApi(stream.posts, handles=sample.BRANDS, until=utc_now) as x, stream.remembered():
        yield Source(sample.BRANDS, TOKEN, x.url, is_sample=True)


class _SampleStream:
    """The sample stream at ``SPEED``, from where the last run left it."""

    def __init__(self, position: Path) -> None:
        self._file = position
        self._began = datetime.now(UTC)
        self._position = float(position.read_text()) if position.exists() else 0.0

    @property
    def posts(self) -> list[Post]:
        """The posts still to come, each at the time at which it will be written."""
        lead = timedelta(seconds=2)
        records = [post for post in sample.load() if post["offset_seconds"] >= self._position]
        return [
            replace(
                Post.from_record(post, self._began),
                created_at=self._began + lead + timedelta(seconds=(post["offset_seconds"] - self._position) / SPEED),
            )
            for post in records
        ]

    @contextlib.contextmanager
    def remembered(self) -> Iterator[None]:
        try:
            yield
        finally:
            played = (datetime.now(UTC) - self._began).total_seconds() * SPEED
            self._file.write_text(str(self._position + played))


def _say_where(cloud: Cloud, source: Source, header: Path, password: str) -> None:
    click.secho(f"Open {cloud.console_url}", bold=True)
    click.echo(f"and sign in as {EMAIL} with the password {password}")
    click.echo()
    heard = "the sample stream, two hours in twelve minutes" if source.is_sample else "X itself"
    click.secho(f"Listening to {heard}, for {', '.join('@' + brand for brand in source.brands)}.", bold=True)
    click.echo(f"API    {cloud.api_url}")
    click.echo(f"Try    curl -H @{header} '{cloud.api_url}/cases?status=open'")
    click.echo("Stop   Ctrl-C")
    click.echo()


def _say_what_is_stored(cloud: Cloud) -> None:
    stored = cloud.stored()
    if stored.mentions:
        click.echo(f"Stored by earlier runs: {len(stored.mentions)} mentions, {len(stored.cases)} cases.\n")
