"""Hostile posts on the whole way from the queue to the people: no neighbour harmed, nothing forged, no answer 5xx.

That no pattern takes more than linear time is held by ``tests/triage/linear``, for every pattern of the product.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from html.parser import HTMLParser
from itertools import islice
from typing import Any
from urllib.parse import quote

import pytest

import api
from earshot.alerting.messages.email import email, email_subject
from earshot.alerting.messages.grouped import MAX_LISTED, email_of_many, sms_of_many
from earshot.alerting.messages.sms import fits_on_a_phone, sms
from earshot.alerting.webhooks.payloads import content_of
from earshot.alerting.webhooks.publication import Publication
from earshot.alerting.webhooks.targets import TargetKind, WebhookTarget
from earshot.api.links.page import case_page
from earshot.cases.case.case import Case
from earshot.cases.classifier import Classifier
from earshot.cases.conversation.replies import author_in
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.store.keys import conversation_record, mention_record, participant_key
from earshot.mentions.mention import Mention
from earshot.mentions.queue_message import read_message
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.triage.sentiment.measure import measure_all
from earshot.triage.terms.terms import Terms
from infra.terminal import COLUMNS, fitted
from tests.api.fakes import ENVIRON, an_event, send, tables
from tests.fakes import BRANDS, START, MemoryStore
from tests.hostile.posts import EVIL, bodies, by_hand

ACTION_LINK = "https://abc123defg.execute-api.eu-west-1.amazonaws.com/l/0123456789abcdefghijkl"
NOW = START.replace(hour=11)
JOINERS = "\u200c\u200d"
# Of the 10,000 all are read; through the slower parts goes a share of them.
READ, CLASSIFIED, BATCH, TEXTED, STORED = 10_000, 1_200, 40, 120, 40
# DynamoDB's, in bytes.
MAX_PARTITION_KEY, MAX_SORT_KEY, MAX_ITEM = 2_048, 1_024, 400_000
PARTITIONS = {"pk", "conversation", "author", "status", "day", "desk"}
read = partial(read_message, brands=lambda: BrandAccounts(("NimbusAir",)))


def assert_fits(record: Mapping[str, Any]) -> None:
    """Assert that DynamoDB takes a record: no key and no item is too large, and no text is half a character."""
    assert len(json.dumps(record, ensure_ascii=False).encode()) < MAX_ITEM
    for name, value in record.items():
        if name in PARTITIONS:
            assert 0 < len(value.encode()) <= MAX_PARTITION_KEY, name
        elif name == "sk" or name.endswith("_order"):
            assert 0 < len(value.encode()) <= MAX_SORT_KEY, name


@pytest.fixture(scope="module")
def store() -> MemoryStore:
    """A table after so many of the posts went through the classifier, in batches, and none was lost."""
    store, sent = MemoryStore(), iter(bodies(CLASSIFIED))
    classifier = Classifier(
        store,
        lambda items: measure_all(items, None),
        lambda: BRANDS,
        lambda: Terms(BRANDS),
        lambda: DEFAULT_POLICY,
        lambda: NOW,
    )
    valid = 0
    while batch := list(islice(sent, BATCH)):
        mentions = {f"m{n}": one for n, one in enumerate(map(read, batch)) if isinstance(one, Mention)}
        prepared = classifier.prepare(mentions)
        assert prepared.failures == 0
        for name in mentions:
            prepared.ingest(name)
        assert {one.key for one in mentions.values()} <= store.mentions.keys() | store.edits.keys()
        valid += len(mentions)
    assert CLASSIFIED // 3 < valid < CLASSIFIED
    return store


def cases(store: MemoryStore, most: int) -> list[Case]:
    return store.cases[:: max(1, len(store.cases) // most)][:most]


def test_there_are_so_many_by_hand() -> None:
    assert len(set(by_hand())) >= 200
    assert list(bodies(50)) == list(bodies(50))


@pytest.mark.slow
def test_each_of_ten_thousand_messages_is_a_mention_that_can_be_stored_or_is_refused_with_a_reason() -> None:
    refused = 0
    for body in bodies(READ):
        mention = read(body)
        if isinstance(mention, Mention):
            assert read(json.dumps(mention.to_record())) == mention
            assert_fits(participant_key(author_in(mention)))
            mention.key.encode()
        else:
            refused += 1
            assert 20 < len(str(mention)) < 2_000
    assert READ // 10 < refused < READ * 2 // 3


@pytest.mark.slow
def test_what_is_stored_fits_into_the_table(store: MemoryStore) -> None:
    for stored in store.mentions.values():
        assert_fits(mention_record(stored))
    for conversation in store.conversations.values():
        assert_fits(conversation_record(conversation))
    assert len(store.cases) > CLASSIFIED // 5


def without_quotes(message: str) -> Iterator[str]:
    """The lines of an email, as any program may part them, that are not marked as a stranger's."""
    return (line for line in message.splitlines() if not line.lstrip(" ").startswith(">"))


