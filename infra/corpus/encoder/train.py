"""``make encoder``: trains the encoder on the training part of the corpus, and writes its weights and its model card.

Two networks: one for English, one for all other languages. Each has two epochs of AdamW over its upper layers; lower
ones keep what the base knows. Two habits keep them from learning how our corpus is written: they never see all words of
a post, and in the end each weight goes back a part of the way to the base (Wortsman et al., 2022). The same machine
gives the same weights again.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from earshot.triage.encoder.encoder import OUTPUTS, WEIGHTS_FILE, Part, Tokenizer, sequence
from earshot.triage.encoder.pieces import PADDING, PieceTokenizer
from earshot.triage.encoder.scores import EncoderInput, StakeKind
from earshot.triage.encoder.word_pieces import WordPieceTokenizer
from earshot.triage.judgement import Intent
from infra.corpus.encoder import e5, minilm
from infra.corpus.encoder.card import write_card
from infra.corpus.encoder.model import MOST_PIECES, Model, PackedLinear
from infra.corpus.encoder.vocabulary import ENGLISH, OTHERS, choose_pieces
from infra.corpus.encoder.weights import Trained, write_weights
from infra.corpus.posts import TRAINING, CorpusPost, read_posts

# Chosen by measuring: docs/decisions/0069-an-encoder-for-english-and-one-for-the-rest.md.
ENGLISH_PIECES, ENGLISH_FROZEN = 26_000, 2
OTHERS_PIECES, OTHERS_LAYERS, OTHERS_FROZEN = 17_000, 6, 3
EPOCHS, BATCH = 2, 32
RATE, HEADS_RATE, WARM_UP = 5e-5, 1e-3, 0.06
_SMOOTHING = 0.05
# The share of the words that are hidden from the upper layers at each step, and of the base in the final weights.
_HIDDEN, _BASE_SHARE = 0.1, 0.15
# Urgent posts are the fewer, and the more costly to miss.
_URGENT_WEIGHT = 1.5
# The stakes and displeasure are learned beside the two questions that count.
_BESIDE = 0.3
_UNKNOWN = -100
_INTENTS, _STAKES = list(Intent), list(StakeKind)
_URGENT, _DISPLEASED = OUTPUTS.index("urgent"), OUTPUTS.index("displeased")
_STAKE_COLUMNS = slice(_URGENT + 1, _DISPLEASED)


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of all posts, by row. ``stakes`` are ``_UNKNOWN`` and ``displeased`` is below zero where unknown."""

    intents: torch.Tensor
    urgent: torch.Tensor
    stakes: torch.Tensor
    displeased: torch.Tensor

    @classmethod
    def of(cls, posts: Sequence[CorpusPost]) -> "Labels":
        return cls(
            torch.tensor([_INTENTS.index(post.intent) for post in posts]),
            torch.tensor([float(post.urgent) for post in posts]),
            torch.tensor([_UNKNOWN if post.stake is None else _STAKES.index(post.stake) for post in posts]),
            torch.tensor([_displeased(post) for post in posts]),
        )


