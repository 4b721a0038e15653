"""What the watch reports: incidents, and how much of a storm it saw in its time."""

from earshot.cases.incidents.detection import Detection
from earshot.telemetry.powertools import count, logger


def report_incidents(detected: Detection) -> None:
    """One log line for each incident that began or ended, and how many cases joined one, or wait for their turn."""
    for incident in detected.opened:
        logger.info("incident recognised", case=incident)
    for incident in detected.ended:
        logger.info("incident ended", case=incident)
    for key, error in detected.failed:
        logger.error("a case could not join its incident", case=key, exc_info=error)
    if detected.left:
        logger.warning("more cases belong to an incident than a minute has time for", left=detected.left)
    if not detected.is_complete:
        logger.warning("more complaints opened in an hour than could be read: incidents are looked for in the newest")
    count("IncidentsRecognised", len(detected.opened))


def report_incidents_failed(error: Exception) -> None:
    """Incidents could not be looked for; the next minute tries again."""
    logger.error("incidents could not be looked for", exc_info=error)
