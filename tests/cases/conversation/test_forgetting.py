"""A case knows its customer's other posts, by which it is found, until one of them is forgotten."""

from dataclasses import replace
from datetime import timedelta

from earshot.cases.case.posts import MOST_OTHER_POSTS, MOST_OTHER_TEXT
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold
from earshot.cases.conversation.forgetting import REMOVED, forget_customer, forget_post
from earshot.mentions.mention import Author
from tests.fakes import BRANDS, CASE, START, a_judgement, a_mention

LATER = START + timedelta(hours=1)


def heard(*posts: tuple[str, str, int]) -> Conversation:
    """A conversation in which these posts were heard: id, text and urgency of each."""
    conversation = Conversation(CASE)
    for id, text, urgency in posts:
        judgement = a_judgement(urgency=urgency)
        conversation = fold(
            conversation, a_mention(id, text), judgement, now=LATER, rules=FoldRules(BRANDS)
        ).conversation
    return conversation


def texts(conversation: Conversation) -> tuple[str, ...]:
    return tuple(post.text for post in conversation.case.posts.other_posts)


def test_the_latest_posts_that_are_not_the_headline_are_known_by_their_beginning():
    case = heard(("1", "bag", 60), ("2", "hello?", 40), ("3", "it has my pills", 90)).case
    assert case.posts.headline.text == "it has my pills"
    assert [post.text for post in case.posts.other_posts] == ["bag", "hello?"]
    many = heard(*((str(number), "x" * 2_000, 50) for number in range(1, 20)))
    assert [post.id for post in many.case.posts.other_posts] == [
        str(number) for number in range(20 - MOST_OTHER_POSTS, 20)
    ]
    assert set(texts(many)) == {"x" * MOST_OTHER_TEXT}


def test_a_forgotten_post_is_found_by_no_word_of_it():
    conversation = heard(("1", "bag", 60), ("2", "my address is", 40), ("3", "hello?", 30))
    without, entries = forget_post(conversation, "2", "op", LATER, is_only=False)
    assert (without.case.posts.headline.text, texts(without), entries[-1].what) == ("bag", ("hello?",), "forgotten")
    assert without.case.status is conversation.case.status
    assert forget_post(without, "2", "op", LATER, is_only=False) is None
    without, _ = forget_post(without, "1", "op", LATER, is_only=False)
    assert (without.case.posts.headline.text, texts(without)) == (REMOVED, ("hello?",))
    nobody, _ = forget_customer(conversation, "op", LATER)
    assert texts(nobody) == ()
    assert forget_customer(nobody, "op", LATER) is None


def test_nothing_of_a_nameless_customer_is_left_after_a_post_of_theirs_was_forgotten():
    """Authors of feeds and imports may have an id alone: that they are nobody says nothing of their other posts."""
    conversation = heard(("1", "bag", 60), ("2", "my address is", 40))
    nobody = replace(conversation.case, author=Author(conversation.case.author.id))
    without, _ = forget_post(replace(conversation, case=nobody), "1", "op", LATER, is_only=False)
    assert (without.case.posts.headline.text, texts(without)) == (REMOVED, ("my address is",))
    forgotten, _ = forget_customer(without, "op", LATER)
    assert texts(forgotten) == ()
