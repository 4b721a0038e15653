"""The English words of each stake; ``stakes`` says what they weigh."""

from earshot.triage.cues import phrases

ENGLISH_STAKES = {
    "danger": phrases(
        r"(?:caught|on|catch(?:es|ing)?) fire|smok(?:e|ing) (?:from|coming|came|in)|sparks?",
        r"burn(?:t|ed|ing) (?:my|me|his|her|our|skin|smell|through)|explo(?:ded|ding|sion)",
        r"electrocut\w+|electric shock|unsafe|dangerous\w*|injur\w+|hurt (?:me|my|him|her)|hospital\w*",
        r"ambulance|bleeding|food poisoning|poisoned|allergic reaction|anaphyla\w+|choked",
        r"(?:glass|metal|plastic|mou?ld|maggots?|worms?|insects?) in (?:my|the|our)|assault\w*",
        r"harass\w*|threaten\w*|attacked|groped|(?:drunk|reckless\w*|dangerous) driver|carbon monoxide",
        r"gas leak|smell(?:s|ed|ing)? (?:of )?(?:gas|burning|smoke)",
        r"emergency (?:landing|room)|wheelchair|insulin|medication|medicines?|epipen|oxygen",
    ),
    "fraud": phrases(
        r"hack(?:ed|er|ers|ing)|fraud\w*|identity theft|phish\w*|unauthori[sz]ed|compromised",
        (
            r"someone (?:else )?(?:has |is |was |got |)?(?:\w+ )?(?:my account|using my|logged in|"
            r"accessed|changed my|stole)"
        ),
        r"didnt (?:make|authori[sz]e|order|sign up)",
        r"never (?:authori[sz]ed|signed up|subscribed|made this)",
        r"(?:stole|stolen|steal(?:ing)?|robbed|theft)",
        (
            r"(?:unknown|strange|unfamiliar|not my) (?:\w+ )?(?:email|device|charges?|transactions?|login|"
            r"purchase|address)"
        ),
        r"(?:get|getting) my account back|(?:cheat\w*|scamm?(?:ed|ers?|ing)|conned)",
    ),
    "journey": phrases(
        r"stranded|stuck (?:in|at|on|here)(?: \w+){0,3}",
        (
            r"(?:sitting|sat|sit|been|trapped|waiting) (?:on|at|in) (?:the |this |a |our )?(?:plane|"
            r"tarmac|runway|gate|airport|terminal|aircraft|train|platform|station)"
        ),
        r"tarmac|(?:sleep\w*|overnight|spend\w*|night) (?:\w+ ){0,3}(?:airport|terminal|station)",
        r"no (?:hotel|rental car)",
        r"(?:miss(?:ed|ing)?|gonna miss|will miss) (?:my|our|the|a) (?:connect\w+|flights?|train|cruise)",
        r"(?:going to|gonna|about to|will|might) miss(?! out)",
        (
            r"(?:board(?:s|ing)|departs?|leaves?|leaving|takes off|flight (?:is|leaves|"
            r"departs)) (?:\w+ ){0,2}(?:in (?:\d+|an|one|two|an hour|less)|now|soon|within)"
        ),
        r"no (?:other |more )?flights?(?: until| till| out)?",
    ),
    "money": phrases(
        r"(?:charg(?:ed|ing)|bill(?:ed|ing)|debited|deducted|withdrew) (?:\w+ )?(?:me|us|my|our)",
        r"(?:charged|billed|debited|paid) (?:\w+ )?(?:twice|double|again|for nothing|without|extra|the full|full)",
        r"overcharg\w+|double charg\w+|extra charges?|(?:adding|added|hidden|random|wrong) (?:\w+ )?(?:charges?|fees?)",
        r"(?:took|taken|taking|kept|keeping|stealing|withdrawn) (?:(?:my|our|the) (?:money|payment|deposit)|[$£€])",
        (
            r"(?:want|need|where is|wheres|get|give|gave|waiting for|refund) (?:me |us )?(?:my|our|a) (?:\w+ )?"
            r"(?:money|refund|deposit)"
        ),
        r"money back|no refund|(?:not|never|didnt|hasnt|havent|wont|dont) (?:\w+ )?refund(?:ed|ing)?(?: me| us| it)?",
        r"refus\w+ (?:to )?(?:a |my )?refund\w*|empty box",
    ),
    "deadline": phrases(
        r"asap|urgent(?:ly)?|emergency|immediately|as soon as possible",
        r"before (?:its too late|tomorrow|tonight|midnight|my (?:flight|trip|wedding|meeting|interview))",
        r"wedding|funeral|interview|graduation|surgery|exam|deadline|presentation",
    ),
    "lost_all": phrases(
        (
            r"(?:all|almost all|every\w*|most) (?:of )?(?:my|our|the) (?:\w+ ){0,2}(?:gone|lost|deleted|"
            r"disappeared|vanished|wiped|missing)"
        ),
        r"(?:lost|deleted|wiped|erased) (?:all|every\w*|my (?:data|photos|files|account|playlists|contacts))",
        r"locked out|(?:log(?:ged)?|kicked|signed|thrown) (?:me )?out",
        (
            r"(?:cant|cannot|not|unable to|wont let me|couldnt) (?:\w+ )?(?:log ?in|login|sign in|access|"
            r"get in(?:to)?)"
        ),
        r"bricked",
        (
            r"(?:account|password|email) (?:\w+ ){0,4}(?:not recogni[sz]ed|suspended|locked|"
            r"deleted|disabled|gone|disappeared|blocked|didnt work|recogni[sz]e)"
        ),
        (
            r"(?:no|without|lost) (?:\w+ )?(?:internet|power|service|electricity|water|heating|signal|"
            r"broadband|phone|dial tone)"
        ),
        (
            r"(?:phone|laptop|computer|card|mac|ipad) (?:\w+ ){0,3}(?:dead|wont turn on|died|useless|"
            r"unusable|bricked|declined|blocked|wont)"
        ),
        r"everything is gone",
    ),
    "repeated": phrases(
        (
            r"(?:second|third|fourth|fifth|sixth|2nd|3rd|4th|5th|6th|nth|"
            r"\d+(?:th)?) time (?:\w+ ){0,3}(?:call\w*|contact\w*|email\w*|ask\w*|tweet\w*|this (?:week|"
            r"month)|in|doing|ive|i)"
        ),
        (
            r"(?:call|email|tweet|messag|contact|ask|phon|writ|report|complain)\w* (?:\w+ ){0,4}(?:again|"
            r"twice|\d+ times|multiple times|several times|so many times|many times|(?:three|four|five|six|ten) times|"
            r"for (?:days|weeks|months))"
        ),
        (
            r"(?:for|over|after|past|almost|nearly|more than) (?:the )?(?:past |last )?(?:(?:two|three|four|"
            r"five|six|several|few|many|a few|a couple of|[2-9]|\d\d) )?(?:weeks|months)(?! (?:free|premium|trial))"
        ),
        (
            r"(?:\d+|two|three|four|several|multiple|many) (?:calls|emails|messages|dms|tickets|agents|"
            r"reps|tweets|phone calls|attempts|times|(?:weeks|months) (?:now|later|ago|and)|"
            r"different (?:people|agents|reps))"
        ),
        r"(?:still )?no (?:response|reply|answer) (?:\w+ ){0,3}(?:days|weeks|dms?|emails?)",
        r"again and again|over and over",
        r"every time i (?:call|ask|contact)",
    ),
    "leaving": phrases(
        (
            r"never (?:ever )?(?:again|(?:fly|us|buy|shop|order|book|stay|eat|bank|travel)(?:e|ing)?|"
            r"(?:fly|use|buy|shop|order|book|stay|eat|travel)\w* (?:with|from|here|at|you|\w+))"
        ),
        r"(?:im|i am|were|we are|so|officially) (?:\w+ )?(?:done|finished|through) (?:with|using|flying)",
        (
            r"(?:lost|losing) (?:a |me as a |my |your |another )?(?:loyal )?(?:customers?|business|"
            r"subscriber|passenger)"
        ),
        r"switch(?:ed|ing)? (?:over |back )?(?:to|from) (?!the \w+ (?:tab|screen|mode))\w+",
        r"(?:moving|going|leaving|gone) (?:over |back )?(?:to|for) (?:another|a (?:new|different)|your competitors?)",
        (
            r"(?:just |have |i )?(?:cancel(?:l?ed|l?ing)?|clos(?:ed|ing)) (?:my|our|"
            r"the) (?:\w+ )?(?:membership|subscription|account|contract|service|sub)"
        ),
        r"(?:is|was|be|thats|for) the last time|last time (?:i|we|im) (?:ever|will|fly|buy|order|use|book)\w*",
        r"take (?:my|our) (?:business|money) elsewhere|boycott\w*",
    ),
    "authority": phrases(
        r"lawyers?|attorneys?|solicitor|legal action|law ?suit|sue|suing|small claims|court|ombudsman",
        r"regulator|trading standards|bbb|better business bureau|fcc|faa|ftc|caa|fca|cfpb",
        r"consumer (?:forum|court|protection|rights)|police|watchdog|attorney general|journalists?",
        r"reporters?|newspapers?|(?:the|to) (?:press|media)|news station|cnn|bbc|going viral|discriminat\w+|racis[tm]",
        r"racial\w*|sexis[tm]|homophob\w+|profil(?:ed|ing)|disabled|disability|insult(?:ed|ing)",
    ),
    "outage": phrases(
        r"outages?",
        (
            r"(?:is|are|seems|been|went|site|app|service|servers?|system|systems|network|"
            r"website) (?:\w+ )?down(?! (?:to|the|for (?:a|the) \w+ ride))"
        ),
        r"down (?:in|for everyone|nationwide|all day)|blackout|nothing (?:is )?work(?:s|ing)",
        r"not working for (?:anyone|everyone|hours)|(?:anyone|anybody|everyone) else",
    ),
}
