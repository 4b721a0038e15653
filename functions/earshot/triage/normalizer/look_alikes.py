"""Letters that look like Latin ones. This module is data; ``letters`` says when they are read as Latin.

``CONFUSABLE`` is taken from Unicode's confusables.txt (Unicode Technical Standard 39, copyright Unicode, Inc.,
https://www.unicode.org/license.txt): the letters of seven scripts whose prototype is one letter of ASCII and which NFKC
leaves alone. Its prototype of a capital I is a small l; here it is the I. ``SIMILAR`` and ``STYLED`` are our own: what
generators of fancy letters use, and Unicode does not count as confusable.
"""


def _pairs(*rows: str) -> dict[str, str]:
    """A table from rows of letters, each followed by the row of what they look like."""
    return dict(zip("".join(rows[::2]), "".join(rows[1::2]), strict=True))


CONFUSABLE = _pairs(
    # Cyrillic
    "АаВЬСсԁЕеҽԌНһІӀіӏꙇЈјКМОоРрԛгЅѕТѴѵԜѡԝХхУҮуү",
    "AaBbCcdEeeGHhIIiiiJjKMOoPpqrSsTVvWwwXxYYyy",
    # Greek
    "ΑαΒΕϜΗΙιͿϳΚΜϺΝΟοσΡρᴦΤυνΧΥγΖ",
    "AaBEFHIiJjKMMNOooPprTuvXYyZ",
    # Armenian
    "քցհոռՕօգզՏՍսա",
    "fghnnOoqqSUuw",
    # Cherokee
    "ᎪᏴᏏᏟꮯᎠᏧᎬᏀᏳᎻᏂᎥꭵᎫᏦᏞᎷᏢᎡᏒꮁᏕᏚꮪᎢᏙꮩᎳᏔꮃᎩᎽᏃꮓ",
    "ABbCcDdEGGHhiiJKLMPRRrSSsTVvWWwYYZz",
    # Coptic
    "ⲤⲥⲎⲒⲔⳐⲘⲚⲞⲟⲢⲣⲅⲦⲬⲨ",
    "CcHIKLMNOoPprTXY",
    # Lisu
    "ꓮꓐꓚꓓꓒꓰꓝꓖꓧꓙꓗꓡꓲꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ",
    "ABCDdEFGHJKLIMNOPRSTUVWXYZ",
    # Canadian Aboriginal
    "ᗅᗷᑲᖯᗞᗪᑯᖴᕼᒍᒪᗰᑭᖇᑌᐯᕁᕽ",
    "ABbbDDdFHJLMPRUVxx",
)

# Letters that resemble a Latin one beside Latin ones only.
SIMILAR = _pairs(
    "вгёєитзкмнпяшщъьїўцэфжѓќ",
    "breeutzkmhnrwwbbiyueoxrk",
    "βδεζηθκλμξπτφχψωάέήίόύώ",
    "bdeznokluentoxywaenioyw",
    "ᗩᑕᘜᏆᑎᑫᔕᗯᘔᗴᎶᏗᏰፈᎴᏋᎦᏖᏬᏇᎷᏝᏁᎧᎮᎤ",
    "ACGTNqSWZEGABCDEFTUWMLNOPQ",
)

# Latin letters, and signs made of them, that no language is written in: small capitals, letters in discs and boxes.
STYLED = _pairs(
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ",
    "abcdefghijklmnopqrstuvwyz",
    "ɑɡᴑꬲꬵꭇꭈꭎꭒꭚℓ",
    "agoefrruuyl",
    "".join(map(chr, range(0x1F150, 0x1F16A))),
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "".join(map(chr, range(0x1F170, 0x1F18A))),
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "".join(map(chr, range(0x249C, 0x24B6))),
    "abcdefghijklmnopqrstuvwxyz",
    "".join(map(chr, range(0x1F110, 0x1F12A))),
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
)
