"""A brand's terms from a file on this machine."""

from collections.abc import Sequence
from pathlib import Path

from earshot.triage.terms.terms import Terms, normalize_handles
from earshot.triage.terms.toml_file import parse_terms
from infra.replay.recording import handles_of
from infra.toml_file import read_toml


def load_terms(brands: Sequence[str], file: Path | None) -> Terms:
    """The terms of ``brands`` (``+`` joins the accounts of one), from their terms file where there is one.

    TermsError where it is wrong.
    """
    accounts = [handles_of(brand) for brand in brands]
    handles = [handle for account in accounts for handle in account]
    if file is None:
        return Terms(normalize_handles(handles))
    return parse_terms(read_toml(file), handles, str(file), [account[0] for account in accounts])


def load_terms_text(brands: Sequence[str], file: Path) -> str:
    """The text of a terms file, after checking it. TermsError where it is wrong."""
    text = read_toml(file)
    parse_terms(text, brands, str(file))
    return text
