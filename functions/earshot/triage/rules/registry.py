"""The identifiers of all rules, as reasons carry them: a terms file may switch off any of these."""

from earshot.triage.intent import SENTIMENT, TEXT_MODEL
from earshot.triage.learned.adjustment import LEARNED_RULES
from earshot.triage.reach import FOLLOWER_STEPS, REPOST_RATE_STEPS, REPOST_STEPS
from earshot.triage.rules.emoji_cues import EMOJI_CUES
from earshot.triage.rules.languages import CUES
from earshot.triage.rules.stakes import STAKES
from earshot.triage.urgency import AGE_STEPS, TEXT_MODEL_URGENT

RULES = frozenset(
    {
        *(f"cue.{cue.rule}" for cues in (*CUES.values(), EMOJI_CUES) for cue in cues),
        *(f"stake.{stake.rule}" for stake in STAKES),
        *(step.rule for steps in (AGE_STEPS, FOLLOWER_STEPS, REPOST_STEPS, REPOST_RATE_STEPS) for step in steps),
        *("reach.verified", "author.vip", "time.fresh"),
        *("history.earlier", "history.waiting", "history.answered"),
        *(TEXT_MODEL, TEXT_MODEL_URGENT, SENTIMENT, "doubt", *LEARNED_RULES),
    }
)
