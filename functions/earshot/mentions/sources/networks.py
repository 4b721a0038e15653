"""The networks that accounts are on, each made once in the life of a process: so a session is, too."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.bluesky.api import BlueskyApi
from earshot.mentions.sources.bluesky.lookup import BlueskyLookup
from earshot.mentions.sources.bluesky.network import BlueskyNetwork
from earshot.mentions.sources.facebook.api import FacebookApi
from earshot.mentions.sources.facebook.lookup import FacebookLookup
from earshot.mentions.sources.facebook.network import FacebookNetwork
from earshot.mentions.sources.lookup import Lookup
from earshot.mentions.sources.mastodon.lookup import MastodonLookup
from earshot.mentions.sources.mastodon.network import MastodonNetwork
from earshot.mentions.sources.reddit.api import RedditApi
from earshot.mentions.sources.reddit.lookup import RedditLookup
from earshot.mentions.sources.reddit.network import RedditNetwork
from earshot.mentions.sources.social.accounts import SocialAccount, Stream
from earshot.mentions.sources.social.client import ApiClient
from earshot.mentions.sources.social.reader import Network
from earshot.mentions.sources.social.secret import Secret
from earshot.mentions.sources.youtube.api import YouTubeApi
from earshot.mentions.sources.youtube.lookup import YouTubeLookup
from earshot.mentions.sources.youtube.network import YouTubeNetwork
from earshot.mentions.sources.youtube.units import LISTENING, LOOK_UPS, UnitBookings, Units


class SocialNetworks:
    """Gives the network of a stream, as its account sees it. SourceError where its address cannot be used."""

    def __init__(
        self,
        secret: Secret,
        clock: Callable[[], datetime],
        time_left: Callable[[], float],
        bookings: UnitBookings,
        *,
        allows_loopback: bool,
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._time_left = time_left
        self._allows_loopback = allows_loopback
        self._units, self._units_for_lookups = Units(bookings, LISTENING), Units(bookings, LOOK_UPS)
        self._made: dict[SocialAccount, Network] = {}

    def __call__(self, stream: Stream) -> Network:
        """The network of a stream."""
        account = stream.account
        if account not in self._made:
            client = ApiClient(account.api_url, self._time_left, allows_loopback=self._allows_loopback)
            self._made[account] = new_network(account, client, self._secret, self._clock, self._units)
        return self._made[account]

    def lookups(self, accounts: Sequence[SocialAccount]) -> dict[str, Lookup]:
        """How posts of each network are looked up, with all accounts there.

        An account whose address cannot be used is left out: its streams say so.
        """
        by_network: defaultdict[str, list[tuple[SocialAccount, ApiClient]]] = defaultdict(list)
        for account in accounts:
            with suppress(SourceError):
                client = ApiClient(account.api_url, self._time_left, allows_loopback=self._allows_loopback)
                by_network[account.network].append((account, client))
        return {network: self._lookup(network, listed) for network, listed in by_network.items()}

    def _lookup(self, network: str, accounts: Sequence[tuple[SocialAccount, ApiClient]]) -> Lookup:
        secret, clock = self._secret, self._clock
        match network:
            case "bluesky":
                return BlueskyLookup([BlueskyApi(account, client, secret, clock) for account, client in accounts])
            case "reddit":
                return RedditLookup([RedditApi(account, client, secret, clock) for account, client in accounts])
            case "youtube":
                units = self._units_for_lookups
                return YouTubeLookup([YouTubeApi(one, client, secret, clock, units) for one, client in accounts])
            case "facebook":
                return FacebookLookup([FacebookApi(account, client, secret, clock) for account, client in accounts])
            case _:
                instances: defaultdict[str, list[MastodonNetwork]] = defaultdict(list)
                for account, client in accounts:
                    domain = account.account.partition("@")[2]
                    instances[domain].append(MastodonNetwork(account, client, secret, clock))
                return MastodonLookup(instances)


def new_network(
    account: SocialAccount,
    client: ApiClient,
    secret: Secret,
    clock: Callable[[], datetime],
    units: Units,
) -> Network:
    """The network of an account, called through ``client``. ``units`` are those of YouTube's API keys."""
    match account.network:
        case "bluesky":
            return BlueskyNetwork(BlueskyApi(account, client, secret, clock), clock)
        case "reddit":
            return RedditNetwork(RedditApi(account, client, secret, clock), clock)
        case "youtube":
            return YouTubeNetwork(YouTubeApi(account, client, secret, clock, units), clock)
        case "facebook":
            return FacebookNetwork(FacebookApi(account, client, secret, clock), clock)
        case _:
            return MastodonNetwork(account, client, secret, clock)
