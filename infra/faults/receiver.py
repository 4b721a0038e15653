"""A receiver of webhooks that takes everything, and remembers which alert each was about."""

import json
import threading
from typing import cast

from infra.local.loopback import Handler, Loopback

# It answers here whatever its port is, so that what is logged of its alerts has the same name in each process.
PORT = 8081
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr"  # noqa: S105 - it opens nothing


class Receiver(Loopback):
    """``alerts`` are the ids of the webhooks that came, one for each time."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.alerts: list[str] = []
        self.lock = threading.Lock()

    def entry(self) -> dict[str, str]:
        """Its entry in the secret of the targets."""
        return {"kind": "webhook", "url": f"http://127.0.0.1:{PORT}/hook", "secret": _SECRET}


class _Handler(Handler):
    def do_POST(self) -> None:
        owner = cast("Receiver", self.owner)
        body = json.loads(self.body())
        with owner.lock:
            owner.alerts.append(f"{body.get('alert')} {','.join(body.get('cases', ()))}")
        self.reply(200, b"", {})
