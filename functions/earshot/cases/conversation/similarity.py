"""Whether two complaints of one author are about one thing.

People who are not heard say it again, often as a post of its own. That is one case, not three. Two posts are
about one thing when they name the same reference (an order, a flight), or when the shorter says mostly what the
other says.
"""

import re

# Of the shorter text's words, how many the other must share, and how many that must be at least.
SHARE = 0.5
LEAST_SHARED = 3
MOST_WORDS = 60
_NOISE = re.compile(r"https?://\S+|@\w+")
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_COMMON = frozenset(
    """
    about after again also been before being could does doing dont from have having here into just like more most much
    never only other over please really same should since some still than that their them then there they this those
    today very want were what when where which while will with would your yours
    """.split()
)


def words(text: str) -> frozenset[str]:
    """The words of a text that say what it is about, in lower case: four letters or more, or holding a digit."""
    found = {word.lower() for word in _WORD.findall(_NOISE.sub(" ", text))}
    kept = sorted(word for word in found if _is_reference(word) or (len(word) >= 4 and word not in _COMMON))
    return frozenset(kept[:MOST_WORDS])


def about_one_thing(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets that ``words`` gave speak of one thing."""
    shared = one & other
    if any(_is_reference(word) for word in shared):
        return True
    return len(shared) >= LEAST_SHARED and len(shared) >= SHARE * min(len(one), len(other))


def _is_reference(word: str) -> bool:
    """An order number, a flight, a ticket: at least four characters, two of them digits. A year is none."""
    digits = sum(character.isdigit() for character in word)
    return len(word) >= 4 and digits >= 2 and not re.fullmatch(r"(?:19|20)\d\d", word)
