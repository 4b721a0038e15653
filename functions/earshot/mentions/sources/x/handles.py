"""Handles: the names of accounts on X, which settings, terms and commands take from people."""

import re

# X's own pattern: X answers 400 to any other.
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LONG = re.compile(r"[A-Za-z0-9_]+")


def handle_problem(handle: str) -> str | None:
    """What is wrong with a handle (without ``@``), and the remedy; None where X may have such an account."""
    if _HANDLE.fullmatch(handle):
        return None
    if _LONG.fullmatch(handle):
        return f"{handle!r} has {len(handle)} characters, and a handle on X has 15 at most: copy it from the profile"
    return (
        f"{handle!r} is no handle on X, which has letters from A to Z, digits and underscores only: "
        "copy it from the profile, without its address"
    )
