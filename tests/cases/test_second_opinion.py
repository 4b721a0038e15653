"""The second opinion within a batch: who is asked about, with which thread, in what time, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from earshot.cases.classifier import Classifier
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.second_opinion import MOST_SECONDS, RESERVED_SECONDS, SecondOpinion
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent, Judgement, Severity
from earshot.triage.reader.answer import Answer, Reading, Silence
from earshot.triage.reader.prompt import PostToRead, QuotedPost
from earshot.triage.terms.terms import Terms
from tests.fakes import BRANDS, START, MemoryStore, a_mention, an_own_post

TERMS = Terms(handles=BRANDS)
POLITE = "@NimbusAir hello, could somebody look at booking 12? The crossing is this evening and my wife has no ticket"
LOST = "@NimbusAir you lost my suitcase and nobody answers the phone, I am furious"


@dataclass
class Told:
    """A reader that answers by text, and remembers what it was asked."""

    answers: dict[str, Answer | Silence] = field(default_factory=dict)
    asked: list[PostToRead] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def read(self, posts: Sequence[PostToRead], seconds: float) -> list[Reading]:
        self.asked += posts
        self.seconds.append(seconds)
        return [Reading("some.model", self.answers.get(post.text, Silence.LATE)) for post in posts]


def classify(
    told: Told, *mentions: Mention, store: MemoryStore | None = None, seconds: float = 60
) -> dict[str, Judgement]:
    """Classify a batch; the judgements by the ids of the posts."""
    store = MemoryStore() if store is None else store
    classifier = Classifier(
        store,
        lambda items: [None for _ in items],
        lambda: BRANDS,
        lambda: TERMS,
        lambda: DEFAULT_POLICY,
        lambda: START,
        second_opinion=SecondOpinion(told.read),
    )
    batch = classifier.prepare({mention.id: mention for mention in mentions}, lambda: seconds)
    for name in list(batch.mentions):
        batch.ingest(name)
    return {one.mention.id: one.judgement for one in store.mentions.values()}


def test_what_alerts_follows_the_reader() -> None:
    told = Told({POLITE: Answer(Intent.COMPLAINT, "J"), LOST: Answer(Intent.COMPLAINT)})
    other = a_mention("2", LOST, conversation_id="2", author=Author("8", "omar"))
    found = classify(told, a_mention("1", POLITE), other)
    assert (found["1"].severity, found["1"].reader) == (Severity.HIGH, "some.model")
    assert found["2"].severity is Severity.NORMAL
    assert classify(Told(), a_mention("1", POLITE))["1"].severity is not Severity.HIGH


def test_a_silent_reader_changes_nothing_and_it_is_said() -> None:
    found = classify(Told(), a_mention("1", LOST))["1"]
    assert found.reasons[-1].text == "the reader did not answer in time"
    assert found.intent is Intent.COMPLAINT
    assert found.reader is None


def test_nobody_is_asked_about_what_alerts_nobody() -> None:
    told = Told()
    own, repost = an_own_post("5"), a_mention("6", LOST, reposted_id="1")
    classify(told, own, repost, a_mention("7", LOST, baseline=True), a_mention("8", "  "), a_mention("9", "@bob ok"))
    assert told.asked == []


def test_a_post_goes_with_what_it_replies_to_wherever_that_is() -> None:
    store, told = MemoryStore(), Told()
    classify(Told(), a_mention("1", LOST), store=store)
    answer = replace(an_own_post("2", in_reply_to_id="1"), text="@jane Which flight?")
    again = a_mention("3", "@NimbusAir the same as last time, still nothing", in_reply_to_id="2")
    classify(told, answer, again, store=store)
    (asked,) = told.asked
    assert asked.thread == (QuotedPost("the same customer", LOST), QuotedPost("the brand", "@jane Which flight?"))


def test_a_reply_to_a_post_that_nobody_knows_goes_alone() -> None:
    told = Told()
    classify(told, a_mention("3", LOST, in_reply_to_id="2"))
    assert [post.thread for post in told.asked] == [()]


def test_the_reader_gets_the_time_that_the_batch_can_spare() -> None:
    for left, given in ((60, MOST_SECONDS), (RESERVED_SECONDS + 4, 4), (RESERVED_SECONDS - 5, -5)):
        told = Told()
        classify(told, a_mention("1", LOST), seconds=left)
        assert told.seconds == [given]
