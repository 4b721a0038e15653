"""The classifier: judges the mentions of a batch together, and folds each into its case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from earshot.cases.author_history import Records, histories
from earshot.cases.ingest import IngestResult, IngestStore, StoredMention, ingest
from earshot.cases.policy.policy import Policy
from earshot.mentions.mention import Mention
from earshot.triage.judge import judge_all
from earshot.triage.judgement import Judgement, Sentiment
from earshot.triage.terms.terms import Terms


class ClassifierStore(IngestStore, Records, Protocol):
    """What the classifier asks of the case table."""

    def known(self, keys: Sequence[str]) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Classifier:
    """``measure`` gives the sentiment of each (text, language); ``terms`` and ``policy`` what is in force now.

    ``brands`` are the brand's handles in lower case.
    """

    store: ClassifierStore
    measure: Callable[[Sequence[tuple[str, str | None]]], list[Sentiment | None]]
    brands: frozenset[str]
    terms: Callable[[], Terms]
    policy: Callable[[], Policy]
    clock: Callable[[], datetime]

    def judge_new(self, mentions: Mapping[str, Mention]) -> dict[str, Judgement]:
        """The judgement of each mention that is not stored yet, by the same names.

        The reads for a batch do not grow with its size.
        """
        known = self.store.known([mention.key for mention in mentions.values()])
        new = {name: mention for name, mention in mentions.items() if mention.key not in known}
        if not new:
            return {}
        batch = list(new.values())
        judged = judge_all(batch, self.measure, self.terms(), self.clock(), histories(batch, self.store))
        return dict(zip(new, judged, strict=True))

    def ingest(self, stored: StoredMention) -> IngestResult:
        """Store a mention and fold it into its case. ConflictError where others changed the case meanwhile."""
        policy = self.policy()
        return ingest(
            stored,
            store=self.store,
            brands=self.brands,
            ladder_for=policy.ladder_for,
            terms=self.terms(),
            policy=policy,
        )
