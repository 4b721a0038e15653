"""The receipt of a removal: what went, why, when that was noticed and when it was done. Nothing of the content."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from earshot.cases.removal.subject import Kind, digest_of
from earshot.timestamps import parse_rfc3339, rfc3339, time_or_none

ASKED = "removal was asked for"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A post that had to go. ``digest`` is of its network and id: whoever knows these finds it, nobody else reads it.

    ``reason`` is what its source says of it, or that somebody asked. ``removed_at`` is None until it is done. ``items``
    are how many stored items were changed, by what they are.
    """

    source: str
    digest: str
    reason: str
    noticed_at: datetime
    by: str
    removed_at: datetime | None = None
    items: Mapping[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def of_post(cls, source: str, id: str, reason: str, noticed_at: datetime, by: str) -> "Receipt":
        """The receipt of a post whose removal is not done yet."""
        return cls(source, digest_of(Kind.POST, source, id), reason, noticed_at, by)

    def done(self, at: datetime, items: Mapping[str, int]) -> "Receipt":
        """The receipt once it is done."""
        return replace(self, removed_at=at, items=dict(items))

    @property
    def month(self) -> str:
        """The month in which it was noticed: ``2026-11``."""
        return f"{self.noticed_at:%Y-%m}"

    @property
    def order(self) -> str:
        """Its place among those of its month: the same whenever it is written."""
        return f"{rfc3339(self.noticed_at)}#{self.source}#{self.digest}"

    def to_record(self) -> dict[str, Any]:
        """The receipt in plain JSON types."""
        return {
            "source": self.source,
            "digest": self.digest,
            "reason": self.reason,
            "noticed_at": rfc3339(self.noticed_at),
            "by": self.by,
            "removed_at": None if self.removed_at is None else rfc3339(self.removed_at),
            "items": dict(self.items),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Receipt":
        """The receipt of a record that ``to_record`` made."""
        return cls(
            source=record["source"],
            digest=record["digest"],
            reason=record["reason"],
            noticed_at=parse_rfc3339(record["noticed_at"], "noticed_at"),
            by=record["by"],
            removed_at=time_or_none(record, "removed_at"),
            items=dict(record["items"]),
        )
