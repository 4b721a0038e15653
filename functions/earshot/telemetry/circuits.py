"""What is logged of services that are not asked for a while, because they did not answer."""

from earshot.telemetry.powertools import logger

_REMEDIES = {
    "comprehend": "The lexicon judges in its place. If AWS does not offer Amazon Comprehend in this region, set "
    "ComprehendMonthlySpendLimit to 0: then it is not asked at all.",
    "bedrock-runtime": "Posts are judged without the reader. If AWS does not offer Amazon Bedrock in this region, "
    "leave ReaderModelId empty.",
    "secretsmanager": "Alerts go out without links, and X and webhooks wait for their secrets.",
}


def report_circuit(service: str, reason: str | None) -> None:
    """A service does not answer, for a reason, and is asked again after a minute; None: it answers again."""
    if reason is None:
        logger.info("a service answers again", asked=service)
        return
    logger.warning(
        "a service does not answer, and is asked once a minute",
        asked=service,
        reason=reason,
        remedy=_REMEDIES.get(service),
    )
