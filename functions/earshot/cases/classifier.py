"""The classifier: measures the mentions of a batch together, then judges each and folds it into its case.

What a mention is judged to be does not depend on the batch that it came in: each sees what those before it changed. A
language model that is asked for a second opinion sees a batch together, and may answer otherwise another time.

Each mention stands or falls alone: what goes wrong for one, also where work is done for all of them together, is raised
when that one is ingested.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from earshot.cases.author_history import histories
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import IngestResult, ingest
from earshot.cases.policy.policy import Policy
from earshot.cases.read_ahead import Reader, Store, read_ahead
from earshot.cases.repost_batch import ingest_reposts
from earshot.cases.stored_mention import KnownPost, StoredMention, is_forgotten, keys_to_know
from earshot.cases.thread import with_thread
from earshot.mentions.mention import Mention
from earshot.triage.context import NO_HISTORY, History
from earshot.triage.encoder.scores import Encode, EncoderScores, read_nothing
from earshot.triage.judge import context_of, judge_mention
from earshot.triage.judgement import Judgement, Sentiment
from earshot.triage.language.detector import resolve
from earshot.triage.normalizer.normalizer import readable
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.sentiment.selection import Selection, every_post
from earshot.triage.terms.terms import Terms

if TYPE_CHECKING:
    # It is loaded where a model is named, and nowhere else: cold starts depend on it.
    from earshot.cases.second_opinion import SecondOpinion
    from earshot.triage.reader.answer import Reading


# A batch that cannot be prepared is halved, to find the mention that it fails for. Where this many parts failed, or so
# few seconds are left, it is no mention's fault: the rest of the batch waits for its next delivery.
MOST_FAILED_PARTS = 30
LEAST_SECONDS_FOR_PARTS = 20.0


class ClassifierStore(Store, Protocol):
    """What the classifier asks of the case table."""

    def known(self, keys: Sequence[str]) -> Mapping[str, KnownPost]: ...


@dataclass(frozen=True, slots=True)
class Ingested:
    """A mention as it was stored, and what became of it."""

    stored: StoredMention
    result: IngestResult


@dataclass(frozen=True, slots=True)
class Classifier:
    """``measure`` gives the sentiment of each (text, language); ``terms`` and ``policy`` what is in force now.

    ``brands`` gives the brands' handles in lower case, as they are now. ``back_off`` waits before another try, after
    so many that failed. ``reader`` reads what a batch will need together; None: one by one. ``second_opinion`` asks a
    language model about some of its posts; None: no model is asked. ``encode`` reads posts with what they answer.
    ``is_worth_measuring`` tells which of the posts ``measure`` is asked about: the lexicon measures the others.
    """

    store: ClassifierStore
    measure: Callable[[Sequence[tuple[str, str | None]]], list[Sentiment | None]]
    brands: Callable[[], frozenset[str]]
    terms: Callable[[], Terms]
    policy: Callable[[], Policy]
    clock: Callable[[], datetime]
    back_off: Callable[[int], None] = lambda _: None
    reader: Reader | None = None
    second_opinion: "SecondOpinion | None" = None
    encode: Encode = read_nothing
    is_worth_measuring: Selection = every_post

    def prepare(self, mentions: Mapping[str, Mention], seconds_left: Callable[[], float] = lambda: 60.0) -> "Prepared":
        """Those of the mentions that are not stored yet, or in another version, or as history, by the same names.

        The reads for a batch do not grow with its size; sentiment is measured and the second opinion asked for once,
        because they cost money. ``seconds_left`` is the time that is left for the whole batch. Nothing is raised: a
        mention that cannot be prepared is not ingested either.
        """
        prepared, waiting = Prepared(), [dict(mentions)]
        while waiting:
            part = waiting.pop(0)
            try:
                prepared.add(self._prepare(part, seconds_left))
            except Exception as error:  # noqa: BLE001 - raised when the mention that it is about is ingested
                prepared.failures += 1
                can_halve = prepared.failures < MOST_FAILED_PARTS and seconds_left() >= LEAST_SECONDS_FOR_PARTS
                if len(part) > 1 and can_halve:
                    names = list(part)
                    halves = names[: len(names) // 2], names[len(names) // 2 :]
                    waiting = [{name: part[name] for name in half} for half in halves] + waiting
                else:
                    prepared.fail(part, error)
        return prepared

    def _prepare(self, mentions: Mapping[str, Mention], seconds_left: Callable[[], float]) -> "Batch":
        terms = self.terms()
        mentions = {name: _recognise(mention, terms) for name, mention in mentions.items()}
        known = self.store.known(keys_to_know(mentions.values()))
        new = {name: one for name, one in mentions.items() if one.key not in known or known[one.key].is_news(one)}
        new = {name: one for name, one in new.items() if not is_forgotten(one, known)}
        if not new:
            return Batch(self, self.store, {}, {}, {}, {})
        store = self.store if self.reader is None else read_ahead(self.store, self.reader, new.values())
        languages = {name: resolve(mention.text, mention.language) for name, mention in new.items()}
        measured = [name for name, mention in new.items() if not mention.own and not mention.is_repost]
        together = {mention.key: mention for mention in new.values()}
        inputs = [with_thread(new[name], languages[name], together, store) for name in measured]
        readings = dict(zip(measured, self.encode(inputs), strict=True))
        items = {name: (readable(new[name].text), languages[name]) for name in measured}
        asked = [
            name for name in measured if self.is_worth_measuring(new[name], languages[name], terms, readings[name])
        ]
        others = [name for name in measured if name not in asked]
        sentiments = dict(zip(others, measure_all([items[name] for name in others], None), strict=True))
        if asked:
            sentiments |= zip(asked, self.measure([items[name] for name in asked]), strict=True)
        batch = Batch(self, store, new, languages, sentiments, readings)
        batch.ask_second_opinion(seconds_left)
        return batch


class Prepared:
    """What became of a batch: the parts that could be prepared, and the errors of the other mentions, by name."""

    def __init__(self) -> None:
        self.mentions: dict[str, Mention] = {}
        self.failures = 0
        self._batches: dict[str, Batch] = {}
        self._errors: dict[str, Exception] = {}
        self._is_any_prepared = False

    @property
    def failure(self) -> Exception | None:
        """Why nothing at all could be prepared: no one mention's fault, unless there is only one; else None."""
        return None if self._is_any_prepared else next(iter(self._errors.values()), None)

    def add(self, batch: "Batch") -> None:
        """A part that could be prepared."""
        self.mentions |= batch.mentions
        self._batches |= dict.fromkeys(batch.mentions, batch)
        self._is_any_prepared = True

    def fail(self, mentions: Mapping[str, Mention], error: Exception) -> None:
        """A part that could not."""
        self.mentions |= mentions
        self._errors |= dict.fromkeys(mentions, error)

    def ingest(self, name: str) -> Ingested | None:
        """Judge a mention and fold it into its case; None where it is not new.

        ConflictError where others kept changing the case; where it could not be prepared, the error for which.
        """
        if name in self._errors:
            raise self._errors[name]
        return self._batches[name].ingest(name) if name in self._batches else None


