"""How an email explains its action link, and how that paragraph is removed for readers who may not use the link."""

import re

_TEMPLATE = (
    "Acknowledge it, hand it over, snooze it or dismiss it here:\n  {}\n"
    "The link works for 24 hours without a password: do not forward it.\n\n"
)
_PARAGRAPH = re.compile(re.escape(_TEMPLATE).replace(r"\{\}", r"\S+"))


def link_instructions(action_link: str | None) -> str:
    """The paragraph of an email with its action link; nothing where there is none."""
    return "" if action_link is None else _TEMPLATE.format(action_link)


def without_action_link(text: str) -> str:
    """An email's text without that paragraph: whoever reads it in a chat may not act in its recipient's name."""
    return _PARAGRAPH.sub("", text)
