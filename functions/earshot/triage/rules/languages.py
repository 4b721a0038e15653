"""The cues and the stake patterns of each language, by its tag."""

from collections.abc import Mapping

from earshot.triage.rules import french, german, italian, portuguese, spanish
from earshot.triage.rules.cues import Cue
from earshot.triage.rules.english.cues import CUES as ENGLISH_CUES
from earshot.triage.rules.english.figures import FIGURES as ENGLISH_FIGURES
from earshot.triage.rules.english.stakes import STAKE_PATTERNS as ENGLISH_STAKE_PATTERNS

CUES: Mapping[str, tuple[Cue, ...]] = {
    "en": ENGLISH_CUES,
    "es": spanish.CUES,
    "pt": portuguese.CUES,
    "fr": french.CUES,
    "de": german.CUES,
    "it": italian.CUES,
}

# What sounds like a danger and is none, by language.
FIGURES: Mapping[str, str] = {"en": ENGLISH_FIGURES}

# By language, then by the name of the stake.
STAKE_PATTERNS: Mapping[str, Mapping[str, str]] = {
    "en": ENGLISH_STAKE_PATTERNS,
    "es": spanish.STAKE_PATTERNS,
    "pt": portuguese.STAKE_PATTERNS,
    "fr": french.STAKE_PATTERNS,
    "de": german.STAKE_PATTERNS,
    "it": italian.STAKE_PATTERNS,
}
