"""Text of strangers beside our own: it takes no line of its own, hides nothing and turns nothing around.

A name or a post may hold any character of Unicode. Line breaks (there are nine) would begin a line that looks like one
of ours, marks of direction would turn what stands beside them, and escape sequences would move a terminal's cursor.
"""

import unicodedata

# Persian, the languages of India and families of emoji are spelled with them. They break no line and turn nothing.
_JOINERS = frozenset("\u200c\u200d")
ELLIPSIS = "..."


def one_line(text: str) -> str:
    """``text`` on one line: without what is invisible, and with one space for blanks, breaks and control characters."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """``text`` without what is invisible, and with a space for each unusual blank, break and control character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in _JOINERS else _instead_of(one) for one in text)


def without_halves(text: str) -> str:
    """``text`` with U+FFFD for each half of a surrogate pair, which JSON can carry and no store accepts."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def cut_to_bytes(text: str, most: int) -> str:
    """The beginning of ``text`` that has at most ``most`` bytes in UTF-8, with an ellipsis where it was cut."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= most:
        return text
    return encoded[: most - len(ELLIPSIS)].decode("utf-8", "ignore") + ELLIPSIS


def _instead_of(unprintable: str) -> str:
    return "" if unicodedata.category(unprintable) == "Cf" else " "
