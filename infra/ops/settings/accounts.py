"""The accounts with which a deployed stack listens to networks beside X: trying one, adding and removing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from earshot.errors import SourcesError
from earshot.mentions.mention import Mention
from earshot.mentions.sources.contract import Delivery
from earshot.mentions.sources.networks import new_network
from earshot.mentions.sources.social.accounts import (
    SocialAccount,
    Stream,
    StreamKind,
    accounts_as_toml,
    parse_accounts,
    streams_of,
    usual_words,
)
from earshot.mentions.sources.social.catalogue import (
    account_problem,
    host_problem,
    place_name,
    place_problem,
    words_problem,
)
from earshot.mentions.sources.social.client import ApiClient
from earshot.mentions.sources.social.reader import TimelineReader
from earshot.mentions.sources.social.timeline import TimelineCheckpoint
from earshot.mentions.sources.youtube.units import LISTENING, Units
from earshot.reports.health import SourceHealth, source_health
from earshot.runtime import Clock, utc_now
from infra.aws_session import AwsSession
from infra.ops.access.secrets import DeployedSecrets, checked_credential
from infra.ops.aws_errors import explained
from infra.ops.bootstrap import SOURCE_TABLE, wire
from infra.ops.settings.brands import DeployedBrands
from infra.ops.settings.feeds import brand_and_words
from infra.ops.stack import Stack
from infra.terminal import COLUMNS, fitted

_MOST_SHOWN = 10
Brought = tuple[Stream, Delivery[TimelineCheckpoint]]


@dataclass(frozen=True, slots=True)
class _OneCredential:
    """The credential that somebody has just typed. Its session ends with the command."""

    value: str = field(repr=False)

    def credential(self, network: str, account: str, *, fresh: bool = False) -> str:
        return self.value

    def session(self, network: str, account: str) -> Mapping[str, Any]:
        return {}

    def keep_session(self, network: str, account: str, session: Mapping[str, Any]) -> None:
        """It is not kept."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said of an account beside its name; None or empty is what is usual."""

    brand: str | None = None
    words: tuple[str, ...] = ()
    host: str = ""
    places: tuple[str, ...] = ()
    own_places: tuple[str, ...] = ()


_TO_BOOK = "Your credentials need dynamodb:UpdateItem on it."


