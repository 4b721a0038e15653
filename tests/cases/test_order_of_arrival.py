"""Posts are read in any order, and some are never read: what follows from posts alone comes out the same."""

from dataclasses import replace
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author
from earshot.triage.judgement import NEVER_URGENT, Intent, Reason, urgency_of
from tests.cases.test_ingest import a_repost
from tests.fakes import START, MemoryStore, a_judgement, a_mention, an_own_post

pytestmark = pytest.mark.slow

CUSTOMERS = [Author(str(number), handle, followers=number) for number, handle in enumerate(["ann", "ben", "cat"], 1)]
BRANDS = {"NimbusAir": Author("99", "NimbusAir"), "HarborBank": Author("98", "HarborBank")}
RULES = FoldRules(frozenset(brand.lower() for brand in BRANDS))
OTHER = a_judgement(Intent.OTHER, 0)
INTENTS = st.sampled_from([Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE, Intent.OPPORTUNITY, Intent.OTHER])


@st.composite
def conversations(draw, most=7, customers=CUSTOMERS, brands=tuple(BRANDS)):
    """Posts of customers and brands as a network has them, each with its judgement; some of them are never read.

    A reply is in the conversation of the post that it replies to, and names its author, where it names anybody.
    """
    posts, read = [], []
    for number in range(1, draw(st.integers(1, most)) + 1):
        brand, own = draw(st.sampled_from(brands)), draw(st.booleans())
        # Each brand replies to its own customers, and to itself.
        before = [one for one in posts if not own or one.brand == brand]
        replied_to = draw(st.none() | st.sampled_from(before)) if before else None
        post = a_mention(
            str(number),
            f"post {number}",
            brand=brand,
            own=own,
            author=BRANDS[brand] if own else draw(st.sampled_from(customers)),
            conversation_id=draw(st.sampled_from("AB")) if replied_to is None else replied_to.conversation_id,
            in_reply_to_id=replied_to and replied_to.id,
            in_reply_to_user_id=replied_to and draw(st.sampled_from([None, replied_to.author.id])),
        )
        named = addressee_of(post, posts) or draw(st.none() | st.sampled_from(customers))
        if own and named is not None and draw(st.booleans()):
            post = replace(post, text=f"@{named.handle} {post.text}")
        posts.append(post)
        if draw(st.integers(0, 4)) or number == 1:
            read.append((post, OTHER if own else a_judgement(draw(INTENTS), draw(st.integers(0, 100)))))
    return read


def addressee_of(post, posts):
    """Whom a thread of the brand speaks to, which its further posts name again: the nearest customer above, if any."""
    people, by_id = {one.handle: one for one in CUSTOMERS}, {one.id: one for one in posts}
    above = by_id.get(post.in_reply_to_id)
    while above is not None:
        named = above.author if not above.own else people.get(next(iter(above.handles), ""))
        if named is not None:
            return named
        above = by_id.get(above.in_reply_to_id)
    return None


@given(conversations(), st.data())
def test_the_order_of_arrival_does_not_matter(posts, data):
    assert outcome(data.draw(st.permutations(posts))) == outcome(posts)


# What a post may have been judged by, beside its words: reposts known already, and what the brand has decreed.
BESIDE = st.sampled_from(
    [
        (),
        (Reason("reach.some_reposts", 8, "passed on 30 times"),),
        (Reason("reach.reposts", 20, "passed on 300 times"), Reason("reach.speed", 10, "passed on 90 times an hour")),
        (Reason(NEVER_URGENT, -5, "'#NimbusQuiz' is never urgent here"),),
    ]
)


@given(st.data())
def test_the_order_of_reposts_and_replies_does_not_matter(data):
    def judged():
        intent, points = data.draw(INTENTS), data.draw(st.integers(10, 90))
        reasons = (Reason(f"intent.{intent}", points, intent), *data.draw(BESIDE))
        return replace(a_judgement(intent, urgency_of(reasons)), reasons=reasons)

    opening = (a_mention("1"), judged())
    heard = [(an_own_post("2"), OTHER)] if data.draw(st.booleans()) else []
    for number in range(3, data.draw(st.integers(3, 6))):
        heard.append((a_mention(str(number), f"post {number}", author=Author(str(number), followers=number)), judged()))
    times = data.draw(st.sampled_from([0, 9, 10, 19, 20, 25]))
    apart = st.lists(st.sampled_from(range(5, 95, 5)), min_size=times, max_size=times)
    for number, minutes in enumerate(data.draw(apart)):
        heard.append((a_repost(number, minutes=minutes, followers=number), OTHER))
    shuffled = data.draw(st.permutations(heard))
    assert outcome([opening, *shuffled]) == outcome([opening, *heard])


FACTS = attrgetter(
    "opened_at",
    "author",
    "response.owed_id",
    "brand",
    "assessment.intent",
    "assessment.urgency",
    "assessment.severity",
    "assessment.reasons",
    "posts.headline.text",
    "posts.other_posts",
    "posts.spread.reach",
    "posts.spread.reposts",
    "status",
    "response.due_at",
    "response.first_response_at",
    "recovery.complained_at",
    "recovery.outcome",
    "is_pleased",
)


def outcome(arrived):
    """What is known of the customers who were heard after posts arrived in this order, and where their posts belong."""
    store = MemoryStore()
    for mention, judgement in arrived:
        ingest(StoredMention(mention, judgement, START), store, RULES)
    heard = {key: one for key, one in store.conversations.items() if one.first_post_at is not None}
    known = {key: (one.first_post_at, one.answers) for key, one in heard.items()}
    belongs = {key: stored.conversation for key, stored in store.mentions.items() if stored.conversation in heard}
    return {case.id: FACTS(case) for case in store.cases}, known, belongs
