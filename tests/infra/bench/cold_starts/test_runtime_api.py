"""The loopback Runtime API, under the real runtime client."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.bench.cold_starts.cold_start import ColdStart, LambdaPackage, median_start, start
from infra.bench.cold_starts.runtime_api import FunctionError, RuntimeApi


@contextmanager
def a_function(folder: Path, source: str) -> Iterator[RuntimeApi]:
    """The runtime client with a handler of this source, in a process of its own."""
    (folder / "trivial.py").write_text(source, encoding="utf-8")
    with RuntimeApi() as api:
        process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", "trivial.handler"],
            cwd=folder,
            env={"AWS_LAMBDA_RUNTIME_API": api.address, "LAMBDA_TASK_ROOT": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield api
        finally:
            process.kill()
            process.wait()


def test_events_go_to_the_handler_one_by_one_and_its_answers_come_back(tmp_path):
    with a_function(tmp_path, "def handler(event, context):\n    return {'twice': event['number'] * 2}\n") as api:
        api.wait_until_ready()
        assert api.invoke({"number": 21})[1] == {"twice": 42}
        assert api.invoke({"number": 4})[1] == {"twice": 8}


def test_the_handler_is_told_of_its_invocation(tmp_path):
    source = (
        "import os\n"
        "def handler(event, context):\n"
        "    left = context.get_remaining_time_in_millis()\n"
        "    return [bool(context.aws_request_id), left > 30_000, 'Sampled=1' in os.environ['_X_AMZN_TRACE_ID']]\n"
    )
    with a_function(tmp_path, source) as api:
        api.wait_until_ready()
        assert api.invoke({})[1] == [True, True, True]


def test_a_handler_that_raises_is_an_error_with_its_message(tmp_path):
    with a_function(tmp_path, "def handler(event, context):\n    raise ValueError('no such case')\n") as api:
        api.wait_until_ready()
        with pytest.raises(FunctionError, match="no such case"):
            api.invoke({})


def test_a_function_that_cannot_start_says_why(tmp_path):
    with (
        a_function(tmp_path, "raise RuntimeError('Setting CASE_TABLE is missing')\n") as api,
        pytest.raises(FunctionError, match="CASE_TABLE"),
    ):
        api.wait_until_ready()


def test_a_cold_start_is_measured_in_a_process_of_its_own(tmp_path):
    package = LambdaPackage(tmp_path / "task", tmp_path / "layer")
    package.task.mkdir()
    package.layer.mkdir()
    (package.layer / "carried.py").write_text("ANSWER = 1\n", encoding="utf-8")
    (package.task / "trivial.py").write_text(
        "import os, carried\ndef handler(event, context):\n    assert os.environ['BRAND_HANDLES'] == event['brand']\n",
        encoding="utf-8",
    )
    started = start(package, "trivial", {"BRAND_HANDLES": "NimbusAir"}, {"brand": "NimbusAir"})
    assert started.init > 0
    assert started.first > 0
    assert started.peak is None or started.peak > 1
    assert not list(tmp_path.rglob("*.pyc"))


def test_the_middle_of_several_starts_is_their_median_and_their_highest_peak():
    starts = [ColdStart(0.5, 0.01, 60.0), ColdStart(0.9, 0.02, 64.0), ColdStart(0.6, 0.09, 61.0)]
    assert median_start(starts) == ColdStart(0.6, 0.02, 64.0)
    assert median_start([ColdStart(0.5, 0.01, None)]).peak is None
