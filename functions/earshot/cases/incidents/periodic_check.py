"""Looking for incidents beside other work: no more often than every few seconds."""

from collections.abc import Callable
from datetime import datetime, timedelta

from earshot.cases.incidents.detector import Detected, IncidentDetector
from earshot.cases.policy.policy import Policy

# A look reads all cases of the last hour: in a storm it must not be made with every batch of the stream.
CHECK_EVERY = timedelta(seconds=10)


class PeriodicCheck:
    """``on_detected`` gets what a look found."""

    def __init__(
        self,
        detector: IncidentDetector,
        policy: Callable[[], Policy],
        clock: Callable[[], datetime],
        on_detected: Callable[[Detected], None],
    ) -> None:
        self._detector = detector
        self._policy = policy
        self._clock = clock
        self._on_detected = on_detected
        self._checked_at: datetime | None = None

    def __call__(self) -> bool:
        """Whether an incident was recognised, or a case joined one; False without a look within ``CHECK_EVERY``."""
        now = self._clock()
        if self._checked_at is not None and now - self._checked_at < CHECK_EVERY:
            return False
        self._checked_at = now
        detected = self._detector.look(now, self._policy())
        self._on_detected(detected)
        return bool(detected.recognised or detected.joined)
