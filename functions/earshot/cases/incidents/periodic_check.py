"""Detecting incidents as part of other work, at most once in ten seconds."""

from collections.abc import Callable
from datetime import datetime, timedelta

from earshot.cases.incidents.detector import Detection, IncidentDetector
from earshot.cases.policy.policy import Policy

# Detection reads all cases of the last hour: in a storm it must not run with every batch of the stream.
CHECK_EVERY = timedelta(seconds=10)


class PeriodicCheck:
    """Calls the detector with the policy in force. ``on_detected`` gets what each run found."""

    def __init__(
        self,
        detector: IncidentDetector,
        policy: Callable[[], Policy],
        clock: Callable[[], datetime],
        on_detected: Callable[[Detection], None],
    ) -> None:
        self._detector = detector
        self._policy = policy
        self._clock = clock
        self._on_detected = on_detected
        self._checked_at: datetime | None = None

    def __call__(self) -> bool:
        """Whether an incident was opened or a case joined one; False within ``CHECK_EVERY`` of the last run."""
        now = self._clock()
        if self._checked_at is not None and now - self._checked_at < CHECK_EVERY:
            return False
        self._checked_at = now
        detected = self._detector.detect(now, self._policy())
        self._on_detected(detected)
        return bool(detected.opened or detected.joined)
