"""The network of the teacher; only `make encoder` installs transformers, and loading its own types takes long."""

from pathlib import Path
from typing import Any

class MPNetModel:
    embeddings: Any
    encoder: Any
    config: Any
    @classmethod
    def from_pretrained(cls, folder: str | Path, *, add_pooling_layer: bool) -> MPNetModel: ...
