"""How long what is stored is kept: the same for all, or otherwise for the posts and cases of some sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Of the partitions that are of one source: what its name ends with.
_OF_A_SOURCE = {"MENTION": "#", "AUTHOR": "#", "THREAD": "#", "CASE": "-"}


@dataclass(frozen=True, slots=True)
class Retention:
    """How long an item is kept after its last change: ``by_source`` where that names its source, else ``usual``."""

    usual: timedelta
    by_source: Mapping[str, timedelta] = field(default_factory=dict[str, timedelta])

    @property
    def longest(self) -> timedelta:
        """How old a post may be that is kept."""
        return max((self.usual, *self.by_source.values()))

    def expiry(self, partition: str, at: datetime) -> int:
        """When an item of this partition expires that was changed at ``at``, in epoch seconds."""
        kind, _, rest = partition.partition("#")
        source = rest.partition(_OF_A_SOURCE[kind])[0] if kind in _OF_A_SOURCE else ""
        return int((at + self.by_source.get(source, self.usual)).timestamp())


def retention_of(given: timedelta | Retention) -> Retention:
    """The same for all, where only a time is given."""
    return given if isinstance(given, Retention) else Retention(given)