def train(posts: Sequence[CorpusPost], model: Model, sequences: Sequence[Sequence[int]]) -> None:
    """Fit the upper layers and the heads."""
    labels = Labels.of(posts)
    lower = _lower_states(model, sequences)
    heads = list(model.heads.parameters())
    body = [one for one in model.layers.parameters() if one.requires_grad]
    rates = (RATE, HEADS_RATE)
    before = [one.detach().clone() for one in body]
    groups = [{"params": part, "lr": rate} for part, rate in zip((body, heads), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps, step, began = EPOCHS * -(-len(posts) // BATCH), 0, time.monotonic()
    torch.manual_seed(0)
    model.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for rows in _batches(sequences, epoch):
            share = min(1.0, step / (WARM_UP * steps)) * (1 - step / steps)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * share
            state, present = _padded(lower, rows)
            present &= (torch.rand(present.shape) > _HIDDEN) | (torch.arange(present.shape[1]) == 0)
            loss = _loss(model.upper(state, present), labels, torch.tensor(rows))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(body, 1.0)
            optimizer.step()
            total, step = total + loss.item(), step + 1
        print(f"epoch {epoch + 1}: loss {total / (steps / EPOCHS):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    with torch.no_grad():
        for one, old in zip(body, before, strict=True):
            one.lerp_(old, _BASE_SHARE)
    model.eval()


def _loss(outputs: torch.Tensor, labels: Labels, rows: torch.Tensor) -> torch.Tensor:
    intents, urgent = labels.intents[rows], labels.urgent[rows]
    loss = functional.cross_entropy(outputs[:, : len(_INTENTS)], intents, label_smoothing=_SMOOTHING)
    smooth = urgent * (1 - _SMOOTHING) + _SMOOTHING / 2
    weight = 1 + (_URGENT_WEIGHT - 1) * urgent
    loss = loss + functional.binary_cross_entropy_with_logits(outputs[:, _URGENT], smooth, weight=weight)
    stakes = labels.stakes[rows]
    if (stakes != _UNKNOWN).any():
        columns = outputs[:, _STAKE_COLUMNS]
        loss = loss + _BESIDE * functional.cross_entropy(columns, stakes, label_smoothing=_SMOOTHING)
    displeased = labels.displeased[rows]
    known = displeased >= 0
    if known.any():
        asked = outputs[known, _DISPLEASED]
        loss = loss + _BESIDE * functional.binary_cross_entropy_with_logits(asked, displeased[known])
    return loss


def _displeased(post: CorpusPost) -> float:
    """Whoever complains is, and whoever praises is not; of other posts only where the writer noted it."""
    if post.displeased is not None:
        return float(post.displeased)
    return {Intent.COMPLAINT: 1.0, Intent.PRAISE: 0.0}.get(post.intent, -1.0)


def _lower_states(model: Model, sequences: Sequence[Sequence[int]]) -> list[torch.Tensor]:
    states: list[torch.Tensor] = [torch.empty(0)] * len(sequences)
    order = sorted(range(len(sequences)), key=lambda row: len(sequences[row]))
    model.eval()
    with torch.inference_mode():
        for first in range(0, len(order), 2 * BATCH):
            rows = order[first : first + 2 * BATCH]
            longest = max(len(sequences[row]) for row in rows)
            padded = [[*sequences[row], *[PADDING] * (longest - len(sequences[row]))] for row in rows]
            lower = model.lower(torch.tensor(padded))
            for place, row in enumerate(rows):
                states[row] = lower[place][: len(sequences[row])].half()
    return states


def _padded(states: Sequence[torch.Tensor], rows: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
    chosen = [states[row].float() for row in rows]
    lengths = torch.tensor([len(state) for state in chosen])
    padded = torch.nn.utils.rnn.pad_sequence(chosen, batch_first=True)
    return padded, torch.arange(padded.shape[1])[None, :] < lengths[:, None]


def _batches(sequences: Sequence[Sequence[int]], epoch: int) -> Iterator[list[int]]:
    """All rows in random batches, of posts of about the same length."""
    chance = random.Random(epoch)  # noqa: S311 - no secret
    order = list(range(len(sequences)))
    chance.shuffle(order)
    near = 40 * BATCH
    order = [
        row
        for first in range(0, len(order), near)
        for row in sorted(order[first : first + near], key=lambda row: len(sequences[row]))
    ]
    batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
    chance.shuffle(batches)
    yield from batches


def train_english(posts: Sequence[CorpusPost]) -> Trained:
    """The network for English: all but its lowest layers learn from the corpus."""
    torch.manual_seed(0)
    base = minilm.read_base(minilm.base_folder())
    english = [post for post in posts if post.language == "en"]
    texts = [post.text for post in english]
    chosen = choose_pieces(base.pieces, WordPieceTokenizer(base.pieces), ENGLISH, texts, ENGLISH_PIECES)
    pieces = [base.pieces[number] for number in chosen]
    model = Model(len(pieces), minilm.LAYERS, ENGLISH_FROZEN, PackedLinear)
    model.load(base, chosen)
    train(english, model, _sequences(WordPieceTokenizer(pieces), english))
    return Trained(model, pieces, ())


def train_others(posts: Sequence[CorpusPost]) -> Trained:
    """The network for other languages: it learns from the posts of all, for English teaches it most.

    Its base is in four bits. Learned weights that were rounded to them as well would be those of the base again.
    """
    torch.manual_seed(0)
    base = e5.read_base(e5.base_file())
    every = PieceTokenizer(base.pieces, base.piece_scores)
    chosen = choose_pieces(base.pieces, every, OTHERS, [post.text for post in posts], OTHERS_PIECES)
    pieces, scores = [base.pieces[number] for number in chosen], [base.piece_scores[number] for number in chosen]
    model = Model(len(pieces), OTHERS_LAYERS, OTHERS_FROZEN)
    model.load(base, chosen)
    train(posts, model, _sequences(PieceTokenizer(pieces, scores), posts))
    return Trained(model, pieces, scores)


def _sequences(tokenizer: Tokenizer, posts: Sequence[CorpusPost]) -> list[list[int]]:
    inputs = (EncoderInput(post.text, post.answers, post.earlier) for post in posts)
    return [sequence(tokenizer, one)[:MOST_PIECES] for one in inputs]


def main() -> None:
    """Train, and write the weights beside the code that reads them."""
    posts = list(read_posts(TRAINING))
    parts = {Part.OTHERS: train_others(posts), Part.ENGLISH: train_english(posts)}
    write_weights(WEIGHTS_FILE, parts)
    write_card(WEIGHTS_FILE, posts, {Part.ENGLISH: minilm.SOURCE, Part.OTHERS: e5.SOURCE})
    print(f"{WEIGHTS_FILE.name}: {WEIGHTS_FILE.stat().st_size / 1e6:.1f} MB from {len(posts)} posts")


if __name__ == "__main__":
    main()
