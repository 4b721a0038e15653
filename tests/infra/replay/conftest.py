"""Reads what a test writes as a recording."""

import pytest

from infra.replay.recording import Recording, read_recording
from tests.infra.replay.recordings import BRANDS, as_csv


@pytest.fixture
def recording(tmp_path):
    """Reads what a test writes: rows (as CSV), text or bytes."""

    def write_and_read(content, name="posts.csv", brands=BRANDS, **more) -> Recording:
        if isinstance(content, list):
            content = as_csv(content)
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_recording(path, brands, **more)

    return write_and_read
