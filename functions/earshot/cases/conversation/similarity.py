"""Whether two complaints of one author are about the same problem.

Customers who get no answer say it again, often as a post of its own. That is one case, not three. Two posts are about
the same problem when they name the same reference (an order, a flight), or when the shorter one shares at least half of
its words with the other.
"""

import re

# The share of the shorter text's words that the other must have too, and the least number of shared words.
SHARE = 0.5
LEAST_SHARED = 3
MOST_WORDS = 60
_NOISE = re.compile(r"https?://\S+|@\w+")
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_STOP_WORDS = frozenset(
    """
    about after again also been before being could does doing dont from have having here into just like more most much
    never only other over please really same should since some still than that their them then there they this those
    today very want were what when where which while will with would your yours
    """.split()
)


def content_words(text: str, least: int = 4) -> frozenset[str]:
    """The words of a text that say what it is about, in lower case: ``least`` letters or more, or a reference.

    Links, handles and stop words are left out. At most ``MOST_WORDS``, the first in alphabetical order.
    """
    found = {word.lower() for word in _WORD.findall(_NOISE.sub(" ", text))}
    kept = sorted(word for word in found if _is_reference(word) or (len(word) >= least and word not in _STOP_WORDS))
    return frozenset(kept[:MOST_WORDS])


def is_same_problem(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts, each given as its ``content_words``, are about the same problem."""
    shared = one & other
    if any(_is_reference(word) for word in shared):
        return True
    return len(shared) >= LEAST_SHARED and len(shared) >= SHARE * min(len(one), len(other))


def _is_reference(word: str) -> bool:
    """An order number, a flight, a ticket: at least four characters, two of them digits. A year is none."""
    digits = sum(character.isdigit() for character in word)
    return len(word) >= 4 and digits >= 2 and not re.fullmatch(r"(?:19|20)\d\d", word)
