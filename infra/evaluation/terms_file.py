"""A brand's terms from a file on this machine."""

from collections.abc import Sequence
from pathlib import Path

from earshot.triage.terms.terms import Terms, normalize_handles
from earshot.triage.terms.toml_file import parse_terms
from infra.toml_file import read_toml


def load_terms(brands: Sequence[str], file: Path | None) -> Terms:
    """The terms of a brand with these handles, from its terms file where there is one. TermsError where it is wrong."""
    return Terms(normalize_handles(brands)) if file is None else parse_terms(read_toml(file), brands, str(file))


def load_terms_text(file: Path) -> str:
    """The text of a terms file, after checking it. TermsError where it is wrong."""
    text = read_toml(file)
    parse_terms(text, (), str(file))
    return text
