"""How long a function takes to start and to answer its first event, under the real Lambda runtime client.

The code lies as it does in Lambda: in folders of its own, with the bytecode that was packed (Lambda could not write any
there), and boto3 beside the interpreter, with bytecode, as the runtime brings it.
"""

import compileall
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from infra.bench.cold_starts.runtime_api import RuntimeApi
from infra.paths import ROOT

EMPTY = "def handler(event, context):\n    return None\n"
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Seconds until the function asked for work, seconds its first event took, and the most memory it held, in MB.
    ``answer`` is what it answered; of several starts, the first.

    Memory is read from Linux's /proc, and None on other systems.
    """

    init: float
    first: float
    peak: float | None
    answer: Any = None


@dataclass(frozen=True, slots=True)
class LambdaPackage:
    """The folders that Lambda mounts: ``task`` (/var/task) and ``layer`` (/opt/python)."""

    task: Path
    layer: Path


def pack(folder: Path, *, bytecode: bool, requirements: Sequence[str] = ("requirements.txt",)) -> LambdaPackage:
    """Lay out the functions and what ``requirements`` name, from this environment, as ``sam build`` does."""
    package = LambdaPackage(folder / "task", folder / "layer")
    shutil.copytree(ROOT / "functions", package.task, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    (package.task / "empty.py").write_text(EMPTY, encoding="utf-8")
    for line in "\n".join((ROOT / name).read_text(encoding="utf-8") for name in requirements).splitlines():
        if pinned := re.match(r"[A-Za-z0-9._-]+(?===)", line):
            _copy(pinned.group(), package.layer)
    if bytecode:
        for path in (package.task, package.layer):
            compileall.compile_dir(path, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    return package


def median_start(starts: Sequence[ColdStart]) -> ColdStart:
    """The medians of several starts, and the most memory that one of them held."""
    peaks = [one.peak for one in starts if one.peak is not None]
    return ColdStart(
        init=statistics.median(one.init for one in starts),
        first=statistics.median(one.first for one in starts),
        peak=max(peaks) if peaks else None,
        answer=starts[0].answer,
    )


def start(package: LambdaPackage, module: str, environ: Mapping[str, str], event: Any) -> ColdStart:
    """Start ``module`` in a fresh process, and give it one event. FunctionError where either fails."""
    with RuntimeApi() as api:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", f"{module}.handler"],
            cwd=package.task,
            env=_environ(package, module, environ, api.address),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            init = api.wait_until_ready() - began
            first, answer = api.invoke(event)
            return ColdStart(init, first, _peak(process.pid), answer)
        finally:
            process.kill()
            process.wait(STOP_SECONDS)


def _environ(package: LambdaPackage, module: str, environ: Mapping[str, str], api: str) -> dict[str, str]:
    """What Lambda sets, on top of the function's own; nothing of this shell's but where programs are."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": str(package.layer),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LAMBDA_TASK_ROOT": str(package.task),
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_LAMBDA_FUNCTION_NAME": module,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "_HANDLER": f"{module}.handler",
        **environ,
    }


def _copy(name: str, layer: Path) -> None:
    for file in distribution(name).files or ():
        source = Path(str(file.locate()))
        if file.parts[0] == ".." or "__pycache__" in file.parts or not source.is_file():
            continue
        target = layer / Path(*file.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _peak(pid: int) -> float | None:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found.group(1)) / 1024 if found else None
