"""The key of a case: which customer of which brand, in which conversation."""

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass

from earshot.errors import NotFoundError
from earshot.mentions.mention import Mention

# Incidents are stored as cases of this source. They are many customers' at once, so that their keys name none.
INCIDENT_SOURCE = "incident"
_CASE_ID = re.compile(r"[^\s-]{1,40}-\S{1,400}")
_SOURCE, _CONVERSATION = re.compile(r"[^\s-]{1,40}"), re.compile(r"\S+")
# What stands in an id as it is. Anything else, such as a dash, could not be told from the parts around it.
_PLAIN = re.compile(r"[a-z0-9_.:]{1,40}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CaseKey:
    """What the brand owes one customer in one conversation is one case.

    ``str(key)`` is the id by which people, the API and the table know it: ``x-1234567890-42-nimbusair`` is what
    NimbusAir owes customer 42 in conversation 1234567890. ``customer`` is empty for an incident.
    """

    source: str
    conversation_id: str
    customer: str = ""

    @classmethod
    def of(cls, mention: Mention) -> "CaseKey":
        """The key for the author of a post."""
        return cls.for_author(mention, mention.author.id)

    @classmethod
    def for_author(cls, mention: Mention, author_id: str) -> "CaseKey":
        """The key for somebody in the conversation of a post, and with its brand."""
        return cls(mention.source, mention.conversation_id, f"{_part(author_id)}-{_part(mention.brand.lower())}")

    @classmethod
    def parse(cls, case_id: str) -> "CaseKey":
        """Read back ``str(key)``. NotFoundError: no case can have this id."""
        source, _, rest = check_case_id(case_id).partition("-")
        if source == INCIDENT_SOURCE:
            return cls(source, rest)
        conversation_id, *customer = rest.rsplit("-", 2)
        return cls(source, conversation_id, "-".join(customer))

    def author_key(self, author_id: str) -> str:
        """The key of an author of the same source."""
        return f"{self.source}#{author_id}"

    def __str__(self) -> str:
        source = self.source if _SOURCE.fullmatch(self.source) else _digest(self.source)
        conversation = self.conversation_id if _CONVERSATION.fullmatch(self.conversation_id) else None
        parts = (source, conversation or _digest(self.conversation_id), self.customer)
        return "-".join(part for part in parts if part)


def check_case_id(case_id: str) -> str:
    """The id, as it is. NotFoundError: no case can have it."""
    if _CASE_ID.fullmatch(case_id) is None:
        raise NotFoundError(f"There is no case {case_id!r}: an id looks like x-1234567890-42-nimbusair.")
    return case_id


def _part(text: str) -> str:
    """A part of an id: the text, or where it is long or has other characters, a digest of it."""
    return text if _PLAIN.fullmatch(text) else _digest(text)


def _digest(text: str) -> str:
    digest = hashlib.blake2s(text.encode("utf-8", "surrogatepass"), digest_size=10).digest()
    return f"~{b32encode(digest).decode().lower()}"
