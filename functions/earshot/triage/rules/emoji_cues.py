"""Cues that no language owns: emoji, and how a post is written."""

from earshot.triage.judgement import Intent
from earshot.triage.rules.cues import Cue, Sees, symbols

TONE = (
    Cue(
        "angry_emoji",
        Intent.COMPLAINT,
        1.5,
        "an angry or a sad emoji",
        symbols("😠 😡 🤬 😤 👎 🤮 💩 🖕 😒 🙄 😑 😞 😔 😩 😫 😖 😣 😢 😭 ☹ 🙁 😕 🤦 💔 :( :-("),
        Sees.TEXT,
    ),
    Cue(
        "warm_emoji",
        Intent.PRAISE,
        1.0,
        "a warm emoji",
        symbols("😍 🥰 ❤ 💙 💜 💖 💕 😊 ☺ 😀 😃 😁 👍 👏 🙌 🎉 💯 🤩 😘 🥳 ✨ :) :-) :D <3"),
        Sees.TEXT,
    ),
    Cue("laughing_emoji", Intent.OPPORTUNITY, 0.8, "a laughing emoji", symbols("😂 🤣 😜 😝 😆 😹"), Sees.TEXT),
    Cue("shouting", Intent.COMPLAINT, 0.7, "shouts in capitals", r"(?:\b[A-Z']{2,}\b\W+){2,}[A-Z']{3,}\b", Sees.TEXT),
    Cue("outcry", Intent.COMPLAINT, 0.8, "?! or ???", r"\?\s*!|!\s*\?|\?{2,}", Sees.TEXT),
)
