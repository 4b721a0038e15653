"""The emulator within this process: it serves HTTP on a thread, and is asked past HTTP by whoever has ``dispatch``.

MiniStack keeps its state and its settings in its modules, and reads the environment while these are imported. So a
process can host it once, with one environment, and says so where it is asked to again.
"""

import asyncio
import contextlib
import json
import logging
import os
import threading
import traceback
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any, ClassVar, cast

from infra.local.engine.direct_line import Answer, Shortcut

# The id of every request: nobody asks for it.
_REQUEST = "00000000-0000-0000-0000-000000000000"
Call = Callable[[str, Any], Any]
"""Calls an entry file (``api``) with an event, and returns its answer."""
_SERVICE_ERROR = "The embedded cloud can be hosted once in a process: start a process for another one."


class Host:
    """The emulator of this process. Its warnings go to ``log``.

    Without ``shortcuts`` it is MiniStack that answers everything, several times as slow.
    """

    _is_used: ClassVar[bool] = False

    def __init__(self, log: Path, *, shortcuts: bool = True) -> None:
        self._log = log
        self._shortcuts = shortcuts
        self._gateway: Any = None
        self._responses: Any = None
        self._server: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._has_started = threading.Event()
        self._thread: threading.Thread | None = None
        self._handler: logging.Handler | None = None
        self._invoking = threading.Lock()

    def start(self, environ: Mapping[str, str]) -> None:
        """Import it in this ``environ``, which stays, and return when it answers. RuntimeError in a second one."""
        if Host._is_used:
            raise RuntimeError(_SERVICE_ERROR)
        Host._is_used = True
        os.environ.update(environ)
        self._handler = logging.FileHandler(self._log)
        self._handler.setLevel(logging.WARNING)
        logging.getLogger().addHandler(self._handler)
        from ministack.core import responses

        from infra.local.engine.emulator import emulator, state_file

        self._responses, self._gateway = responses, emulator(state_file(), shortcuts=self._shortcuts)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(environ)), name="emulator", daemon=True)
        self._thread.start()
        self._has_started.wait()

    def stop(self) -> None:
        """Stop it so that it writes its state."""
        if self._thread is None or self._server is None or self._stopping is None:
            return
        self._server.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = None
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()

    @contextlib.contextmanager
    def running_functions(self, call: Call) -> Generator[None]:
        """Let ``call`` answer for the functions, one invocation at a time, until the end of the block."""
        from ministack.services import lambda_svc

        def execute(function: Mapping[str, Any], event: Any, request_id: str) -> dict[str, Any]:
            module = str((function.get("config") or function)["Handler"]).partition(".")[0]
            with self._invoking:
                try:
                    # What cannot be JSON fails here as it does in Lambda.
                    return {"body": json.loads(json.dumps(call(module, event))), "log": ""}
                except Exception as error:  # noqa: BLE001 - Lambda reports whatever a function raises
                    told = {"errorMessage": str(error), "errorType": type(error).__name__}
                    return {"body": told, "error": True, "log": traceback.format_exc()}

        service: Any = lambda_svc
        in_processes = service._execute_function_warm
        service._execute_function_warm = execute
        try:
            yield
        finally:
            service._execute_function_warm = in_processes

    def shortcuts(self, account: str) -> Shortcut | None:
        """What answers requests of an account past the emulator, once it has started; None without shortcuts."""
        if not self._shortcuts:
            return None
        from infra.local.engine.shortcuts.reads import QuickReads
        from infra.local.engine.shortcuts.writes import QuickWrites

        reads, writes = QuickReads(account), QuickWrites(account)

        def answer(operation: str, request: Mapping[str, Any], region: str) -> dict[str, Any] | None:
            answered = reads.answer(operation, request, region)
            return writes.answer(operation, request, region) if answered is None else answered

        return answer

    def items(self, account: str, region: str, table: str) -> dict[tuple[str, str], Mapping[str, Any]]:
        """The items of a table by their keys, as they are stored: one that is changed is another object."""
        from ministack.services import dynamodb

        kept: Any = dynamodb
        partitions = kept._tables.get_scoped(account, region, table)["items"]
        return {(pk, sk): item for pk, items in partitions.items() for sk, item in items.items()}

    def text_messages(self, account: str) -> dict[str, list[dict[str, Any]]]:
        """What was sent to which number."""
        from ministack.services import sns

        kept: Any = sns
        return {key[2]: list(sent) for key, sent in kept._sms_messages.all_items() if key[0] == account}

    async def dispatch(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """What the emulator answers to a POST to ``/``, on whichever event loop it is asked."""
        given = dict(headers)
        self._responses.set_request_account_id(self._gateway.extract_access_key_id(given, {}))
        self._responses.set_request_region(self._gateway.extract_region(given, {}))
        status, answered, content = await self._gateway._dispatch_service_request(
            "POST", "/", given, body, {}, _REQUEST
        )
        sent = content.encode() if isinstance(content, str) else content
        return status, {name: str(value) for name, value in answered.items()}, sent

    async def _serve(self, environ: Mapping[str, str]) -> None:
        from hypercorn import asyncio as hypercorn
        from hypercorn.config import Config

        self._server, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        config = Config()
        config.bind = [f"{environ['BIND_HOST']}:{environ['GATEWAY_PORT']}"]
        config.errorlog = logging.getLogger("hypercorn.error")
        config.graceful_timeout = 0.1

        async def application(scope: Any, receive: Any, send: Any) -> None:
            async def note(message: Any) -> None:
                await send(message)
                if message["type"] == "lifespan.startup.complete":
                    # The port is opened right after this message.
                    asyncio.get_running_loop().call_later(0, self._has_started.set)

            await self._gateway.app(scope, receive, note if scope["type"] == "lifespan" else send)

        await cast("Any", hypercorn).serve(application, config, shutdown_trigger=self._stopping.wait)
