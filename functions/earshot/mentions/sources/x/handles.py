"""Handles, accounts and search terms on X, which settings, files and commands take from people."""

import re

# X's own pattern: X answers 400 to any other.
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LONG = re.compile(r"[A-Za-z0-9_]+")
_ACCOUNT_ID = re.compile(r"[0-9]{1,19}")
_NAMED_ACCOUNT = re.compile(r"(?:quotes:@?|@)(\S+)", re.IGNORECASE)
# X takes a query of 512 characters, two of which are the quotes around a phrase.
MAX_SEARCH_TERM_LENGTH = 510


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


def is_account_id(text: str) -> bool:
    """Whether this is the number of an account, as X gives it."""
    return _ACCOUNT_ID.fullmatch(text) is not None


def account_problem(text: str) -> str | None:
    """What is wrong with an author, written as a handle with or without ``@``, or as an account's id; None: nothing."""
    name = text.strip().removeprefix("@")
    problem = None if is_account_id(name) else handle_problem(name)
    return problem and f"it is neither a handle nor the id of an account: {problem}"


def search_term_problem(term: str) -> str | None:
    """What is wrong with a search term, and the remedy; None where X can find something by it."""
    if not term:
        return "it is empty: leave it out"
    if "\n" in term or "\r" in term:
        return "it has a line break: write it as one line"
    if len(term) > MAX_SEARCH_TERM_LENGTH:
        return f"it has {len(term)} characters, and X takes {MAX_SEARCH_TERM_LENGTH} at most: keep what people write"
    # X would accept the search, and never find anything.
    named = _NAMED_ACCOUNT.fullmatch(term)
    return handle_problem(named[1]) if named is not None else None
