"""What the API reports: requests, and what staff did. Who did it stands in the log of the case."""

from earshot.api.case_actions import ActionResult
from earshot.telemetry.powertools import MetricUnit, logger, metrics


def report_request(path: str | None, status: int) -> None:
    """One log line of a request that was answered."""
    logger.info("request answered", path=path, status=status)


def report_unavailable() -> None:
    """A service of AWS is out, so that a request was answered 503; called where its error is handled."""
    logger.exception("a service is out, and a request was answered 503")


def report_action(result: ActionResult) -> None:
    """One log line of what somebody did, and the time to an acknowledgement; nothing where nothing changed."""
    if result.entry is None:
        return
    logger.info("staff acted", case=result.case.id, what=result.entry.what)
    if result.entry.what == "acknowledged":
        waited = (result.entry.at - result.case.response.waiting_since).total_seconds()
        metrics.add_metric("TimeToAcknowledge", MetricUnit.Seconds, max(0.0, waited))


def report_bulk_action(what: str, cases: int) -> None:
    """One log line of what somebody did about many cases at once, and how many changed."""
    logger.info("staff acted on many cases", what=what, cases=cases)


def report_outlook_unknown(error: Exception) -> None:
    """The silences or the live incidents could not be read: an answer leaves out that they keep an alert back."""
    logger.warning("what keeps alerts back is unknown", error=str(error))


def report_sign_in_unknown(error: Exception) -> None:
    """That somebody signed in could not be noted."""
    logger.warning("a sign-in was not noted", error=str(error))


def report_addresses_unknown(error: Exception) -> None:
    """Whether colleagues have confirmed addresses could not be read: they are told once the notifier can."""
    logger.warning("how colleagues are reached is unknown", error=str(error))


def report_submission_secret_unread(error: Exception) -> None:
    """The secret that signs posts could not be read: who sends some is answered 503, and tries again."""
    logger.error("the secret that signs posts could not be read", error=str(error))


def report_cursor_key_unknown() -> None:
    """The secret that signs cursors could not be read; a key of this process is used."""
    logger.exception("cursors are signed with a key of this process")
