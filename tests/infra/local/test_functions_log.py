"""What the functions print goes to their file, and not to whoever watches the stream."""

import sys
from pathlib import Path

import pytest

from earshot.telemetry.powertools import logger
from infra.local.cloud import functions_log


def test_a_logger_that_was_made_before_writes_into_the_file_and_afterwards_where_it_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "functions.log"
    with functions_log(file):
        logger.info("an alert was sent")
        sys.stdout.write("a metric\n")
    written = file.read_text(encoding="utf-8")
    assert "an alert was sent" in written
    assert "a metric" in written
    assert "an alert was sent" not in capsys.readouterr().out
    logger.info("this is still written somewhere")
    assert file.read_text(encoding="utf-8") == written
