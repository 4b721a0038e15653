"""Who is owed an answer, who is answered and when: as rules that are written out plainly say, in any order of arrival.

The rules here look at all the posts of a finished conversation at once. The product sees one post after the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.cases.case.status import Status
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent
from tests.fakes import START, MemoryStore, a_judgement

pytestmark = pytest.mark.slow

BRANDS = ("NimbusAir", "CordialCable")
RULES = FoldRules(frozenset(brand.lower() for brand in BRANDS))
CUSTOMERS = {"1": "ana", "2": "bo", "3": "cy"}
# What a customer posts, whether it asks for an answer, and whether it speaks to the brand at all.
SAYINGS = {"complaint": Intent.COMPLAINT, "question": Intent.QUESTION, "chatter": Intent.OTHER}


@dataclass(frozen=True)
class Draft:
    """A post as it is generated: ``reply`` picks an earlier post, ``names`` whom a brand's post names."""

    author: str
    brand: str
    saying: str
    reply: int | None
    names: str | None
    says_user_id: bool
    edited_to: str | None
    is_delivered: bool
    is_elsewhere: bool
    quotes: bool


DRAFTS = st.lists(
    st.builds(
        Draft,
        author=st.sampled_from([*CUSTOMERS, *BRANDS]),
        brand=st.sampled_from(BRANDS),
        saying=st.sampled_from([*SAYINGS]),
        reply=st.one_of(st.none(), st.integers(0, 8)),
        names=st.one_of(st.none(), st.sampled_from([*CUSTOMERS])),
        says_user_id=st.booleans(),
        edited_to=st.one_of(st.none(), st.none(), st.sampled_from([*SAYINGS])),
        is_delivered=st.sampled_from([True, True, True, False]),
        is_elsewhere=st.booleans(),
        quotes=st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=9,
)


def posts_of(drafts: Sequence[Draft]) -> list[Mention]:
    """The posts of the conversations, oldest first; an edited one comes in both its versions."""
    posts: list[Mention] = []
    versions: list[Mention] = []
    for number, draft in enumerate(drafts):
        own = draft.author in BRANDS
        brand = draft.author if own else draft.brand
        answered = posts[draft.reply % number] if draft.reply is not None and number else None
        id = f"{100 + number * 10}"
        at = START + timedelta(minutes=number)
        named = f"@{CUSTOMERS[draft.names]} " if own and draft.names and answered is None else ""
        if own and answered is not None and not answered.own:
            named = f"@{answered.author.handle} "
        user = answered.author.id if answered is not None and draft.says_user_id and not answered.own else None
        author = Author(f"b{draft.author}", draft.author) if own else Author(draft.author, CUSTOMERS[draft.author])
        post = Mention(
            source="x",
            id=id,
            author=author,
            text=named + (f"word{number}" if own else text_of(draft.saying, brand, number)),
            created_at=at,
            conversation_id=answered.conversation_id if answered else ("2" if draft.is_elsewhere else "1"),
            brand=brand,
            own=own,
            in_reply_to_id=answered.version_id if answered else None,
            in_reply_to_user_id=user,
            quotes_brand=draft.quotes and not own,
        )
        versions.append(post)
        if draft.edited_to is not None and not own:
            text = text_of(draft.edited_to, brand, number)
            post = replace(post, text=text, created_at=at + timedelta(seconds=30), edit_ids=(f"{int(id) + 1}",))
            versions.append(post)
        posts.append(post)
    delivered = {f"{100 + number * 10}" for number, draft in enumerate(drafts) if draft.is_delivered}
    return [post for post in versions if post.id in delivered]


def text_of(saying: str, brand: str, number: int) -> str:
    handle = "" if saying == "chatter" else f"@{brand} "
    return f"{handle}{saying} word{number}"


def intent_of(post: Mention) -> Intent:
    saying = next(name for name in SAYINGS if name in post.text)
    return SAYINGS[saying]


def heard(posts: Iterable[Mention]) -> dict[str, tuple[datetime, datetime | None, bool]]:
    """What the product says of each case: when it opened, when it was first answered, whether the customer waits."""
    store = MemoryStore()
    for post in posts:
        judgement = a_judgement(Intent.OTHER, 0) if post.own else a_judgement(intent_of(post), 40)
        ingest(StoredMention(post, judgement, START), store, RULES)
    return {
        case.id: (case.opened_at, case.response.first_response_at, case.status is Status.OPEN) for case in store.cases
    }


def owed(posts: Sequence[Mention]) -> dict[str, tuple[datetime, datetime | None, bool]]:
    """What the rules say, which see all posts at once."""
    latest = {post.id: post for post in sorted(posts, key=lambda post: len(post.edit_ids))}
    first_at = {id: min(post.created_at for post in posts if post.id == id) for id in latest}
    by_version = {version: post for post in latest.values() for version in (post.id, *post.edit_ids)}
    theirs: dict[str, list[Mention]] = defaultdict(list)
    for post in latest.values():
        if not post.own:
            theirs[key(post, post.author.id)].append(post)
    answers: dict[str, list[datetime]] = defaultdict(list)
    answered_posts: set[str] = set()
    for own in (post for post in latest.values() if post.own):
        conversation, answered = whom(own, by_version)
        if conversation is not None:
            answers[conversation].append(own.created_at)
        if answered is not None:
            answered_posts.add(answered)
    cases: dict[str, tuple[datetime, datetime | None, bool]] = {}
    for conversation, written in theirs.items():
        if any(is_owed(post) or post.id in answered_posts for post in written):
            opened = min(first_at[post.id] for post in written)
            asked = [post.created_at for post in written if intent_of(post) is not Intent.OTHER]
            told = sorted(answers[conversation])
            waits = not told or told[-1] < max([opened, *asked])
            cases[conversation] = (opened, next((at for at in told if at >= opened), None), waits)
    return cases


def whom(own: Mention, by_version: dict[str, Mention]) -> tuple[str | None, str | None]:
    """The key of the customer whom a post of the brand answers, and the customer's post that it replies to."""
    post, seen = own, {own.id}
    while True:
        parent = by_version.get(post.in_reply_to_id or "")
        if parent is not None and not parent.own:
            is_to_us = parent.brand == own.brand
            return key(replace(parent, brand=own.brand), parent.author.id), parent.id if is_to_us else None
        if post.in_reply_to_user_id in CUSTOMERS:
            return key(own, post.in_reply_to_user_id), None
        for id, handle in CUSTOMERS.items():
            if post.text.startswith(f"@{handle} "):
                return key(own, id), None
        if parent is None or parent.brand != own.brand or parent.id in seen:
            return None, None
        post = parent
        seen.add(parent.id)


def is_owed(post: Mention) -> bool:
    return intent_of(post) is not Intent.OTHER or post.quotes_brand


def key(post: Mention, author: str) -> str:
    return f"x-{post.conversation_id}-{author}-{post.brand.lower()}"


@given(st.data())
@settings(max_examples=400)
def test_the_product_agrees_with_the_rules_in_any_order_of_arrival(data: st.DataObject) -> None:
    posts = posts_of(data.draw(DRAFTS))
    product, rules = heard(data.draw(st.permutations(posts))), owed(posts)
    assert {conversation: product.get(conversation) for conversation in rules} == rules
    # A case that was answered before its post was edited stays, and is owed nothing.
    assert not any(waits for conversation, (_, _, waits) in product.items() if conversation not in rules)
