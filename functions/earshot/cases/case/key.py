"""The key of a conversation, and of the case that it gave rise to."""

import re
from dataclasses import dataclass

from earshot.errors import NotFoundError

_CASE_ID = re.compile(r"([a-z0-9]{1,20})-(\S{1,400})")


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """Which conversation of which source.

    ``str(key)`` is the key of the stored conversation (``x#1234567890``). ``case_id`` is the id by which people and the
    API know its case (``x-1234567890``).
    """

    source: str
    conversation_id: str

    @classmethod
    def parse(cls, text: str) -> "ConversationKey":
        """Read back ``str(key)``. ValueError where ``text`` is no such key."""
        source, _, conversation_id = text.partition("#")
        if not source or not conversation_id:
            raise ValueError(f"{text!r} is no key of a conversation: it looks like x#1234567890.")
        return cls(source, conversation_id)

    @classmethod
    def of_case(cls, case_id: str) -> "ConversationKey":
        """The key of the case with this id. NotFoundError: no case can have it."""
        found = _CASE_ID.fullmatch(case_id)
        if found is None:
            raise NotFoundError(f"There is no case {case_id!r}: an id looks like x-1234567890.")
        return cls(found[1], found[2])

    @property
    def case_id(self) -> str:
        """The id of its case."""
        return f"{self.source}-{self.conversation_id}"

    def author_key(self, author_id: str) -> str:
        """The key of an author of the same source."""
        return f"{self.source}#{author_id}"

    def __str__(self) -> str:
        return f"{self.source}#{self.conversation_id}"