class DeployedAccounts:
    """The accounts of one stack. ``local``: a network may be on this machine. EarshotError where AWS refuses."""

    def __init__(self, session: AwsSession, stack: Stack, *, local: bool = False, clock: Clock = utc_now) -> None:
        self._wired = wire(session, stack, SOURCE_TABLE)
        self._brands = DeployedBrands(session, stack)
        self._secrets = DeployedSecrets(session, stack)
        self._clock, self._local = clock, local
        self._name = stack.output(SOURCE_TABLE)

    def current(self) -> tuple[SocialAccount, ...]:
        """The accounts that are read with. SourcesError where what is stored cannot be used."""
        needed = "Your credentials need dynamodb:GetItem on it."
        with explained(f"The accounts in table {self._name} cannot be read", needed):
            return parse_accounts(self._wired.accounts_table.read())

    def account(self, network: str, name: str, wanted: Wanted) -> SocialAccount:
        """The account as it would be stored. SourcesError where it cannot be used."""
        named, words = name.strip().lstrip("@").lower(), wanted.words
        places, own_places = (
            tuple(dict.fromkeys(place_name(network, one) for one in listed))
            for listed in (wanted.places, wanted.own_places)
        )
        problems = [account_problem(network, named), wanted.host and host_problem(wanted.host)]
        problems += [words_problem(network, words), *(place_problem(network, one) for one in (*places, *own_places))]
        if problem := next(filter(None, problems), None):
            raise SourcesError(problem)
        whose, usual = brand_and_words(self._brands.current(), wanted.brand)
        if not words:
            others = [one for one in self.current() if one.network == network and one.account != named]
            words = usual_words([one for one in usual if words_problem(network, [one]) is None], others)
        return SocialAccount(network, named, whose, words, wanted.host, places, own_places)

    def preview(self, account: SocialAccount, credential: str) -> tuple[Brought, ...]:
        """What first readings would bring: the last day. SourcesError where the account cannot be read at all.

        What that takes of YouTube's units is booked, as by the fetcher.
        """
        client = ApiClient(account.api_url, allows_loopback=self._local)
        units = Units(self._wired.units_table, LISTENING)
        network = new_network(account, client, _OneCredential(checked_credential(credential)), self._clock, units)
        reader = TimelineReader(lambda _: network, lambda: True)
        brought: list[Brought] = []
        for number, stream in enumerate(streams_of([account])):
            with explained(f"The units in table {self._name} cannot be booked", _TO_BOOK):
                delivery = reader.read(stream, TimelineCheckpoint(), None, self._clock())
            if number == 0 and not delivery.state.status.is_success:
                raise SourcesError(delivery.state.message)
            brought.append((stream, delivery))
        return tuple(brought)

    def add(self, account: SocialAccount, credential: str, now: datetime) -> bool:
        """Read with an account; returns whether it replaced what was said of it before."""
        before = self.current()
        others = [one for one in before if one.name != account.name]
        text = accounts_as_toml([*others, account])
        parse_accounts(text, "the accounts with this one")
        self._secrets.set_credential(account.network, account.account, checked_credential(credential))
        self._put(text, now)
        return len(others) < len(before)

    def remove(self, network: str, name: str, now: datetime) -> SocialAccount:
        """Read with an account no more, and forget its credential. SourcesError where it is none of them."""
        before = self.current()
        named = f"{network} {name.strip().lstrip('@').lower()}"
        gone = next((one for one in before if one.name == named), None)
        if gone is None:
            raise SourcesError(f"{named!r} is no account that is listened to. `earshot sources list` shows them.")
        # The credential goes first: whoever does this again after a failure still finds the account.
        self._secrets.set_credential(gone.network, gone.account, None)
        self._put(accounts_as_toml([one for one in before if one != gone]), now)
        return gone

    def health(self, now: datetime) -> tuple[tuple[Stream, SourceHealth], ...]:
        """Each stream with its state."""
        streams = streams_of(self.current())
        with explained("The states of the accounts cannot be read", "Your credentials need dynamodb:BatchGetItem."):
            return tuple(zip(streams, source_health(streams, self._wired.source_table, now), strict=True))

    def _put(self, text: str, now: datetime) -> None:
        needed = "Your credentials need dynamodb:PutItem on it."
        with explained(f"The accounts in table {self._name} cannot be put", needed):
            self._wired.accounts_table.write(text, now)


def preview_lines(brought: Sequence[Brought]) -> Iterator[str]:
    """What would have been heard in the last day, in words."""
    for stream, delivery in brought:
        posts = sorted(delivery.mentions, key=lambda one: one.created_at, reverse=True)
        yield fitted(f"{_what(stream)}: {len(posts)} posts of the last day", COLUMNS)
        yield from map(_line, posts[:_MOST_SHOWN])
        if not delivery.state.status.is_success:
            yield "  " + fitted(f"{delivery.state.status}. {delivery.state.message}", COLUMNS - 2)
        if delivery.not_kept:
            left_out = ", ".join(f"{number} {why}" for why, number in delivery.not_kept.items())
            yield "  " + fitted(f"Left out: {left_out}.", COLUMNS - 2)


def list_lines(listed: Sequence[tuple[Stream, SourceHealth]]) -> Iterator[str]:
    """Each stream with its state, and what helps where it is not heard."""
    for stream, health in listed:
        yield fitted(f"{stream.account.name}: {_what(stream)}", COLUMNS)
        yield "  " + fitted(f"for {stream.brand}: {health.status}. {health.message}", COLUMNS - 2)
        if health.what_to_do:
            yield "  " + fitted(health.what_to_do, COLUMNS - 2)


def _what(stream: Stream) -> str:
    match stream.kind:
        case StreamKind.MENTIONS:
            return "what is said to it"
        case StreamKind.OWN:
            return "its own posts"
        case StreamKind.SEARCH:
            return f"search for {stream.name}"
        case StreamKind.TAG:
            return f"hashtag #{stream.name}"
        case StreamKind.THREADS:
            return "what is said in threads about the brand"
        case StreamKind.COMMUNITY:
            return f"submissions in r/{stream.name}"
        case StreamKind.COMMENTS:
            return f"comments in r/{stream.name}"
        case StreamKind.VIDEO:
            return f"comments below the video {stream.name}"
        case StreamKind.PAGE:
            return "what is on its page"


def _line(mention: Mention) -> str:
    who = "the brand" if mention.own else mention.author.label
    return "  " + fitted(f"{mention.created_at:%Y-%m-%d %H:%M} {who}: {mention.text}", COLUMNS - 2)
