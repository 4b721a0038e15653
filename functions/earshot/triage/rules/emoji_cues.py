"""Cues that hold in every language: emoji, capitals and punctuation."""

from earshot.triage.judgement import Intent
from earshot.triage.rules.cues import Cue, symbols
from earshot.triage.tokenizer import TextForm

EMOJI_CUES = (
    Cue(
        "angry_emoji",
        Intent.COMPLAINT,
        1.5,
        "an angry or a sad emoji",
        symbols("😠 😡 🤬 😤 👎 🤮 💩 🖕 😒 🙄 😑 😞 😔 😩 😫 😖 😣 😢 😭 ☹ 🙁 😕 🤦 💔 :( :-("),
        TextForm.RAW,
    ),
    Cue(
        "warm_emoji",
        Intent.PRAISE,
        1.0,
        "a warm emoji",
        symbols("😍 🥰 ❤ 💙 💜 💖 💕 😊 ☺ 😀 😃 😁 👍 👏 🙌 🎉 💯 🤩 😘 🥳 ✨ :) :-) :D <3"),
        TextForm.RAW,
    ),
    Cue("laughing_emoji", Intent.OPPORTUNITY, 0.8, "a laughing emoji", symbols("😂 🤣 😜 😝 😆 😹"), TextForm.RAW),
    # Three words in a row, each taken whole from its beginning: what is tried once is not tried again.
    Cue(
        "shouting",
        Intent.COMPLAINT,
        0.7,
        "shouts in capitals",
        r"(?:(?<!\w)(?<!\w')[A-Z](?:'?[A-Z])++'?+\W++){2}[A-Z](?:'?[A-Z]){2,}+(?!\w)",
        TextForm.RAW,
    ),
    Cue("outcry", Intent.COMPLAINT, 0.8, "?! or ???", r"\?\s*!|!\s*\?|\?{2,}", TextForm.RAW),
)
