"""English figures of speech: words of danger that name none, and words of danger that are denied.

"Your social team is on fire" is praise, "in stitches" a laugh, and "nobody was injured" good news. ``rules.stakes``
takes them out before it looks for a danger or a fraud.
"""

from earshot.triage.rules.cues import phrases

_PEOPLE = (
    r"(?:you|youre|u|yall|guys|he|she|they|theyre|we|were|teams?|crews?|staff|social|agents?|reps?|accounts?|admins?|"
    r"interns?|squads?|djs?|chefs?|bands?|memes?|tweets?|playlists?|songs?|albums?|beats?|games?|season|lineup|menu|"
    r"marketing|drivers?|pilots?)"
)
_DANGER = (
    r"(?:injur\w+|on fire|explo\w+|electrocuted|bleeding|burn(?:t|ed|ing)|unsafe|dangerous\w*|attacked|assaulted|"
    r"harassed|"
    r"threatened|poisoned|terrified|hospital\w*|hacked|fraud\w*|scammed|stolen|robbed|compromised)"
)

FIGURES = phrases(
    # Fire, smoke and sparks that burn nobody.
    rf"{_PEOPLE} (?:is |are |was |were |been |has been |have been |all |just |so |really |literally |absolutely "
    rf"){{0,3}}on fire",
    r"on fire (?:tv|stick|tablet|hd|today|lately|recently|this (?:week|month|season|year))",
    r"(?:sales|streets|charts|socials?|timeline|mentions|comments|group chat) (?:is |are )?on fire",
    r"sparks? (?:joy|fly|flew|plan|my interest|interest|a (?:debate|conversation))|smok(?:e|ing) (?:and|hot|deals?)",
    r"burn(?:t|ed|ing|s) (?:my|me|his|her|our) (?:\w+ )?(?:bridges|data|battery|points|money|savings|budget|wallet|"
    r"time|ears|"
    r"eyes|calories)|burn(?:t|ed) me (?:once|twice|again|before)",
    # Dying and killing without a death.
    r"(?:nearly|almost|could have|couldve) (?:died|killed me) (?:laughing|of|from|with|inside|when)",
    r"(?:nearly|almost) killed (?:my|the|our|his|her) (?:plans?|mood|vibe|battery|phone|budget|wallet|appetite|buzz|"
    r"joke)",
    r"(?:you|yall|guys|tweets?|memes?|ads?|songs?|music|wait|waiting|suspense|prices?|fees?|queue|app|replies|"
    r"comments|lol) "
    r"(?:\w+ )?(?<!could )(?<!will )(?<!would )(?<!might )(?<!nearly )(?<!almost )(?<!can )kills? (?:me|us)",
    # Bodies that are whole.
    r"(?:in|had (?:me|us) in) stitches|insult to injury|injury time|injury (?:list|update|news|report|lawyers?)",
    r"hurt(?:s|ing)? (?:my|our|his|her) (?:feelings|pride|ego|eyes|ears|head|brain|heart|soul|wallet|bank account)",
    r"bleeding (?:edge|money|cash|customers|subscribers|hell|obvious|useless|joke|awful|idiots?|late|slow)",
    r"(?:choked|choking) (?:up|back|on my (?:coffee|tea|drink|words))",
    r"(?:broke|breaks|breaking) (?:my|his|her|our) (?:\w+ )?(?:heart|spirit)",
    r"(?:feel|feeling|felt) (?:so |personally |very )?(?:attacked|seen)|attacked by (?:ads|emails|spam|fans|"
    r"notifications)",
    r"(?:\w+ )?assault on (?:the|my|our) (?:senses|ears|eyes)|threatening (?:skies|clouds|weather|rain)",
    r"stalk(?:ed|ing|er) (?:of )?(?:your|the|my|this|its|that) (?:\w+ )?(?:page|feed|timeline|profile|website|site|"
    r"app|tracking|"
    r"order|parcel|package|stories|instagram|twitter)",
    r"(?:phone|laptop|battery|wifi|tablet|career|season|team|playlist) (?:\w+ ){0,2}on life support",
    r"(?:oh|aw|aww|ah|gym|mall) rats|(?:exploded|exploding|explosion) (?:with|in|of) (?:\w+ )?(?:joy|flavou?rs?|"
    r"colou?rs?|"
    r"popularity|laughter|love|taste|happiness)|(?:head|mind|brain|heart|inbox|mentions|dms|timeline|notifications) "
    r"(?:\w+ ){0,2}explod(?:ed|ing)",
    # Stealing and hacking that take nothing.
    r"stole (?:my heart|our hearts|the show|the spotlight)|(?:an? |such an? |absolute |total )?(?:absolute |total "
    r")?steal (?:at|of a "
    r"deal|for|this look)|life hack\w*|growth hack\w*|hacking cough|(?:robbed|stolen) of (?:a|the|that|our) (?:win|"
    r"goal|penalty|"
    r"point|medal|title|award|victory)",
    r"(?:bath|photo|seed|glitter|sugar|flavou?r) bombs?",
    # What did not happen.
    r"(?:no|not|never|without|isnt|wasnt|arent|werent|nobody|no ?one|none) (?!only|just)(?:(?:any|one|was|were|is|"
    r"got|been|felt|"
    rf"feel|feeling|at all|actually|seriously|being) ){{0,3}}{_DANGER}(?! (?:team|department|protection|alert|line|"
    rf"prevention|"
    r"support|number|help|desk|form))",
)
