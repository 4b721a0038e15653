"""All rules by the names that reasons give them, so that a configuration can name one and a test can miss none."""

from earshot.triage.intent import CUES, SENTIMENT, WORDING
from earshot.triage.reach import FOLLOWERS, REPOSTS, SPEED
from earshot.triage.rules.emoji_cues import TONE
from earshot.triage.rules.stakes import STAKES
from earshot.triage.urgency import AGES

RULES = frozenset(
    {
        *(f"cue.{cue.rule}" for cues in (*CUES.values(), TONE) for cue in cues),
        *(f"stake.{stake.rule}" for stake in STAKES),
        *(step.rule for steps in (AGES, FOLLOWERS, REPOSTS, SPEED) for step in steps),
        *("reach.verified", "author.vip", "time.fresh"),
        *("history.earlier", "history.waiting", "history.answered"),
        *(WORDING, "wording.urgent", SENTIMENT, "doubt"),
    }
)
