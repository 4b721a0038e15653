"""The text of HTML that strangers wrote: without tags, scripts and comments, with a line for each paragraph.

In time linear in its length, which Python's own HTML parser does not promise in every version that is supported.
"""

import re
from html import unescape

MAX_HTML = 200_000  # characters; what is longer is cut
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_BREAKS = frozenset({"p", "br", "div", "li", "ul", "ol", "tr", "table", "blockquote", "section", "article", "hr"}) | {
    f"h{level}" for level in range(1, 7)
}
# What is inside is no text of the post.
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "textarea", "select"})
# No character has such a number, and Python refuses to read a number of thousands of digits.
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{21,}|[xX][0-9a-fA-F]{21,});?")
_BLANKS = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


def plain_text(html: str) -> str:
    """What a reader of the page would see of ``html``."""
    first, *parts = html[:MAX_HTML].split("<")
    text: list[str] = [first]
    silent: str | None = None  # the end that is waited for: a name, or "--" within a comment
    for part in parts:
        inside, closed, after = part.partition(">")
        if silent == "--":
            _, ended, after = part.partition("-->")
            if ended:
                silent = None
                text.append(after)
            continue
        tag = _NAME.match(inside)
        name = tag[1].lower() if tag else ""
        if silent is not None:
            if name == silent and inside.startswith("/"):
                silent = None
                text.append(after)
            continue
        if inside.startswith("!--"):
            _, ended, after = part.partition("-->")
            silent = None if ended else "--"
            text.append(after)
        elif not closed or (not tag and not inside.startswith(("!", "?"))):
            text.append("<" + part)  # "<3", or a comparison
        else:
            if name in _SILENT and not inside.startswith("/") and not inside.endswith("/"):
                silent = name
                continue
            text.append("\n" if name in _BREAKS else "")
            text.append(after)
    return _tidied(unescape(_LONG_REFERENCE.sub("\ufffd", "".join(text))))


def _tidied(text: str) -> str:
    lines = _BLANKS.sub(" ", text.replace("\r", "\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(line.strip() for line in lines.split("\n"))).strip()