def assert_ours(message: str, links: Iterable[str | None]) -> None:
    """Assert that outside of quotations a message opens nothing but ``links``, and has no character that hides."""
    known = {ACTION_LINK, *links}
    for line in without_quotes(message):
        assert all(one.isprintable() or one in JOINERS for one in line)
        assert f"{EVIL}/" not in line.lower()
        assert f"//{EVIL}" not in line.lower()
        assert set(re.findall(r"https?://\S+", line)) <= known
    acts = [line for line in message.splitlines() if line.startswith("Act:")]
    assert acts in ([], [f"Act: {ACTION_LINK}"])


def shown(one: Case) -> str | None:
    return one.posts.headline.link


def test_no_email_has_a_line_of_a_strangers_or_is_larger_than_sns_takes(store: MemoryStore) -> None:
    found = cases(store, 400)
    for case in found:
        mail = email(case, 1, NOW, ACTION_LINK)
        assert_ours(mail, [shown(case)])
        assert len(mail.encode()) < 60_000
        subject = email_subject(case, NOW)
        assert (subject.isascii(), subject.isprintable(), len(subject) < 100) == (True, True, True)
    for start in range(0, len(found), MAX_LISTED):
        listed = found[start : start + MAX_LISTED]
        mail = email_of_many(listed, 1, NOW, None, ACTION_LINK)
        assert_ours(mail, map(shown, listed))
        assert len(mail.encode()) < 60_000


def test_a_text_message_opens_nothing_but_our_own_links(store: MemoryStore) -> None:
    for case in cases(store, TEXTED):
        for message in (sms(case, NOW, ACTION_LINK), sms_of_many([case, case], NOW, None, ACTION_LINK)):
            assert f"\n{message}".count(f"\nAct: {ACTION_LINK}") == 1
            assert_ours(message, [shown(case)])
            # Whatever a phone would open, also in a quotation, is ours.
            assert set(re.findall(r"https?://\S+", message)) <= {ACTION_LINK, shown(case)}
            assert f"{EVIL}/" not in message.lower()
            assert fits_on_a_phone(message)


def test_chats_show_a_strangers_words_as_a_quotation_and_mention_nobody(store: MemoryStore) -> None:
    for case in cases(store, 200):
        told = Publication(
            "a", "t", (case.id,), "high", None, 1, None, "s", email(case, 1, NOW), case.posts.headline.link
        )
        for kind in (TargetKind.SLACK, TargetKind.TEAMS):
            payload = json.loads(content_of(WebhookTarget(kind, "https://example.com", ""), told))
            if kind is TargetKind.SLACK:
                section = payload["blocks"][1]["text"]["text"]
                assert not set(section) & set("<>")
                lines = section.replace("&gt;", ">")
            else:
                (attachment,) = payload["attachments"]
                lines = "\n".join(run["text"] for block in attachment["content"]["body"] for run in block["inlines"])
            assert all(f"{EVIL}/" not in line for line in without_quotes(lines))


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag, *(name for name, _ in attrs)]


def test_the_page_behind_a_link_is_the_same_whoever_wrote(store: MemoryStore) -> None:
    pages = [case_page(case, "rung 1", NOW) for case in cases(store, 300) if case.posts.headline.link]
    kinds = {tuple(name for name in Tags(page).found if name not in ("li", "button", "value")) for page in pages}
    # With its form, and without.
    assert 1 <= len(kinds) <= 2
    assert all("\u202e" not in page and len(page.encode()) < 15_000 for page in pages)


def test_no_terminal_is_moved() -> None:
    for words in by_hand():
        assert fitted(words, COLUMNS).isprintable()


def hostile_requests() -> Iterator[dict[str, Any]]:
    """Texts by hand where a caller can put one: in a path, a query and a body."""
    for words in by_hand()[::2]:
        sendable = words.encode("utf-8", "replace").decode()
        yield an_event("GET", f"/cases/{quote(sendable, safe='')}")
        yield an_event("GET", "/cases", search=sendable, cursor=sendable)
        yield an_event("POST", "/cases/x-1-7-nimbusair/notes", body={"text": words})


@pytest.mark.slow
def test_the_api_answers_every_hostile_request_and_lists_every_hostile_post(store: MemoryStore) -> None:
    with tables() as made:
        handler = api.build(ENVIRON, made.clock)
        posts = [one for one in store.mentions.values() if not one.mention.own and not one.mention.is_repost]
        for stored in posts[:: len(posts) // STORED][:STORED]:
            made.hear(stored.mention, stored.judgement)
        listed = send(handler, an_event("GET", "/cases", status="open"))
        assert listed.status == 200
        assert listed.json["items"]
        for case in listed.json["items"]:
            assert send(handler, an_event("GET", f"/cases/{quote(case['id'], safe='')}")).status == 200
        statuses = [send(handler, event).status for event in hostile_requests()]
        assert max(statuses) < 500
