"""Stakes as people name them briefly: lost connections, charges, and messages that nobody answers."""

import pytest

from earshot.triage.rules.stakes import matching_stakes
from earshot.triage.terms.terms import NO_TERMS
from earshot.triage.tokenizer import tokenize


def stakes(text: str) -> set[str]:
    return {stake.rule for stake in matching_stakes(tokenize(text, "en"), "en", NO_TERMS)}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("@acme where's my internet", "lost_all"),
        ("@acme no wifi or tv here tonight", "lost_all"),
        ("@acme hello, our hot water isn't working, can you help?", "lost_all"),
        ("@acme nope, still down", "lost_all"),
        ("@acme tired of getting charged for a box I sent back", "money"),
        ("@acme I was charged 48 when the app said 31", "money"),
        ("@acme ok where's my cheque", "money"),
        ("@acme nobody replied to my mail", "repeated"),
        ("@acme I haven't heard back from my case officer", "repeated"),
        ("@acme still no response from your team", "repeated"),
        ("@acme on hold for over 45 minutes", "repeated"),
        ("@acme spoke to six different agents about my roof", "repeated"),
        ("@acme two chats and still no callback", "repeated"),
        ("@acme nothing has been done about the leak", "repeated"),
        ("@acme you keep transferring me around", "repeated"),
        ("@acme please get our heating working", "lost_all"),
        ("@acme why make me pay for a return that you caused", "money"),
        ("@acme I moved out in June and I'm still being billed", "money"),
        ("@acme my account was hijacked", "fraud"),
        ("@acme my business page got taken over", "fraud"),
        ("@acme my mum's account was taken on Friday", "fraud"),
        ("@acme a sim was swapped without me knowing", "fraud"),
        ("@acme I left in May and am still billed", "money"),
        ("@acme a bit of glass in my son's jar of pear", "danger"),
        ("@acme she cut her mouth on plastic in your bread", "danger"),
        ("@acme you keep billing me for a plan I left", "money"),
        ("@acme two years of photos are gone", "lost_all"),
        ("@acme two hours on the phone and nothing", "repeated"),
        ("@acme there is glass in my soup", "danger"),
        ("@acme shopping around for a new energy supplier", "leaving"),
        ("@acme several customers having the same issue", "outage"),
        ("@acme I bit on a piece of metal in your granola", "danger"),
    ],
)
def test_brief_reports_name_what_is_at_stake(text, rule):
    assert rule in stakes(text)


@pytest.mark.parametrize(
    "text",
    [
        "@acme do you have wifi in the rooms?",
        "@acme is the hot water free with breakfast?",
        "@acme is the trial charged after a month?",
        "@acme you replied within a minute, thank you",
        "@acme where is my nearest shop?",
        "@acme that song still gets me down there at the end",
        "@acme my account was taken care of, lovely",
        "@acme I spoke to one agent and it was quick",
        "@acme the page just took forever to load",
        "@acme my account has taken three days to verify",
        "@acme that profile just took my breath away",
        "@acme the photo on your page was taken in Porto?",
        "@acme I'm a bit into metal lately, any playlists?",
        "@acme the pup has chewed on a bone from you all day, thanks",
        "@acme a lovely piece of wood in my new desk",
        "@acme there are bits of plastic in the sea, says a study",
        "@acme the piece of glass in the museum shop is gorgeous",
        "@acme the tablet is still charging, and the band still charged after two days",
        "@acme years of loyalty gone, three hours of my life lost",
        "@acme the battery on this phone is 10 hours, the one on phone is 12 hours",
        "@acme spent hours on the phone with my mum on your plan",
        "@acme we are looking for a new phone, any offers?",
    ],
)
def test_ordinary_talk_of_the_same_things_names_none(text):
    assert not stakes(text) & {"danger", "fraud", "money", "lost_all", "repeated", "leaving"}
