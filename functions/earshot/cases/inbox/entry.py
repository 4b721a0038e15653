"""What the inbox knows of a case: what it is sorted, filtered, counted and searched by."""

from dataclasses import dataclass
from datetime import datetime

from earshot.cases.alert_state.alert_state import untold_from
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.inbox.words import has_words, searched_in
from earshot.triage.judgement import HIGH, Intent, Severity


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
        response, judged, author, headline = case.response, case.assessment, case.author, case.posts.headline
        since, target = response.waiting_since, response.target
        others = (text for post in case.posts.other_posts for text in (post.id, post.text))
        names = (author.handle, author.name, author.id, case.id, headline.id, headline.link)
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
            reach=case.posts.spread.reach,
            author=author.name or author.handle or author.id,
            words=searched_in(*names, *others, headline.text),
        )

    @property
    def is_urgent(self) -> bool:
        """Whether somebody is to look at it now: it is open, and severe enough to alert."""
        return self.status is Status.OPEN and self.urgency >= HIGH

    def has_words(self, terms: tuple[str, ...]) -> bool:
        """Whether each of the terms, as ``search_terms`` gives them, is part of the author or of the texts."""
        return has_words(self.words, terms)
