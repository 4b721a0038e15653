"""Thousands of cases due at once: read together, the most urgent first, and within the time that there is."""

from dataclasses import replace
from datetime import timedelta

from earshot.alerting.escalation import escalate
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.errors import ConflictError
from earshot.mentions.mention import Author
from tests.fakes import BRANDS, START, MemoryStore, a_judgement, a_mention

LATER = START + timedelta(minutes=6)


class Counting(MemoryStore):
    """A store that counts what is asked one by one, and together."""

    def __init__(self):
        super().__init__()
        self.asked = {"one": 0, "together": 0, "saved": 0}

    def conversation(self, key):
        self.asked["one"] += 1
        return super().conversation(key)

    def conversations_and_authors(self, conversations, authors):
        self.asked["together"] += 1
        return super().conversations_and_authors(conversations, authors)

    def save(self, changes, **rest):
        self.asked["saved"] += 1
        super().save(changes, **rest)


def hear(store, number, urgency=65):
    author = Author(f"u{number}", f"u{number}")
    mention = a_mention(str(number), f"@NimbusAir number {number}", conversation_id=str(number), author=author)
    ingest(StoredMention(mention, a_judgement(urgency=urgency), START), store, FoldRules(BRANDS))
    return f"x-{number}-u{number}-nimbusair"


def urgencies_of(store):
    return lambda keys: {key: store.conversations[key].case.assessment.urgency for key in keys}


def test_many_that_are_due_are_read_together_and_none_alone():
    store = Counting()
    keys = [hear(store, number) for number in range(250)]
    store.asked = dict.fromkeys(store.asked, 0)
    done = escalate(store, LATER, at_once=4)
    assert (sorted(done.climbed), done.failed, done.left) == (sorted(keys), [], 0)
    # A transaction has 100 items, three of them for a case of an incident.
    assert (store.asked["together"], store.asked["saved"]) == (3, 10)


def test_where_time_is_short_the_most_urgent_go_up_and_the_others_a_minute_later():
    store = Counting()
    calm = [hear(store, number, 65) for number in range(150)]
    urgent = [hear(store, number, 95) for number in range(150, 200)]
    times = iter([False])
    done = escalate(store, LATER, urgencies=urgencies_of(store), is_over=lambda: next(times, True))
    assert set(urgent) <= set(done.climbed)
    assert done.left == 200 - done.looked_at > 0
    again = escalate(store, LATER, urgencies=urgencies_of(store))
    assert sorted((*done.climbed, *again.climbed)) == sorted((*calm, *urgent))


def test_where_nobody_knows_how_urgent_they_are_all_go_up_all_the_same():
    store = Counting()
    keys = [hear(store, number) for number in range(120)]

    def throttled(keys):
        raise TimeoutError("the table is under load")

    done = escalate(store, LATER, urgencies=throttled)
    assert (sorted(done.climbed), done.failed) == (sorted(keys), [])
    assert isinstance(done.unordered, TimeoutError)


def test_what_somebody_changes_meanwhile_is_read_again():
    store, key = Counting(), None
    for number in range(3):
        key = hear(store, number)
    read = store.conversations_and_authors

    def stale(conversations, authors):
        found, _ = read(conversations, authors)
        return {one: replace(conversation, version=conversation.version - 1) for one, conversation in found.items()}, {}

    store.conversations_and_authors = stale
    done = escalate(store, LATER)
    assert (len(done.climbed), done.failed) == (3, [])
    assert key in done.climbed


def test_one_that_fails_delays_no_other():
    store = Counting()
    keys = [hear(store, number) for number in range(120)]
    save = store.save

    def broken(changes, **rest):
        if keys[7] in [conversation.key for conversation, _ in changes]:
            raise ConflictError("somebody else, every time")
        save(changes, **rest)

    store.save = broken
    done = escalate(store, LATER, at_once=3)
    assert len(done.climbed) == 119
    assert [key for key, _ in done.failed] == [keys[7]]
