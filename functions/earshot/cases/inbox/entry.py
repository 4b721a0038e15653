"""What the inbox knows of a case: what it is sorted, filtered, counted and searched by."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from earshot.cases.alert_state.alert_state import untold_from
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.triage.judgement import HIGH, Intent, Severity

# The network's own id at the end of a post's address: https://x.com/jane/status/1859.
_POST_ID = re.compile(r"\d{5,}")
# Characters of a case that are searched. All waiting cases are in memory, and one character can become 18 there.
MOST_SEARCHED = 6_000


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A case in the inbox. ``version`` is that of the case, ``words`` what is searched, as ``search_form`` gives it.

    ``late_at`` is when the answer is late, ``soon_at`` when that is near. ``holder`` is the name of who acknowledged
    it, without case; empty: nobody did. From ``untold_from`` on its alert is due for too long.
    """

    id: str
    version: int
    status: Status
    severity: Severity
    urgency: int
    intent: Intent
    brand: str
    source: str
    topic: str
    language: str
    holder: str
    incident_id: str | None
    opened_at: datetime
    waiting_since: datetime
    soon_at: datetime
    late_at: datetime
    untold_from: datetime | None
    reach: int
    author: str
    words: str

    @classmethod
    def of(cls, case: Case) -> "InboxEntry":
        """The entry of a case as it is stored."""
        response, judged, author, headline = case.response, case.assessment, case.author, case.headline
        since, target = response.waiting_since, response.target
        searched = (author.handle, author.name, author.id, case.id, headline.id, headline.link, headline.text)
        return cls(
            id=case.id,
            version=case.version,
            status=case.status,
            severity=judged.severity,
            urgency=judged.urgency,
            intent=judged.intent,
            brand=case.brand,
            source=case.key.source,
            topic=case.topic,
            language=headline.language or "",
            holder=(case.acknowledgement.by or "").casefold(),
            incident_id=case.incident_id,
            opened_at=response.opened_at,
            waiting_since=since,
            soon_at=target.due_soon_at(since),
            late_at=response.due_at,
            untold_from=untold_from(case),
            reach=case.spread.reach,
            author=author.name or author.handle or author.id,
            words=search_form("\n".join(filter(None, searched))),
        )

    @property
    def is_urgent(self) -> bool:
        """Whether somebody is to look at it now: it is open, and severe enough to alert."""
        return self.status is Status.OPEN and self.urgency >= HIGH

    def has_words(self, terms: tuple[str, ...]) -> bool:
        """Whether each of the terms, as ``search_terms`` gives them, is part of the author or of the text."""
        return all(term in self.words for term in terms)


def search_form(text: str) -> str:
    """A text as it is searched, of which its beginning counts: without case and accents, and with composed and
    full-width characters unified."""
    composed = unicodedata.normalize("NFKC", text[:MOST_SEARCHED]).casefold()[:MOST_SEARCHED]
    decomposed = unicodedata.normalize("NFKD", composed)
    return "".join(character for character in decomposed if not unicodedata.combining(character))[:MOST_SEARCHED]


def search_terms(find: str) -> tuple[str, ...]:
    """The words of a search, all of which must be there. Of a link the id of its post counts, or else its address."""
    return tuple(filter(None, (_term(word) for word in find.split())))


def post_ids(find: str) -> tuple[str, ...]:
    """The ids of posts in a search: numbers, and those in pasted links."""
    found = (_post_id(word) for word in find.split())
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _post_id(word: str) -> str | None:
    last = urlsplit(word).path.rstrip("/").rpartition("/")[2] if _is_link(word) else word
    return last if _POST_ID.fullmatch(last) else None


def _term(word: str) -> str:
    if not _is_link(word):
        return search_form(word.strip("@#\"'“”,;")) if len(word) > 1 else search_form(word)
    parts = urlsplit(word)
    return _post_id(word) or search_form(f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}")


def _is_link(word: str) -> bool:
    try:
        return urlsplit(word).scheme.lower() in ("http", "https")
    except ValueError:  # such as an unclosed bracket: no address
        return False
