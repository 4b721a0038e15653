"""The English cues of a complaint; ``english.cues`` says how patterns and weights are written."""

from earshot.triage.judgement import Intent
from earshot.triage.rules.cues import Cue, phrases
from earshot.triage.tokenizer import TextForm

_THING = (
    r"(?:\w+ ){0,2}(?:flights?|planes?|bags?|baggage|luggage|suitcases?|seats?|tickets?|bookings?|reservations?|"
    r"orders?|packages?|parcels?|delivery|deliveries|items?|phones?|laptops?|accounts?|cards?|money|payments?|refunds?|"
    r"app|internet|wifi|service|signal|broadband|power|train|bus|ride|driver|food|meal|room|points|miles|"
    r"vouchers?|claim|password|battery|music|playlists?|screen|update|calls?|emails?|messages?|dms?)"
)

_NOT = (
    r"(?:not|never|isnt|arent|wasnt|werent|dont|doesnt|didnt|wont|wouldnt|cant|cannot|couldnt|hasnt|havent|hadnt|aint)"
)

COMPLAINT_CUES = (
    Cue(
        "failure",
        Intent.COMPLAINT,
        1.6,
        "says that something does not work",
        phrases(
            (
                r"(?:not|isnt|arent|wasnt|werent|never|doesnt|dont|didnt|wont|stopped|stops|quit|nothing|"
                r"hardly) (?:\w+ )?(?:work\w*|load\w*|open\w*|play\w*|connect\w*|respond\w*|function\w*|"
                r"updat\w+|show\w*|send\w*|sync\w*|charg\w+)"
            ),
            (
                r"(?:wont|doesnt|does not|will not|cant|cannot|couldnt|unable to|can not|not able to|"
                r"not let\w*|(?:wont|doesnt|not) (?:let|allow)\w* (?:me|us)) (?:even )?(?:access|log|login|"
                r"sign|check|open|play|use|get|book|change|reach|find|download|add|hear|see|pay|cancel|"
                r"contact|speak|talk|connect|load|reset|receive|turn|track|call|make|do|print|order|view|"
                r"watch|listen|recogni\w+|fix|help)"
            ),
            r"crash(?:es|ed|ing)?|freez(?:es|ing|e)|froze|frozen|glitch\w*|bugs?|buggy|lag(?:s|gy|ging)",
            r"malfunction\w*|broke|broken|breaks|faulty|defective|unusable|unstable|unresponsive|messed up",
            r"screwed up|out of order|errors?|outages?|(?:is|are|was|been|went|still|seems) (?:all )?down",
            r"keeps? (?:\w+ing|on|saying|getting)|fail(?:s|ed|ing|ure|ures)?",
        ),
    ),
    Cue(
        "mishap",
        Intent.COMPLAINT,
        1.6,
        "something was lost, late, damaged, cancelled or wrong",
        phrases(
            r"lost|missing|misplaced|stolen|damaged|smashed|crushed|torn|soaked|ruin(?:ed|ing|s)|destroyed",
            r"leaking|cancel(?:l?ed|l?ation|l?ations|l?ing)|delay(?:s|ed|ing)?",
            r"(?:so|too|hours?|hrs?|minutes|mins|days?|weeks?|way|very|always|is|was|running|are|arriv\w+) late",
            r"stuck|stranded|diverted|rerouted|overbooked|oversold|bumped|misconnect\w*",
            r"miss(?:ed|ing)? (?:my|our|the|a) \w+",
            (
                r"(?:sent|got|received|delivered|gave|given|shipped|charged|ordered) (?:me |"
                r"us )?(?:\w+ )?(?:wrong|wrongly|incorrect|empty|used|old|fake)"
            ),
            r"wrong (?:item|order|address|size|product|person|place|information|info|number|price|bag|seat|one)",
            r"overcharged|double charged|charg(?:ed|es|ing) (?:me|us|my|twice|for)|hidden fees?|rip ?off",
            r"ripped off|(?:hung|hang|hangs|hanging) up|disconnect(?:ed|s)|dropped (?:my )?calls?",
            r"disappeared|vanished|kicked (?:out|off)|logged out|refus(?:ed|es|ing|e)|denied",
            r"reject(?:ed|s)|ignor(?:ed|ing|es|e)",
            (
                r"(?<! i )(?<! we )(?:left|leaves|leaving|forgot|ate|eaten|swallowed) (?:my|our|his|her|their) "
                r"(?:\w+ )?(?:wheelchair|bags?|luggage|suitcases?|stroller|buggy|pram|parcels?|packages?|bookings?|"
                r"orders?|"
                r"deposit|money|vouchers?)"
            ),
        ),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "not_done",
        Intent.COMPLAINT,
        1.5,
        "something that was due did not happen",
        phrases(
            (
                r"(?:never|didnt|hasnt|havent|hadnt|wasnt|werent|not|dont|doesnt) (?:even |yet |been |be |"
                r"actually )?(?:arriv\w+|c[ao]me|show\w*|got|get|getting|received?|deliver\w*|ship\w*|heard?|"
                r"hear|answer\w*|repl\w+|respon\w+|call\w*|help\w*|email\w*|refund\w*|gotten|had|car(?:e|es)|"
                r"apologi[sz]\w*|honou?r\w*|give|given|offer\w*|tell|told|inform\w*|notif\w+|update\w*|turn\w*)"
            ),
            (
                r"(?:no one|noone|nobody|nothing|none) (?:\w+ ){0,2}(?:answer\w*|help\w*|repl\w+|respon\w+|"
                r"know\w*|car\w+|called|told|tell\w*|pick\w*|works?|working|happen\w*|to help|is|has|was|can|"
                r"will|at|here|there|seems)"
            ),
            (
                r"no (?:response|reply|replies|answers?|updates?|help|apology|explanation|communication|"
                r"information|info|notice|notification|confirmation|warning|reason|sign|solution|resolution|"
                r"refund|excuse|customer|record|option|way|sense|one|idea)"
            ),
            (
                r"no (?:tv|power|wifi|food|water|heat|ac|seats?|bags?|luggage|outlets?|signal|internet|"
                r"service|reception)"
            ),
            r"(?:was|were|is|are) supposed to|should (?:have|of|ve) (?:been |\w+)|shouldve|promised",
            r"(?:could|would) (?:have|of|ve) been (?:prevented|avoided|nice|better)|must be nice|was told",
            r"were told|told me|told us|i paid for|guaranteed",
        ),
    ),
    Cue(
        "verdict",
        Intent.COMPLAINT,
        2.1,
        "a harsh word about the service",
        phrases(
            r"worst|terrible|terribly|horrible|horribly|horrendous|horrific|awful|atrocious|pathetic",
            r"ridiculous\w*|unacceptable|disgust\w+|useless|appalling|abysmal|dreadful|shocking|shameful",
            r"shame on|disgrace\w*|disgraceful|unprofessional|incompeten\w+|inept|inexcusable|outrageous",
            r"disappoint(?:ed|ing|ment|s)|frustrat(?:ed|ing|ion)|annoy(?:ed|ing|s)|angry|furious",
            r"irritat\w+|upset|unhappy|pissed|livid|dissatisfied|unimpressed|rude|rudest|lied|lies|liars?",
            r"lying|misleading|deceptive|deception|dishonest|unfair|unethical|robbery|crooks?|thieves",
            r"cheat\w*|scam\w*|fraud\w*|suck(?:s|ed|ing)?|crap|crappy|shit\w*|bullshit|bs|garbage|trash",
            r"rubbish|fuck\w*|wtf|damn|hell|effing|freaking|fml|bloody|screw you|pos|hate|hated|hates|joke",
            r"nightmare|fiasco|debacle|disaster|mess|shambles|fail|epic fail|ripoff|clueless|ludicrous",
            r"absurd|insane|stupid|dumb|idiot\w*|(?:sick|tired) of|fed up|had enough|enough is enough",
            r"sick and tired|had it with|lost faith|could care less|so bad|getting worse",
            r"go(?:ne|ing) downhill|poor(?:ly)?|poorest",
            r"(?:very|really|pretty|so|too|such|how) (?:bad|slow|wrong|sad)",
            r"bad (?:service|customer|experience|form|business|day|flight|job|start)|worse|lame|lousy",
            r"subpar|unreal|unbelievable|inconvenien\w+|unreliable|inconsistent|insult\w*|embarrass\w*",
            r"wast(?:e|ed|ing) (?:of|my|our|so much)|mistreat\w*|neglect\w*|unsafe|filthy|dirty|gross|stinks?",
        ),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "not_good",
        Intent.COMPLAINT,
        1.6,
        "a good word turned round: not happy, no help",
        phrases(
            (
                r"not_(?:happy|pleased|impressed|satisfied|good|great|cool|ok|okay|acceptable|helpful|fair|"
                r"funny|fun|right|worth|recommend\w*|nice|professional|ideal|thrilled|amused|fast|friendly|"
                r"reliable|true|useful|sufficient|enough|excited|best|appreciate\w*|enjoy\w*|like|love|liking|"
                r"excuse|clean|safe|understand|customer|help|even)"
            ),
            (
                r"(?:not|no) (?:a |the |very |so |at all |\w+ )?(?:happy|good|great|cool|ok|acceptable|"
                r"helpful|impressed|way to)"
            ),
            r"less than (?:impressed|happy|pleased|helpful|satisfied)|no longer",
            r"(?:thanks?|thank you|thx) for nothing",
        ),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "waiting",
        Intent.COMPLAINT,
        1.6,
        "has been waiting",
        phrases(
            (
                r"still (?:no|not|havent|hasnt|dont|doesnt|waiting|wait|on|sitting|cant|isnt|nothing|stuck|"
                r"have|showing|says|didnt|wont|unable|in)"
            ),
            (
                r"(?:been|are|im|still|was|were|keep|kept|left|currently|hours?|minutes|mins|days|"
                r"weeks) (?:\w+ )?(?:waiting|on hold|holding)"
            ),
            r"waiting (?:for|on|over|since|to) (?:\w+ ){0,2}\d*|on hold|hold time|hold for",
            r"(?:long|longer|longest|endless) (?:wait|line|lines|hold|queue|delay)|wait times?|waited",
            r"queued?",
            r"\d+ ?(?:\+ )?(?:hrs?|hours?) (?:wait|delay\w*|late|on|hold|later|of|and|for|to|in|now)",
            (
                r"(?:over|after|for|than|almost|nearly|past|another|an extra) (?:an |\d+ |two |three |four |"
                r"five |several |many |a few |few |the last )?(?:\+ )?(?:hrs?|hours?|days|weeks?|mins?|minutes)"
            ),
            (
                r"(?:hours|days|weeks|months|ages|forever|2hrs|3hrs|all day|all night|all morning) (?:later|"
                r"now|and|with|on|without|for|waiting|to)"
            ),
            r"(?:sitting|sat|sit|standing|stood|waited?) (?:\w+ ){0,6}(?:hours?|hrs?|minutes|mins)",
            r"(?:hour|minute|min|hr) (?:wait|delay|hold|queue|line)",
            r"(?:hour|day|week) (?:\d+|two|three|four|five) (?:of|at|on|and|without)",
            (
                r"(?:\d+|two|three|several|few) (?:hours?|hrs?|days|weeks|months) (?:and|now|later|still|to|"
                r"for|of|at|with\w*)"
            ),
            r"since (?:\w+ )?(?:yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|last|\d+)",
            r"(?:taking|takes|took|taken) (?:\w+ )?(?:forever|ages|so long|too long|hours|over|more|\d+)",
        ),
    ),
    Cue(
        "again",
        Intent.COMPLAINT,
        1.0,
        "not the first time",
        phrases(
            (
                r"(?:second|third|fourth|fifth|2nd|3rd|4th|5th|\d+(?:th)?|every|each|multiple|several|many|"
                r"few|twice|three|four|five|nth) (?:\w+ )?times?"
            ),
            r"yet again|once again|again and again|over and over|keeps? \w+ing|always|constantly",
            r"continually|repeatedly|every (?:single )?(?:day|week|month|time)",
            r"twice (?:now|in|this|already)",
        ),
    ),
    Cue(
        "demand",
        Intent.COMPLAINT,
        1.2,
        "wants it put right",
        phrases(
            r"fix (?:this|it|your|the|my|that|ur|asap|please)|please fix|sort (?:this|it|your|out)",
            r"get (?:it|your (?:\w+ )?(?:act|shit|stuff)) (?:together|right)|do better|step up|refund\w*",
            r"compensat\w*|reimburs\w*|my money back|money back|want my|need my",
            r"give (?:me|us) (?:my|a|our)|make (?:this|it) right|apolog\w+|explain|explanation",
            r"(?:somebody|someone|anyone) (?:\w+ )?(?:help|respond|answer|reply|pick up|call me|explain|contact me)",
            r"can you (?:\w+ )?(?:help|explain|fix|call me)",
            r"(?:please|plz|pls|need|some|any|get) (?:\w+ )?help|help (?:me|us|please|pls|plz)|look into",
            r"wheres? (?:is |are |the hell |tf )?(?:my|our|the)|where (?:tf )?(?:is|are|did) (?:my|our)",
            r"(?:need|want|like) (?:to )?(?:file|make|report|complain|escalate|speak to|talk to)",
            r"(?<! hardly )(?:complain\w*|complaints?)|resolve\w*",
            (
                r"(?:please|pls|plz|just) (?:stop|improve|look into)|kindly (?:stop|improve|fix|sort|refund|resolve|"
                r"look into|reply|"
                r"respond|return|remove|restore|unblock|reconsider|cancel|call me|answer)|improve (?:your|ur|the|this)"
            ),
            (
                r"stop (?:calling|ringing|texting|emailing|sending|spamming|charging|messaging|harassing|bothering|"
                r"contacting|asking|wasting) (?:me|us|my|our|your|this|these|so|all)"
            ),
        ),
    ),
    Cue(
        "reproach",
        Intent.COMPLAINT,
        1.4,
        "a question that is a reproach",
        phrases(
            (
                r"why (?:is|isnt|cant|am|do|does|did|dont|doesnt|didnt|would|wouldnt|are|arent|wont|has|have|"
                r"havent|hasnt|was|were|the|must|should|even|tell|cannot|not|in|so|u|you|your|my|it)"
            ),
            (
                r"how (?:come|is (?:it|that|this)|are (?:you|we|people)|can (?:you|a|it|they|u|one|this)|"
                r"could (?:you|a|this)|hard is|many times|much longer|about you|the hell|is)"
            ),
            (
                r"what (?:the|is going on|happened|gives|kind of|is the (?:point|problem|issue|deal)|is wrong|"
                r"a|good is|do you)"
            ),
            r"whats (?:going on|wrong|up with|the (?:point|problem|issue|deal|excuse))",
            r"is (?:this|that|it) (?:\w+ ){0,2}(?:a joke|how|acceptable|ok|normal|right|your|for real|fair|too much)",
            r"if you (?:want|cared|really|cant|guys)|do you (?:really|even|not|ever)",
            r"whats the (?:use|point)|instead of|rather than|why not|at least|duh",
            r"(?:really|seriously|srsly|excuse me) (?:\?|!|,|\.|guys)",
            r"are you (?:kidding|serious|joking|guys|even|going|ever|aware)",
            (
                r"(?:dont|do|doesnt|does|cant|can) (?:you|u|anyone|anybody|your|y ?all) (?:\w+ )?(?:care|"
                r"answer|respond|reply|realize|think|know how|work|guys)"
            ),
            r"so (?:much for|you)|what now",
        ),
    ),
    Cue(
        "leaving",
        Intent.COMPLAINT,
        2.0,
        "says goodbye to the brand",
        phrases(
            (
                r"never (?:ever )?(?:again|fly\w*|us(?:e|ing)|buy\w*|shop\w*|order\w*|book\w*|stay\w*|eat\w*|"
                r"return\w*|go\w* back|recommend\w*|travel\w*|doing|do business|be back|visit\w*)"
            ),
            r"(?:im|i am|were|we are|so|officially|am) (?:\w+ )?(?:done|finished|through) with",
            r"last time i|last (?:flight|order|trip) (?:with|on)|(?:im|i am|were|so) done(?= [.!]| $)|see ya",
            (
                r"(?:wont|not|dont) (?:be )?(?:\w+ )?(?:fly|flying|us(?:e|ing)|buy|buying|coming back|book|"
                r"booking|shopping|again)"
            ),
            (
                r"(?:switch\w*|moving|move|going|go|changing|leav\w+) (?:over |back )?(?:to (?:another|"
                r"a different|a new|your competitor|android|verizon|delta)|airlines?|providers?|banks?|carriers?)"
            ),
            (
                r"(?:lost|losing|lose) (?:a |me as a |my |your |another )?(?:loyal )?(?:customers?|business|"
                r"subscriber|passenger)"
            ),
            (
                r"(?:cancel\w*|clos\w+|delet\w+) (?:my |our )?(?:membership|subscription|account|contract|"
                r"service|card|prime|premium)"
            ),
            r"take (?:my|our) business|avoid (?:this|them|at)|boycott\w*|stay away",
            r"do not (?:fly|buy|use|order|shop|book)",
        ),
    ),
    Cue(
        "to_competitor",
        Intent.COMPLAINT,
        2.0,
        "goes over to a competitor, or holds one up to the brand",
        phrases(
            r"(?:switch\w*|mov\w+|go\w*|chang\w+|leav\w+|back|over) (?:\w+ ){0,3}(?:to|for|with) (?:the )?competitor",
            r"(?:should(?:a| have|ve)|wish (?:i|we)|next time|from now on) (?:\w+ ){0,5}competitor",
            r"competitor (?:would|wouldnt|never|doesnt|does it|has never|is (?:much |way )?better|at least|here i)",
            r"(?:hello|hi|hey) competitor|worse than competitor",
        ),
    ),
    Cue(
        "sarcasm",
        Intent.COMPLAINT,
        2.6,
        "thanks or praise that means the opposite",
        phrases(
            (
                r"(?:thanks?|thank you|thx|kudos|congrats|cheers) (?:\w+ ){0,3}for (?:\w+ ){0,2}(?:nothing|"
                r"not|losing|breaking|ruining|delaying|cancell?ing|leaving|making (?:me|us|my) (?:miss|wait|"
                r"late|pay)|wasting|the (?:delay|wait|late|lack|bad|poor|worst|awful|rude|terrible|horrible|broken|"
                r"crap\w*)|ignoring|"
                r"lying|charging|overcharging|hanging|stranding|forgetting|damaging|destroying|screwing|"
                r"keeping (?:me|us)|letting (?:me|us) down)"
            ),
            (
                r"(?:great|good|nice|excellent|amazing|stellar|awesome|fantastic|wonderful) (?:job|work|way|"
                r"going|customer service|service|start) (?:\w+ ){0,4}(?:losing|lost|delay\w*|cancel\w*|"
                r"ruin\w*|fail\w*|late|broke\w*|ignor\w*|waiting|hold|lose|not|leaving|left|forgetting|losing|stranding|"
                r"breaking|charging|wasting|keeping|making (?:me|us)|missing|missed|another|yet again)"
            ),
            r"(?<!the )(?<!only )way to (?:go|ruin|lose|make|treat|screw|keep|start|not|be|leave|mess)",
            (
                r"(?:love|loving|love it|enjoy\w*) (?:how|when|that|the fact|sitting|being|waiting|paying|"
                r"getting) (?:\w+ ){0,8}(?:not|never|no|cant|dont|wont|didnt|doesnt|late|delay\w*|hours?|"
                r"charged?|hold|cancel\w*|nothing|wrong|stuck|wait\w*)"
            ),
            (
                r"(?:love|loving|enjoy\w*|adore) (?:how|when|that|the fact|it when|the way) (?:\w+ ){0,8}(?:again|"
                r"closed|closes|third|fourth|fifth|sixth|tenth|\d+(?:rd|th)|crash\w*|ignor\w*|lost|loses|broke\w*|"
                r"down|useless|still|disappear\w*|hangs|hung)"
            ),
            (
                r"(?:bravo|well done|congrats|congratulations|kudos|nice one|good one|good job|great job|great work|"
                r"slow clap|well played|nicely done|fantastic|brilliant|wonderful|lovely) (?:[,.!] ){0,3}(?:\w+ ){0,3}"
                r"(?:another|yet another|one more) (?:\w+ ){1,3}(?:missed|ruined|lost|cancell?ed|late|delayed|wasted|"
                r"gone|broken|down)"
            ),
            r"(?:missed|ruined|late|lost|cancell?ed|delayed|wasted|broken|stranded) (?:[,.!] )?(?:all )?thanks to "
            r"(?:you|u|your)",
            (
                r"(?:amazing|great|awesome|fantastic|excellent|brilliant|wonderful|superb|outstanding|stellar|impressive|"
                r"lovely|fast|quick) (?:[,.!] ){0,3}(?:\w+ ){0,3}only (?:\w+ ){0,2}(?:hours?|hrs|days|weeks|months|"
                r"mins|minutes|"
                r"times) (?:on hold|waiting|late|to (?:get|answer|reply)|of|for|without|and|in the|delayed?)"
            ),
            r"nothing says (?:\w+ ){1,3}like",
            r"gotta love|just what i (?:needed|wanted)",
            r"thats? (?:just )?(?:great|lovely|fantastic|wonderful) (?:,|\.|!|of)",
            (
                r"(?<=\A )(?:oh|well|yay|woohoo|awesome|great|fantastic|perfect|lovely|nice|cool) (?:,|\.|"
                r"!) (?:\w+ ){0,5}(?:another|delay\w*|cancel\w*|lost|broke\w*|late|stuck|no)"
            ),
        ),
        silences=frozenset({"thanks", "delight", "love", "resolved"}),
    ),
    Cue(
        "trouble",
        Intent.COMPLAINT,
        0.8,
        "speaks of a problem",
        phrases(
            r"problems?|issues?|trouble|wrong|unfortunately|confus(?:ed|ing)|slow|wait",
            r"waiting|damage|loss|lack|worried|concern\w*|only|hours|impossible|difficult\w*|hassle",
            r"mistakes?|hidden|forced|nothing|complicated|mislead|understaffed",
            r"inefficien\w+|busy|loud|cold|empty|weird|strange|suddenly|randomly|supposedly|apparently",
            r"weak|worse than|expensive|overpriced|unauthori[sz]ed|fees?|bad|sad|ugh|smh|argh|omg|nope",
            r"yikes|meh|kindly (?:stop|improve|fix|sort|refund|resolve|look into|reply|respond|return|remove|restore)",
        ),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "negation",
        Intent.COMPLAINT,
        0.8,
        "denies something",
        phrases(_NOT, "no", "without", "nothing", "nobody", "none"),
    ),
    Cue(
        "own_case",
        Intent.COMPLAINT,
        0.6,
        "speaks of an own purchase, booking or account",
        phrases(
            rf"(?:my|our) {_THING}",
            (
                r"(?:ive|i have|i|we|weve|we have) (?:just |already |been |have )?(?:ordered|bought|paid|"
                r"booked|called|tried|trying|emailed|spent|purchased|contacted|flown|missed|lost|had)"
            ),
        ),
    ),
    Cue(
        "duration",
        Intent.COMPLAINT,
        0.8,
        "counts hours or days",
        phrases(
            r"\d+ ?(?:\+ )?(?:hrs?|hours?|mins?|minutes|days|weeks)(?! ago)",
            r"(?:all|whole|entire|half a|half the) (?:day|night|morning|afternoon|evening|week|weekend)",
            r"(?:two|three|four|five|six|several|many|couple of|few) (?:hours|days|weeks|months)(?! ago)",
        ),
    ),
    Cue(
        "contrast",
        Intent.COMPLAINT,
        0.3,
        "but, instead, supposedly: it was to be otherwise",
        phrases(r"but|however|instead|supposed|supposedly|apparently|actually|even though|except|despite|yet|even"),
    ),
    Cue(
        "staff",
        Intent.COMPLAINT,
        0.6,
        "speaks of those who serve customers",
        phrases(
            r"customer (?:service|support|care|relations)|(?:gate |phone |your )?(?:agents?|reps?|employees?|staff)",
            r"supervisors?|managers?|call cent(?:er|re)|help ?(?:desk|line)|service desk|couriers?|drivers?",
        ),
    ),
)
