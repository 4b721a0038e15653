"""Variants of posts, of which the teacher says what they are: a small network learns more from it the more it sees.

With a sentence less, or one of another post, a variant can say something else than its post: the labels that it still
has are never used. It is no part of the corpus.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from infra.corpus.posts import CorpusPost

_HANDLES = re.compile(r"((?:@\w+ )*)(.*)", re.DOTALL)
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?]) +")
_TAGS = ("#fail", "#customerservice", "#help", "#annoyed", "#love", "#thanks", "#happy", "#monday", "#lol", "#win")
_EMOJI = "😂😡🙃😭👍🙄❤🤔😊😤🎉🙏"
_LINK = " https://t.co/abcdefghij"
# The shares of posts that lose a sentence, that get one of a post of their trade, and that lose words. A post of one
# sentence has none to lose: it gets another. Last, the share of each addition, and of those whose handles come or go.
_LESS, _MORE, _FEWER_WORDS = 0.4, 0.15, 0.25
_ADDED = 0.12
# Of so many words one is lost.
_ONE_WORD_OF = 6


def variants(posts: Sequence[CorpusPost], chance: random.Random) -> Iterator[CorpusPost]:
    """One of each post, where it differs from the post."""
    by_trade: defaultdict[str, list[str]] = defaultdict(list)
    for post in posts:
        by_trade[post.trade].append(post.text)
    for post in posts:
        text = _variant(post.text, by_trade[post.trade], chance)
        if text != post.text:
            yield replace(post, text=text)


def _variant(text: str, others: Sequence[str], chance: random.Random) -> str:
    handles, words = _split(text)
    words = _dressed(_changed(words, others, chance), chance)
    if chance.random() < _ADDED:
        handles = "" if handles else "@brand "
    if chance.random() < _ADDED:
        handles += "@somebody "
    return handles + words


def _split(text: str) -> tuple[str, str]:
    """The handles that a post begins with, and the rest."""
    found = _HANDLES.match(text)
    assert found is not None
    return found[1], found[2]


def _changed(text: str, others: Sequence[str], chance: random.Random) -> str:
    sentences = _BETWEEN_SENTENCES.split(text)
    how = chance.random()
    if len(sentences) > 1 and how < _LESS:
        sentences.pop(chance.randrange(len(sentences)))
        return " ".join(sentences)
    if how < _LESS + _MORE:
        other = chance.choice(_BETWEEN_SENTENCES.split(_split(chance.choice(others))[1]))
        return " ".join(chance.sample([text, other], 2))
    words = text.split()
    if how < _LESS + _MORE + _FEWER_WORDS and len(words) >= _ONE_WORD_OF:
        lost = set(chance.sample(range(len(words)), len(words) // _ONE_WORD_OF))
        return " ".join(word for place, word in enumerate(words) if place not in lost)
    return text


def _dressed(text: str, chance: random.Random) -> str:
    """With what people add: marks, a tag, an emoji, a link."""
    if chance.random() < _ADDED:
        text = text.rstrip(".") + "!" * chance.choice((1, 1, 3))
    if chance.random() < _ADDED:
        text += f" {chance.choice(_TAGS)}"
    if chance.random() < _ADDED:
        text += f" {chance.choice(_EMOJI)}"
    return text + _LINK if chance.random() < _ADDED else text
