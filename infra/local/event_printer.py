"""Prints what happens in the embedded cloud as it happens: posts, changes of cases, alerts, and sources gone deaf."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

import click

from earshot.aws.dynamodb import from_item
from earshot.cases.store.codec import stored_mention
from earshot.cases.store.keys import conversation_in, entries_of
from earshot.mentions.source_table import SourceTable
from earshot.mentions.sources.contract import Source
from earshot.reports.health import SourceHealth, source_health
from earshot.runtime import utc_now
from earshot.triage.judgement import Intent, Severity
from infra.local.cloud import Cloud
from infra.local.engine.stream import StreamReader
from infra.terminal import plain

COLOURS = {Severity.CRITICAL: "red", Severity.HIGH: "yellow", Severity.NORMAL: "cyan", Severity.LOW: None}
TEXT_WIDTH = 76
NAMED = 2


@dataclass(slots=True)
class EventPrinter:
    """Follows a cloud's case table and its inbox, and prints what is new to ``out``."""

    cloud: Cloud
    out: IO[str]
    _stream: StreamReader = field(init=False)

    def __post_init__(self) -> None:
        self._stream = StreamReader(self.cloud.engine, self.cloud.stack.outputs["CaseTableName"])

    def print_new(self) -> None:
        """Print what has happened since the last call."""
        for line in self._new_lines():
            click.echo(line, file=self.out)

    def _new_lines(self) -> Iterator[str]:
        for record in self._stream.read():
            image = record.get("dynamodb", {}).get("NewImage")
            if image is None:
                continue
            yield from event_lines(from_item(image))
        for message in self.cloud.inbox.collect():
            yield from _alert_lines(message)


@dataclass(slots=True)
class HearingPrinter:
    """Follows the states of ``feeds()`` in ``table``, and prints which is deaf and why, and which is heard again."""

    feeds: Callable[[], Sequence[Source]]
    table: SourceTable
    out: IO[str]
    clock: Callable[[], datetime] = utc_now
    _deaf: dict[str, SourceHealth] = field(default_factory=dict[str, SourceHealth])

    def print_new(self) -> None:
        """Print what has changed since the last call: sources that fail for the same reason in one line."""
        now = self.clock()
        new: dict[tuple[str, str], list[str]] = {}
        heard: list[SourceHealth] = []
        for source in source_health(self.feeds(), self.table, now):
            before = self._deaf.get(source.source)
            if not source.deaf:
                if before is not None:
                    heard.append(before)
                self._deaf.pop(source.source, None)
            # Before its first fetch has ended nothing is wrong with a source.
            elif source.checked_at is not None:
                if before is None or before.message != source.message:
                    new.setdefault((source.message, source.what_to_do), []).append(source.source)
                self._deaf[source.source] = source
        for (why, remedy), names in new.items():
            self._print(now, f"DEAF   {_named(names)}: {why} {remedy}".rstrip(), "red")
        if heard:
            rest = f" Still deaf: {_named(list(self._deaf))}." if self._deaf else ""
            self._print(now, f"HEARS  {_named([each.source for each in heard])} again.{rest}", "green")

    def _print(self, now: datetime, line: str, colour: str) -> None:
        click.secho(f"{now:%H:%M:%S} {line}", fg=colour, bold=True, file=self.out)


def event_lines(item: dict[str, Any]) -> Iterator[str]:
    """What a new item of the case table tells: a judged post, or what happened to a case. Nothing of any other."""
    # Under the key of a post there may also be that it is awaited, or is a later version of another.
    if item["sk"] == "MENTION" and "mention" in item:
        yield _mention_line(item)
    elif item["sk"].startswith("LOG#"):
        yield from _entry_lines(item)


def _mention_line(item: dict[str, Any]) -> str:
    stored = stored_mention(item)
    mention, judgement = stored.mention, stored.judgement
    who = plain(mention.author.handle or mention.author.name or mention.author.id)
    said = plain(mention.text)
    said = said if len(said) <= TEXT_WIDTH else said[: TEXT_WIDTH - 3] + "..."
    if mention.own:
        kind = click.style("the brand", dim=True)
    elif mention.is_repost:
        kind = click.style("repost", dim=True)
    elif judgement.intent is Intent.COMPLAINT:
        kind = click.style(f"complaint {judgement.urgency}", fg=COLOURS[judgement.severity])
    else:
        kind = str(judgement.intent)
    return f"{_clock(mention.created_at)} post   {kind:<14} @{who}: {said}"


def _entry_lines(item: dict[str, Any]) -> Iterator[str]:
    case = conversation_in(item["pk"])
    for entry in entries_of(item):
        yield click.style(f"{_clock(entry.at)} case   {case} {entry.what}: {plain(entry.text)}", dim=True)


def _alert_lines(message: dict[str, Any]) -> Iterator[str]:
    title = f"{message['channel'].upper()} to {message['to']} (rung {message['rung']}, {message['reason']})"
    yield click.style(f"{_clock(datetime.fromisoformat(message['at']))} ALERT  {title}", fg="magenta", bold=True)
    lines = message["text"].splitlines() if message["channel"] == "sms" else [f"Subject: {message['subject']}"]
    for line in lines:
        yield f"         | {plain(line)}"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}"


def _named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return shown if more <= 0 else f"{shown} and {more} more"
