"""A filter of lists of cases: who holds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HeldBy:
    """The cases that one person has acknowledged or was assigned, under whichever of ``names``; none: nobody's."""

    names: frozenset[str] = frozenset()

    @classmethod
    def one_of(cls, names: Iterable[str]) -> "HeldBy":
        """Held under one of these names: upper and lower case make no difference."""
        return cls(frozenset(name.casefold() for name in names))

    def __str__(self) -> str:
        return "holder=" + "|".join(sorted(self.names))

    def has(self, record: Mapping[str, Any]) -> bool:
        """Whether the case of an item of the table is held so."""
        holder = record["conversation_state"]["case"].get("acknowledgement", {}).get("by")
        return holder is None if not self.names else holder is not None and holder.casefold() in self.names


NOBODY = HeldBy()
