"""The rules for German: fewer than the English ones, and the plainest. Words match with and without accents."""

from earshot.triage.rules.cues import phrases, standard_cues

CUES = standard_cues(
    failure=(
        r"(?:funktioniert|geht|gehen|funktionieren|läuft|lädt|klappt|startet|reagiert) (?:\w+ ){0,4}nicht",
        r"(?:nicht|nichts) (?:mehr )?(?:erreichbar|möglich|geht|funktioniert)",
        r"kaputt|defekt|störung\w*|ausgefallen|ausfall|abgestürzt|stürzt (?:\w+ )?ab|fehler\w*",
        r"kein (?:netz|internet|empfang|signal)|gesperrt|komme (?:\w+ )?nicht",
    ),
    mishap=(
        r"storniert|annulliert|gestrichen|verspät\w+|zu spät|verloren|weg|gestohlen|geklaut|beschädigt",
        r"falsch\w*|abgebucht|berechnet|fehlt|verpasst",
        r"(?:nicht|nie|noch nichts?) (?:\w+ )?(?:angekommen|geliefert|erhalten|bekommen|da|zugestellt)",
    ),
    verdict=(
        r"schlecht\w*|schlimm\w*|schrecklich\w*|furchtbar\w*|katastroph\w+|frechheit|unversch\w+",
        r"betrug|betrüger|abzocke\w*|nutzlos|enttäusch\w+|lächerlich|peinlich",
        r"schei(?:ß|ss)\w*|mist|hasse|ärgerlich|wütend|miserabel|unfähig|unfreundlich|saftladen",
        r"sauerei|zumutung|unverschämt|inakzeptabel|verarsch\w*|armutszeugnis|unmöglich|witz",
    ),
    waiting=(
        r"wart(?:e|en|et|ezeit|eschleife)|gewartet",
        r"seit (?:\w+ ){0,3}(?:stunden?|tagen?|wochen?|monaten?|gestern|montag|\d+)|immer noch",
        r"noch immer|schon wieder|warteschleife",
        r"niemand (?:\w+ )?(?:antwortet|hilft|meldet|erreichbar)",
        r"keine? (?:antwort|reaktion|rückmeldung|hilfe|info\w*|lösung)|meldet sich (?:\w+ )?nicht",
        r"bis heute",
    ),
    demand=(
        r"erstatt\w+|rückerstatt\w+|geld zurück|mein geld|entschädig\w+|beschwer\w+|reklam\w+|verlange",
        r"wo (?:ist|bleibt) (?:mein\w*|die|das|der)|brauche hilfe|kümmert euch|klärt",
    ),
    leaving=(r"nie wieder|nie mehr|kündig\w+|wechsel\w*|letztes mal|das letzte mal|zum letzten mal|finger weg",),
    thanks=(r"danke\w*|vielen dank|dankeschön|bedanken",),
    delight=(
        r"super|toll\w*|großartig\w*|klasse|prima|perfekt\w*|liebe|beste[rns]?|wunderbar|begeistert",
        r"zufrieden|lob|empfehl\w+|sehr (?:gut|nett|freundlich)\w*|spitze",
    ),
    asks=(
        (
            r"(?:wie|wann|wo|was|welche[rsn]?|wer|wieviel|kann ich|kann man|gibt es|habt ihr|könnt ihr|"
            r"weiß jemand|ist es) (?:\w+ ){0,20}\?"
        ),
        r"eine frage|mal (?:ne )?frage|möchte wissen|würde gern\w* wissen",
    ),
    wish=(
        r"ich wünsche? (?:mir)?|wünsche mir|ihr solltet|solltet ihr|wäre (?:cool|schön|toll|super)",
        r"möchte (?:\w+ ){0,3}kaufen|würde gern\w* kaufen|hätte gern\w*|haha\w*",
    ),
    giveaway=(r"gewinnspiel\w*|verlos\w+|gewinne|rabattcode|gutscheincode|mitmachen",),
)

STAKE_PATTERNS = {
    "danger": phrases(
        r"gefahr|gefährlich\w*|brand|feuer|rauch\w*|explodiert|verletzt\w*|krankenhaus|vergiftet",
        r"belästig\w+|bedroht|angegriffen",
    ),
    "fraud": phrases(
        r"betrug\w*|betrogen|gehackt|gestohlen|geklaut|phishing|unbefugt\w*|nicht autorisiert", r"missbrauch\w*"
    ),
    "journey": phrases(
        r"gestrandet|sitz\w* (?:\w+ ){0,3}fest|festsitz\w*|am flughafen|am bahnhof|im zug",
        r"anschluss(?:zug|flug)? verpasst|flug verpasst|zug verpasst",
    ),
    "money": phrases(
        r"(?:doppelt|zu viel|unberechtigt|zweimal|ohne) (?:\w+ )?(?:abgebucht|berechnet|belastet)",
        r"abgebucht|mein geld|geld zurück|rückerstattung|erstattung",
    ),
    "deadline": phrases(r"dringend\w*|sofort\w*|notfall|umgehend|eilig|hochzeit|beerdigung|operation"),
    "lost_all": phrases(
        r"(?:kein|ohne|seit \w+ \w+ kein) (?:internet|strom|netz|empfang|wasser|anschluss)",
        r"konto (?:\w+ )?(?:gesperrt|gelöscht|weg)|alles weg|daten weg|karte gesperrt|ausgesperrt",
    ),
    "repeated": phrases(
        r"zum (?:dritten|zweiten|vierten|fünften|x ten|wiederholten) mal|(?:dritte|zweite|vierte) mal",
        r"seit (?:\w+ ){0,2}(?:wochen|monaten|jahren)|mehrmals|mehrfach|zigmal|x mal",
    ),
    "leaving": phrases(r"nie wieder|nie mehr|kündig\w+|wechsel\w*|(?:letztes|das letzte|zum letzten) mal"),
    "authority": phrases(
        r"anwalt|anwälte|rechtsanwalt|anzeige|klage|gericht|verbraucherzentrale|verbraucherschutz",
        r"polizei|presse|diskriminier\w+|rassis\w+|bundesnetzagentur|bafin",
    ),
    "outage": phrases(r"störung\w*|ausfall|ausgefallen|stromausfall|offline"),
}