class Batch:
    """The new mentions of a batch, by name, with all that was read and measured for them together."""

    def __init__(
        self,
        classifier: Classifier,
        store: Store,
        mentions: Mapping[str, Mention],
        languages: Mapping[str, str | None],
        sentiments: Mapping[str, Sentiment | None],
        encoder_scores: Mapping[str, EncoderScores | None],
    ) -> None:
        self._classifier = classifier
        self._store = store
        self.mentions = mentions
        self._languages = languages
        self._sentiments = sentiments
        self._encoder_scores = encoder_scores
        self._reposts: dict[str, Ingested] = {}
        self._not_together: set[str] = set()
        self._readings: Mapping[str, Reading] = {}

    def ask_second_opinion(self, seconds_left: Callable[[], float]) -> None:
        """Ask the language model, if there is one, about those mentions that are worth it."""
        second_opinion, now = self._classifier.second_opinion, self._classifier.clock()
        if second_opinion is None:
            return
        known = histories(list(self.mentions.values()), self._store)
        judged = {
            name: self._by_rules(name, known.get(one.key, NO_HISTORY), now) for name, one in self.mentions.items()
        }
        self._readings = second_opinion.ask(self.mentions, judged, self._store, seconds_left)

    def ingest(self, name: str) -> Ingested | None:
        """Judge a mention and fold it into its case; None where it is not new.

        ConflictError where others kept changing the case.
        """
        if name not in self.mentions:
            return None
        if name in self._reposts:
            return self._reposts.pop(name)
        mention, its = self.mentions[name], self._classifier
        rules = FoldRules(its.brands(), its.terms(), its.policy())
        post = mention.key_of(mention.reposted_id) if mention.reposted_id is not None else None
        if post is not None and post not in self._not_together:
            same = {other: one for other, one in self.mentions.items() if one.reposted_id == mention.reposted_id}
            same = {other: one for other, one in same.items() if one.source == mention.source}
            # If that fails, each of them is ingested alone when its turn comes.
            self._not_together.add(post)
            with suppress(Exception):
                stored = {other: self._judge(other, one) for other, one in same.items()}
                results = ingest_reposts(tuple(stored.values()), self._store, rules, its.back_off)
                pairs = zip(stored.items(), results, strict=True)
                self._reposts |= {other: Ingested(one, result) for (other, one), result in pairs}
                return self._reposts.pop(name)
        stored_mention = self._judge(name, mention)
        return Ingested(stored_mention, ingest(stored_mention, self._store, rules, its.back_off))

    def _judge(self, name: str, mention: Mention) -> StoredMention:
        its, now = self._classifier, self._classifier.clock()
        history = histories([mention], self._store).get(mention.key, NO_HISTORY)
        judgement = self._by_rules(name, history, now)
        if its.second_opinion is not None and name in self._readings:
            terms = its.terms()
            context = context_of(mention, terms, now, history)
            judgement = its.second_opinion.weigh(judgement, self._readings[name], context, terms)
        return StoredMention(mention, judgement, now)

    def _by_rules(self, name: str, history: History, now: datetime) -> Judgement:
        return judge_mention(
            self.mentions[name],
            sentiment=self._sentiments.get(name),
            language=self._languages[name],
            terms=self._classifier.terms(),
            now=now,
            history=history,
            encoder=self._encoder_scores.get(name),
        )


def _recognise(mention: Mention, terms: Terms) -> Mention:
    """The mention, as the brand's own where somebody wrote it who speaks for the brand by its terms."""
    brand = None if mention.own else terms.voice_of(mention.author)
    return mention if brand is None else replace(mention, own=True, brand=brand)
