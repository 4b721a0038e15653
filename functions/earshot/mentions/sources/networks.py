"""The networks that accounts are on, each made once in the life of a process: so a session is, too."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.bluesky.api import BlueskyApi
from earshot.mentions.sources.bluesky.lookup import BlueskyLookup
from earshot.mentions.sources.bluesky.network import BlueskyNetwork
from earshot.mentions.sources.bluesky.posts import NETWORK as BLUESKY
from earshot.mentions.sources.facebook.api import FacebookApi
from earshot.mentions.sources.facebook.network import FacebookNetwork
from earshot.mentions.sources.lookup import Lookup
from earshot.mentions.sources.mastodon.lookup import MastodonLookup
from earshot.mentions.sources.mastodon.network import MastodonNetwork
from earshot.mentions.sources.mastodon.statuses import NETWORK as MASTODON
from earshot.mentions.sources.reddit.api import RedditApi
from earshot.mentions.sources.reddit.network import RedditNetwork
from earshot.mentions.sources.social.accounts import SocialAccount, Stream
from earshot.mentions.sources.social.client import ApiClient
from earshot.mentions.sources.social.reader import Network
from earshot.mentions.sources.social.secret import Secret
from earshot.mentions.sources.youtube.api import Units, YouTubeApi
from earshot.mentions.sources.youtube.network import YouTubeNetwork


class SocialNetworks:
    """Gives the network of a stream, as its account sees it. SourceError where its address cannot be used."""

    def __init__(
        self,
        secret: Secret,
        clock: Callable[[], datetime],
        time_left: Callable[[], float],
        *,
        allows_loopback: bool,
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._time_left = time_left
        self._allows_loopback = allows_loopback
        self._quotas: dict[str, Units] = {}
        self._made: dict[SocialAccount, Network] = {}

    def __call__(self, stream: Stream) -> Network:
        """The network of a stream."""
        account = stream.account
        if account not in self._made:
            client = ApiClient(account.api_url, self._time_left, allows_loopback=self._allows_loopback)
            self._made[account] = new_network(account, client, self._secret, self._clock, self._quotas)
        return self._made[account]

    def lookups(self, accounts: Sequence[SocialAccount]) -> dict[str, Lookup]:
        """How posts of each network are looked up: with the accounts of Bluesky, and those of each instance.

        An account whose address cannot be used is left out: its streams say so.
        """
        bluesky: list[BlueskyApi] = []
        instances: defaultdict[str, list[MastodonNetwork]] = defaultdict(list)
        for account in accounts:
            try:
                client = ApiClient(account.api_url, self._time_left, allows_loopback=self._allows_loopback)
            except SourceError:
                continue
            if account.network == BLUESKY:
                bluesky.append(BlueskyApi(account, client, self._secret, self._clock))
            elif account.network == MASTODON:
                network = MastodonNetwork(account, client, self._secret, self._clock)
                instances[account.account.partition("@")[2]].append(network)
        found: dict[str, Lookup] = {BLUESKY: BlueskyLookup(bluesky)} if bluesky else {}
        return found | ({MASTODON: MastodonLookup(instances)} if instances else {})


def new_network(
    account: SocialAccount,
    client: ApiClient,
    secret: Secret,
    clock: Callable[[], datetime],
    quotas: dict[str, Units] | None = None,
) -> Network:
    """The network of an account, called through ``client``. ``quotas`` are what accounts with one API key share."""
    match account.network:
        case "bluesky":
            return BlueskyNetwork(BlueskyApi(account, client, secret, clock), clock)
        case "reddit":
            return RedditNetwork(RedditApi(account, client, secret, clock), clock)
        case "youtube":
            api = YouTubeApi(account, client, secret, clock, {} if quotas is None else quotas)
            return YouTubeNetwork(api, clock)
        case "facebook":
            return FacebookNetwork(FacebookApi(account, client, secret, clock), clock)
        case _:
            return MastodonNetwork(account, client, secret, clock)
