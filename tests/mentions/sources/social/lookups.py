"""A look-up with accounts of one network, over HTTP to stand-ins, and posts as they are stored."""

from dataclasses import dataclass, field

from earshot.mentions.mention import Mention
from earshot.mentions.sources.lookup import Lookup
from earshot.mentions.sources.networks import SocialNetworks
from earshot.mentions.sources.social.accounts import SocialAccount
from tests.fakes import FakeClock
from tests.mentions.sources.social.stream_listener import MemorySecret, MemoryUnits, StreamListener


@dataclass
class OneSecret(MemorySecret):
    """The same credential for all accounts."""

    credentials: dict[str, str] = field(default_factory=dict)
    value: str = ""

    def credential(self, network: str, account: str, *, fresh: bool = False) -> str:
        return self.credentials.get(account, self.value)


def lookup_of(
    clock: FakeClock,
    credential: str | dict[str, str],
    *accounts: SocialAccount,
    units: MemoryUnits | None = None,
    seconds: float = 60.0,
) -> Lookup:
    """The look-up with these accounts, signed in with one credential or each with its own; a call may take ``seconds``
    less ten."""
    secret = OneSecret(value=credential) if isinstance(credential, str) else OneSecret(credential)
    networks = SocialNetworks(
        secret, clock, lambda: seconds, MemoryUnits() if units is None else units, allows_loopback=True
    )
    return networks.lookups(accounts)[accounts[0].network]


def stored(listener: StreamListener) -> dict[str, Mention]:
    """What a first run reads, by text."""
    return {one.text: one for one in listener.run()}
