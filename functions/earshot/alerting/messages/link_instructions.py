"""How a mail invites its reader to act, and how that is taken out again for those who only read along."""

import re

HOW_TO_ACT = (
    "Take it, hand it over, snooze it, or say that it is no complaint:\n  {}\n"
    "The link needs no password and is good for a day: do not pass it on.\n\n"
)
_HOW_TO_ACT = re.compile(re.escape(HOW_TO_ACT).replace(r"\{\}", r"\S+"))


def for_everybody(text: str) -> str:
    """A mail's text without the address to act by: whoever reads along in a chat may not act in its reader's name."""
    return _HOW_TO_ACT.sub("", text)
