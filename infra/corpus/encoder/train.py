"""``make encoder``: trains the encoder on the training part of the corpus, and writes its weights and its model card.

Two networks are shipped: one for English, one for all other languages. First a teacher, which is too large to ship,
learns from the English posts. The English one learns what the teacher reads in those and in variants of them, the other
what it reads in those, and the labels of all other posts. Two habits keep the two from learning how our corpus is
written: their upper layers never see all words of a post, and in the end the weights of these layers go back a part of
the way to the base (Wortsman et al., 2022). The same machine gives the same weights again.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from earshot.triage.encoder.encoder import WEIGHTS_FILE, Part, Tokenizer, sequence
from earshot.triage.encoder.pieces import PieceTokenizer
from earshot.triage.encoder.scores import EncoderInput
from earshot.triage.encoder.word_pieces import WordPieceTokenizer
from infra.corpus.encoder.bases import e5, minilm, mpnet
from infra.corpus.encoder.card import write_card
from infra.corpus.encoder.fitting import Course, fit, read_all
from infra.corpus.encoder.lesson import Labels, Lesson
from infra.corpus.encoder.model import MOST_PIECES, Model, PackedLinear
from infra.corpus.encoder.teacher import Teacher
from infra.corpus.encoder.variants import variants
from infra.corpus.encoder.vocabulary import ENGLISH, OTHERS, choose_pieces
from infra.corpus.encoder.weights import Trained, write_weights
from infra.corpus.posts import TRAINING, CorpusPost, read_posts

# Chosen by measuring: docs/decisions/0069-an-encoder-for-english-and-one-for-the-rest.md and 0070.
ENGLISH_PIECES, ENGLISH_FROZEN = 26_000, 2
OTHERS_PIECES, OTHERS_LAYERS, OTHERS_FROZEN = 17_000, 6, 3
TEACHER_FROZEN = 6
TEACHER, STUDENTS = Course(1, 3e-5, 0.0), Course(2, 5e-5, 0.15)


@dataclass(frozen=True, slots=True)
class Taught:
    """The English posts of the corpus, then variants of them, and the outputs of the teacher for each."""

    posts: Sequence[CorpusPost]
    outputs: torch.Tensor


def teach(posts: Sequence[CorpusPost]) -> Taught:
    """Train the teacher on the English posts, and have it read those and variants of them."""
    torch.manual_seed(0)
    base, pieces = mpnet.read_base()
    tokenizer = WordPieceTokenizer(pieces)
    english = [post for post in posts if post.language == "en"]
    model = Teacher(base, TEACHER_FROZEN)
    fit(model, _lesson(tokenizer, english, torch.empty(0)), TEACHER)
    read = [*english, *variants(english, random.Random(0))]  # noqa: S311 - no secret
    return Taught(read, read_all(model, _sequences(tokenizer, read)))


def train_english(taught: Taught) -> Trained:
    """The network for English: all but its lowest layers learn, from the teacher alone."""
    torch.manual_seed(0)
    base = minilm.read_base(minilm.base_folder())
    # What variants add, such as emoji, counts as well.
    texts = [post.text for post in taught.posts]
    chosen = choose_pieces(base.pieces, WordPieceTokenizer(base.pieces), ENGLISH, texts, ENGLISH_PIECES)
    pieces = [base.pieces[number] for number in chosen]
    model = Model(len(pieces), minilm.LAYERS, ENGLISH_FROZEN, PackedLinear)
    model.load(base, chosen)
    fit(model, _lesson(WordPieceTokenizer(pieces), taught.posts, taught.outputs), STUDENTS)
    return Trained(model, pieces, ())


def train_others(posts: Sequence[CorpusPost], taught: Taught) -> Trained:
    """The network for other languages: it learns from the posts of all, for English teaches it most.

    English ones are as the teacher read them, without variants; all others have their labels. Its base is in four bits:
    learned weights that were rounded to them as well would be those of the base again.
    """
    torch.manual_seed(0)
    base = e5.read_base(e5.base_file())
    every = PieceTokenizer(base.pieces, base.piece_scores)
    chosen = choose_pieces(base.pieces, every, OTHERS, [post.text for post in posts], OTHERS_PIECES)
    pieces, scores = [base.pieces[number] for number in chosen], [base.piece_scores[number] for number in chosen]
    model = Model(len(pieces), OTHERS_LAYERS, OTHERS_FROZEN)
    model.load(base, chosen)
    others = [post for post in posts if post.language != "en"]
    english = len(posts) - len(others)
    read = [*taught.posts[:english], *others]
    fit(model, _lesson(PieceTokenizer(pieces, scores), read, taught.outputs[:english]), STUDENTS)
    return Trained(model, pieces, scores)


def _lesson(tokenizer: Tokenizer, posts: Sequence[CorpusPost], taught: torch.Tensor) -> Lesson:
    return Lesson(_sequences(tokenizer, posts), Labels.of(posts), taught)


def _sequences(tokenizer: Tokenizer, posts: Sequence[CorpusPost]) -> list[list[int]]:
    inputs = (EncoderInput(post.text, post.answers, post.earlier) for post in posts)
    return [sequence(tokenizer, one)[:MOST_PIECES] for one in inputs]


def main() -> None:
    """Train, and write the weights beside the code that reads them."""
    posts = list(read_posts(TRAINING))
    taught = teach(posts)
    parts = {Part.OTHERS: train_others(posts, taught), Part.ENGLISH: train_english(taught)}
    write_weights(WEIGHTS_FILE, parts)
    write_card(WEIGHTS_FILE, posts, {Part.ENGLISH: minilm.SOURCE, Part.OTHERS: e5.SOURCE}, mpnet.SOURCE)
    print(f"{WEIGHTS_FILE.name}: {WEIGHTS_FILE.stat().st_size / 1e6:.1f} MB from {len(posts)} posts")


if __name__ == "__main__":
    main()
