"""What the classifier reports of mentions, of Comprehend and of the reader. People are known by ids alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from earshot.cases.classifier import Ingested
from earshot.mentions.mention import Mention
from earshot.telemetry.budgets import report_over_budget
from earshot.telemetry.powertools import MetricUnit, count, logger, metrics
from earshot.triage.judgement import Intent

if TYPE_CHECKING:
    from earshot.triage.reader.answer import Silence


def report_ingested(ingested: Ingested | None) -> None:
    """One log line and the metrics of a mention that was stored; none of one that was known already."""
    if ingested is None:
        return
    stored, result = ingested.stored, ingested.result
    mention, judgement = stored.mention, stored.judgement
    if not result.new:
        return
    logger.info(
        "mention heard",
        correlation=mention.key,
        case=result.case.id if result.case else None,
        intent=judgement.intent,
        urgency=judgement.urgency,
        severity=judgement.severity,
        changes=[entry.what for entry in result.entries],
    )
    delay = max(0.0, (stored.ingested_at - mention.created_at).total_seconds())
    count("MentionsHeard")
    metrics.add_metric("HearingDelay", MetricUnit.Seconds, delay)
    if judgement.intent is Intent.COMPLAINT:
        count("Complaints")
    if result.happened("opened"):
        count("CasesOpened")
    if result.happened("replied") and result.case is not None:
        seconds = result.case.response.first_response_seconds
        if seconds is not None:
            metrics.add_metric("FirstResponseTime", MetricUnit.Seconds, seconds)


def report_retry(mention: Mention) -> None:
    """A mention failed, and the queue will deliver it again."""
    logger.warning("a mention will be tried again", correlation=mention.key, exc_info=True)


def report_last_failure(mention: Mention) -> None:
    """A mention failed for the last time: it goes to the dead-letter queue."""
    logger.exception("a mention failed for the last time", correlation=mention.key)


def report_dead_lettered(message_id: str, reason: str) -> None:
    """A message went to the dead-letter queue."""
    logger.warning("a message was dead-lettered", message_id=message_id, reason=reason)


def report_comprehend_over_budget() -> None:
    """This month's budget for Comprehend is used up."""
    report_over_budget("comprehend")


def report_reader(posts: int, silence: "Silence | None", detail: str) -> None:
    """What became of a sheet of posts for the reader; None: it was answered. ``detail`` is what the service said."""
    from earshot.triage.reader.answer import Silence

    if silence is None:
        return
    if silence is Silence.OVER_BUDGET:
        report_over_budget("reader")
        return
    is_refused = silence is Silence.REFUSED
    count("VoiceOut" if is_refused else "VoiceSilent")
    log = logger.error if is_refused else logger.warning
    log("the reader gave no answer", voice="reader", posts=posts, why=str(silence), detail=detail)


def report_comprehend_silent(unserved: Mapping[str, int]) -> None:
    """Comprehend gave no sentiment for some posts: how many, by the error."""
    why = dict(unserved)
    logger.warning("the lexicon judges in place of Comprehend", voice="comprehend", posts=sum(why.values()), why=why)
    count("VoiceSilent")


def report_comprehend_refused() -> None:
    """Comprehend refused, for a reason that does not pass by itself: an operator must look."""
    logger.exception("Comprehend refused: the lexicon judges in its place", voice="comprehend")
    count("VoiceOut")


def report_encoder_failed(error: Exception) -> None:
    """The encoder cannot be loaded, or failed: the other voices judge until this process ends."""
    said = "the encoder is out: the other voices judge in its place"
    logger.error(said, voice="encoder", reason=str(error), exc_info=error)
    count("VoiceOut")


def report_voice_unnoted(error: Exception) -> None:
    """That a voice failed could not be noted for the console; the log has it."""
    logger.warning("that a voice failed could not be noted", error=str(error))
