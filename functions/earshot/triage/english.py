"""The English cues. Weights are log-odds set by hand: 1 is a hint, 2 is nearly enough, 3 is plain.

A pattern reads ``Reading.said`` (or ``meant``): lower case, ``dont`` for "don't", one space around every mark.
"""

from earshot.triage.cues import Cue, Sees, phrases
from earshot.triage.judgement import Intent

_THING = (
    r"(?:\w+ ){0,2}(?:flights?|planes?|bags?|baggage|luggage|suitcases?|seats?|tickets?|bookings?|reservations?|orders?|"
    r"packages?|parcels?|delivery|deliveries|items?|phones?|laptops?|accounts?|cards?|money|payments?|refunds?|app|"
    r"internet|wifi|service|signal|broadband|power|train|bus|ride|driver|food|meal|room|card|points|miles|"
    r"vouchers?|claim|password|battery|music|playlists?|screen|update|call|calls|emails?|messages?|dms?)"
)
_NOT = r"(?:not|never|isnt|arent|wasnt|werent|dont|doesnt|didnt|wont|wouldnt|cant|cannot|couldnt|hasnt|havent|hadnt|aint)"

COMPLAINTS = (
    Cue(
        "failure",
        Intent.COMPLAINT,
        1.7,
        "says that something does not work",
        phrases(
            r"(?:not|isnt|arent|wasnt|werent|never|doesnt|dont|didnt|wont|stopped|stops|quit|nothing|hardly) (?:\w+ )?"
            r"(?:work\w*|load\w*|open\w*|play\w*|connect\w*|respond\w*|function\w*|updat\w+|show\w*|send\w*|sync\w*|charg\w+)",
            r"(?:wont|doesnt|does not|will not|cant|cannot|couldnt|unable to|can not|not able to|not let\w*|"
            r"(?:wont|doesnt|not) (?:let|allow)\w* (?:me|us)) (?:even )?(?:access|log|login|sign|check|open|play|use|get|"
            r"book|change|reach|find|download|add|hear|see|pay|cancel|contact|speak|talk|connect|load|reset|receive|"
            r"turn|track|call|make|do|print|order|view|watch|listen|recogni\w+|fix|help)",
            r"crash(?:es|ed|ing)?|freez(?:es|ing|e)|froze|frozen|glitch\w*|bugs?|buggy|lag(?:s|gy|ging)|malfunction\w*",
            r"broke|broken|breaks|faulty|defective|unusable|unstable|unresponsive|messed up|screwed up|out of order",
            r"errors?|outages?|(?:is|are|was|been|went|still|seems) (?:all )?down|keeps? (?:\w+ing|on|saying|getting)",
            r"fail(?:s|ed|ing|ure|ures)?",
        ),
    ),
    Cue(
        "mishap",
        Intent.COMPLAINT,
        1.5,
        "something was lost, late, damaged, cancelled or wrong",
        phrases(
            r"lost|missing|misplaced|stolen|damaged|smashed|crushed|torn|soaked|ruin(?:ed|ing|s)|destroyed|leaking",
            r"cancel(?:l?ed|l?ation|l?ations|l?ing|led flighted)|cancelled flight\w*|delay(?:s|ed|ing)?|late flight\w*",
            r"(?:so|too|hours?|hrs?|minutes|mins|days?|weeks?|way|very|always|is|was|running|are|arriv\w+) late",
            r"stuck|stranded|diverted|rerouted|overbooked|oversold|bumped|misconnect\w*|miss(?:ed|ing)? (?:my|our|the|a) \w+",
            r"(?:sent|got|received|delivered|gave|given|shipped|charged|ordered) (?:me |us )?(?:\w+ )?(?:wrong|wrongly|incorrect|empty|used|old|fake)",
            r"wrong (?:item|order|address|size|product|person|place|information|info|number|price|bag|seat|one)",
            r"overcharged|double charged|charg(?:ed|es|ing) (?:me|us|my|twice|for)|hidden fees?|rip ?off|ripped off",
            r"(?:hung|hang|hangs|hanging) up|disconnect(?:ed|s)|dropped (?:my )?calls?|disappeared|vanished|kicked (?:out|off)|logged out",
            r"refus(?:ed|es|ing|e)|denied|reject(?:ed|s)|ignor(?:ed|ing|es|e)",
            r"no (?:tv|power|wifi|food|water|heat|ac|seats?|bags?|luggage|outlets?|signal|internet|service|reception)",
        ),
        Sees.MEANT,
    ),
    Cue(
        "not_done",
        Intent.COMPLAINT,
        1.5,
        "something that was due did not happen",
        phrases(
            rf"(?:never|didnt|hasnt|havent|hadnt|wasnt|werent|not|dont|doesnt) (?:even |yet |been |be |actually )?(?:arriv\w+|c[ao]me|show\w*|got|"
            r"get|getting|received?|deliver\w*|ship\w*|heard?|hear|answer\w*|repl\w+|respon\w+|call\w*|help\w*|email\w*|refund\w*|gotten|had|"
            r"car(?:e|es)|apologi[sz]\w*|honou?r\w*|give|given|offer\w*|tell|told|inform\w*|notif\w+|update\w*|turn\w*)",
            r"(?:no one|noone|nobody|nothing|none) (?:\w+ ){0,2}(?:answer\w*|help\w*|repl\w+|respon\w+|know\w*|car\w+|called|told|tell\w*|pick\w*|"
            r"works?|working|happen\w*|to help|is|has|was|can|will|at|here|there|seems)",
            r"no (?:response|reply|replies|answers?|updates?|help|apology|explanation|communication|information|info|notice|notification|"
            r"confirmation|warning|reason|sign|solution|resolution|refund|excuse|customer|record|option|way|sense|one|idea)",
            r"(?:was|were|is|are) supposed to|should (?:have|of|ve) (?:been |\w+)|shouldve|promised|was told|were told|told me|told us|i paid for|guaranteed",
        ),
    ),
    Cue(
        "verdict",
        Intent.COMPLAINT,
        2.2,
        "a harsh word about the service",
        phrases(
            r"worst|terrible|terribly|horrible|horribly|horrendous|horrific|awful|atrocious|pathetic|ridiculous\w*|unacceptable|disgust\w+|useless",
            r"appalling|abysmal|dreadful|shocking|shameful|shame on|disgrace\w*|disgraceful|unprofessional|incompeten\w+|inept|inexcusable|outrageous",
            r"disappoint(?:ed|ing|ment|s)|frustrat(?:ed|ing|ion)|annoy(?:ed|ing|s)|angry|furious|irritat\w+|upset|unhappy|pissed|livid|dissatisfied|unimpressed",
            r"rude|rudest|lied|lies|liars?|lying|misleading|deceptive|deception|dishonest|unfair|unethical|robbery|crooks?|thieves|cheat\w*|scam\w*|fraud\w*",
            r"suck(?:s|ed|ing)?|crap|crappy|shit\w*|bullshit|bs|garbage|trash|rubbish|fuck\w*|wtf|damn|hell|effing|freaking|fml|bloody|screw you|pos",
            r"hate|hated|hates|joke|nightmare|fiasco|debacle|disaster|mess|shambles|fail|epic fail|ripoff|clueless|ludicrous|absurd|insane|stupid|dumb|idiot\w*",
            r"(?:sick|tired) of|fed up|had enough|enough is enough|sick and tired|had it with|lost faith|dont care|could care less|so bad|getting worse|go(?:ne|ing) downhill",
            r"poor(?:ly)?|poorest|(?:very|really|pretty|so|too|such|how) (?:bad|slow|wrong|sad)|bad (?:service|customer|experience|form|business|day|flight|job|start)|worse|lame|lousy|subpar",
            r"unreal|unbelievable|inconvenien\w+|unreliable|inconsistent|insult\w*|embarrass\w*|mistreat\w*|neglect\w*|unsafe|filthy|dirty|gross|stinks?",
        ),
        Sees.MEANT,
    ),
    Cue(
        "not_good",
        Intent.COMPLAINT,
        1.9,
        "a good word turned round: not happy, no help",
        phrases(
            r"not_(?:happy|pleased|impressed|satisfied|good|great|cool|ok|okay|acceptable|helpful|fair|funny|fun|right|worth|recommend\w*|"
            r"nice|professional|ideal|thrilled|amused|fast|friendly|reliable|true|useful|sufficient|enough|excited|best|appreciate\w*|"
            r"enjoy\w*|like|love|liking|excuse|clean|safe|understand|customer|help|even)",
            r"(?:not|no) (?:a |the |very |so |at all |\w+ )?(?:happy|good|great|cool|ok|acceptable|helpful|impressed|way to)",
            r"less than (?:impressed|happy|pleased|helpful|satisfied)|no longer|(?:thanks?|thank you|thx) for nothing",
        ),
        Sees.MEANT,
    ),
    Cue(
        "waiting",
        Intent.COMPLAINT,
        1.3,
        "has been waiting",
        phrases(
            r"still (?:no|not|havent|hasnt|dont|doesnt|waiting|wait|on|sitting|cant|isnt|nothing|stuck|have|showing|says|didnt|wont|unable|in)",
            r"(?:been|are|im|still|was|were|keep|kept|left|currently|hours?|minutes|mins|days|weeks) (?:\w+ )?(?:waiting|on hold|holding)|waiting (?:for|on|over|since|to) (?:\w+ ){0,2}\d*",
            r"on hold|hold time|hold for|(?:long|longer|longest|endless) (?:wait|line|lines|hold|queue|delay)|wait times?|waited|queued?",
            r"\d+ ?(?:\+ )?(?:hrs?|hours?) (?:wait|delay\w*|late|on|hold|later|of|and|for|to|in|now)|(?:over|after|for|than|almost|nearly|past|another|an extra) (?:an |\d+ |two |three |four |five |several |many |a few |few |the last )?(?:\+ )?(?:hrs?|hours?|days|weeks?|months?|mins?|minutes)",
            r"(?:hours|days|weeks|months|ages|forever|2hrs|3hrs|all day|all night|all morning) (?:later|now|ago|and|with|on|without|for|waiting|to)",
            r"since (?:\w+ )?(?:yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|last|\d+)|(?:taking|takes|took|taken) (?:\w+ )?(?:forever|ages|so long|too long|hours|over|more|\d+)",
        ),
    ),
    Cue(
        "again",
        Intent.COMPLAINT,
        0.9,
        "not the first time",
        phrases(
            r"(?:second|third|fourth|fifth|2nd|3rd|4th|5th|\d+(?:th)?|every|each|multiple|several|many|few|twice|three|four|five|nth) (?:\w+ )?times?",
            r"yet again|once again|again and again|over and over|keeps? \w+ing|always|constantly|continually|repeatedly|every (?:single )?(?:day|week|month|time)|twice (?:now|in|this|already)",
        ),
    ),
    Cue(
        "demand",
        Intent.COMPLAINT,
        1.2,
        "wants it put right",
        phrases(
            r"fix (?:this|it|your|the|my|that|ur|asap|please)|please fix|sort (?:this|it|your|out)|get (?:it|your (?:\w+ )?(?:act|shit|stuff)) (?:together|right)|do better|step up",
            r"refund\w*|compensat\w*|reimburs\w*|my money back|money back|want my|need my|give (?:me|us) (?:my|a|our)|make (?:this|it) right|apolog\w+|explain|explanation",
            r"(?:somebody|someone|anyone|you) (?:\w+ )?(?:help|respond|answer|reply|pick up|call me|explain|contact me)|(?:please|plz|pls|need|some|any|get) (?:\w+ )?help|help (?:me|us|please|pls|plz)|look into",
            r"wheres? (?:is |are |the hell |tf )?(?:my|our|the)|where (?:tf )?(?:is|are|did) (?:my|our)|(?:need|want|like) (?:to )?(?:file|make|report|complain|escalate|speak to|talk to)|complain\w*|complaints?|resolve\w*",
        ),
    ),
    Cue(
        "reproach",
        Intent.COMPLAINT,
        1.1,
        "a question that is a reproach",
        phrases(
            r"why (?:is|isnt|cant|am|do|does|did|dont|doesnt|didnt|would|wouldnt|are|arent|wont|has|have|havent|hasnt|was|were|the|must|should|even|tell|cannot|not|in|so|u|you|your|my|it)",
            r"how (?:come|is (?:it|that|this)|are (?:you|we|people)|can (?:you|a|it|they|u|one|this)|could (?:you|a|this)|hard is|many times|much longer|about you|the hell|is)",
            r"what (?:the|is going on|happened|gives|kind of|is the (?:point|problem|issue|deal)|is wrong|a|good is|do you)|whats (?:going on|wrong|up with|the (?:point|problem|issue|deal|excuse))",
            r"is (?:this|that|it) (?:\w+ )?(?:a joke|how|acceptable|ok|normal|right|your|for real|fair|too much)|(?:really|seriously|srsly|excuse me) (?:\?|!|,|\.|guys)|are you (?:kidding|serious|joking|guys|even|going|ever|aware)",
            r"(?:dont|do|doesnt|does|cant|can) (?:you|u|anyone|anybody|your|y ?all) (?:\w+ )?(?:care|answer|respond|reply|realize|think|know how|work|guys)|so (?:much for|you)|what now",
        ),
    ),
    Cue(
        "leaving",
        Intent.COMPLAINT,
        2.2,
        "says goodbye to the brand",
        phrases(
            r"never (?:ever )?(?:again|fly\w*|us(?:e|ing)|buy\w*|shop\w*|order\w*|book\w*|stay\w*|eat\w*|return\w*|go\w* back|recommend\w*|travel\w*|doing|do business|be back|visit\w*)",
            r"(?:im|i am|were|we are|so|officially|am) (?:\w+ )?(?:done|finished|through) with|thats me done|last time i|last (?:flight|order|trip) (?:with|on)|(?:wont|not|dont) (?:be )?(?:\w+ )?(?:fly|flying|us(?:e|ing)|buy|buying|coming back|book|booking|shopping|again)",
            r"(?:switch\w*|moving|move|going|go|changing|leav\w+) (?:over |back )?(?:to (?:another|a different|a new|your competitor|android|verizon|delta)|airlines?|providers?|banks?|carriers?)|(?:lost|losing|lose) (?:a |me as a |my |your |another )?(?:loyal )?(?:customers?|business|subscriber|passenger)",
            r"(?:cancel\w*|clos\w+|delet\w+) (?:my |our )?(?:membership|subscription|account|contract|service|card|prime|premium)|take (?:my|our) business|avoid (?:this|them|at)|boycott\w*|stay away|do not (?:fly|buy|use|order|shop|book)",
        ),
    ),
    Cue(
        "sarcasm",
        Intent.COMPLAINT,
        2.6,
        "thanks or praise that means the opposite",
        phrases(
            r"(?:thanks?|thank you|thx|kudos|congrats|cheers) (?:\w+ ){0,3}for (?:\w+ ){0,2}(?:nothing|not|losing|breaking|ruining|delaying|cancell?ing|leaving|making (?:me|us|my) (?:miss|wait|late|pay)|wasting|the (?:delay|wait|late|lack|terrible|horrible|broken|crap\w*)|ignoring|lying|charging|overcharging|hanging|stranding|forgetting|damaging|destroying|screwing|keeping (?:me|us)|letting (?:me|us) down)",
            r"(?:great|good|nice|excellent|amazing|stellar|awesome|fantastic|wonderful) (?:job|work|way|going|customer service|service|start) (?:\w+ ){0,4}(?:losing|lost|delay\w*|cancel\w*|ruin\w*|fail\w*|late|broke\w*|ignor\w*|waiting|hold|lose|not)|way to (?:go|ruin|lose|make|treat|screw|keep|start|not|be|leave|mess)",
            r"(?:love|loving|love it|enjoy\w*) (?:how|when|that|the fact|sitting|being|waiting|paying|getting) (?:\w+ ){0,8}(?:not|never|no|cant|dont|wont|didnt|doesnt|late|delay\w*|hours?|charged?|hold|cancel\w*|nothing|wrong|stuck|wait\w*)|gotta love|just what i (?:needed|wanted)|thats? (?:just )?(?:great|lovely|fantastic|wonderful) (?:,|\.|!|of)",
            r"(?:oh|well|yay|woohoo|awesome|great|fantastic|perfect|lovely|nice|cool) (?:,|\.|!) (?:\w+ ){0,5}(?:another|delay\w*|cancel\w*|lost|broke\w*|late|stuck|no)",
        ),
        silences=frozenset({"thanks", "delight", "love", "resolved"}),
    ),
    Cue(
        "trouble",
        Intent.COMPLAINT,
        0.9,
        "speaks of a problem",
        phrases(
            r"problems?|issues?|trouble|wrong|unfortunately|confus(?:ed|ing)|sorry to say|slow|wait|waiting|damage|loss|lack|worried|concern\w*|only|hours|impossible|difficult\w*|hassle|mistakes?|hidden|forced|nothing|unauthori[sz]ed|fees?|bad|sad|ugh|smh|argh|omg|hmm|nope|yikes|meh",
        ),
        Sees.MEANT,
    ),
    Cue(
        "negation",
        Intent.COMPLAINT,
        0.5,
        "denies something",
        phrases(_NOT, "no", "without", "nothing", "nobody", "none"),
    ),
    Cue(
        "own_case",
        Intent.COMPLAINT,
        0.5,
        "speaks of an own purchase, booking or account",
        phrases(rf"(?:my|our) {_THING}", r"(?:ive|i have|i|we|weve|we have) (?:just |already |been |have )?(?:ordered|bought|paid|booked|called|tried|trying|emailed|spent|purchased|contacted|flown|missed|lost|had)"),
    ),
)

PRAISES = (
    Cue(
        "thanks",
        Intent.PRAISE,
        1.6,
        "thanks",
        phrases(
            r"thanks?|thank (?:you|u|ya|goodness)|thankyou|thx|thnx|tysm|ty|cheers|appreciate\w*|grateful|kudos|shout ?out|props|hats off|bravo|well done|nicely done|much appreciated|bless",
        ),
        Sees.MEANT,
    ),
    Cue(
        "delight",
        Intent.PRAISE,
        1.7,
        "a warm word about the service",
        phrases(
            r"awesome|amazing(?:ly)?|excellent|fantastic|fabulous|wonderful|outstanding|superb|brilliant|incredible|phenomenal|exceptional|delicious|perfect(?:ly)?|stellar|terrific|lovely|beautiful\w*|gorgeous|classy|impress(?:ed|ive)",
            r"best|rocks?|rocked|favou?rites?|happy|pleased|delighted|thrilled|enjoy(?:ed|ing|able)?|impressed|glad|proud|yay|woohoo|sweet|fav",
            r"(?:so|very|really|super|great|good|nice|such|most|was|were|is|are|always|how) (?:\w+ )?(?:helpful|friendly|kind|nice|quick|fast|easy|good|great|polite|accommodating|smooth|pleasant|sweet|efficient|responsive|courteous|comfortable|attentive|patient)",
            r"great|good (?:job|work|stuff|service|flight|experience|customer|people|looking|one|food)|nice (?:job|work|flight|touch|people|crew|one|surprise)|above and beyond|made my (?:day|night|trip|week)|class act|saved (?:my|me|the day)|life ?savers?|smooth flight|ontime|on time|customers? for life|10 / 10",
        ),
        Sees.MEANT,
    ),
    Cue(
        "love",
        Intent.PRAISE,
        1.3,
        "says that they love it",
        phrases(r"love|loved|loving|luv|luved|adore|obsessed|❤"),
        Sees.MEANT,
    ),
    Cue(
        "resolved",
        Intent.PRAISE,
        1.0,
        "it has been put right",
        phrases(
            r"all (?:set|good|sorted|fixed|taken care)|(?:was|got|been|is|its|now|finally) (?:all )?(?:resolved|sorted|fixed|working|back|found|rebooked|taken care)|(?:helped|helping) (?:me|us|my|our)|for (?:the|your|all|a|such|following|getting|taking|making|being|helping) (?:\w+ )?(?:help|reply|response|info|update|upgrade|quick|great|follow|assistance|support|heads|flight|service|care)|no worries|no problem|never disappoints?|cant (?:wait|complain|thank|beat|say enough)",
        ),
        silences=frozenset({"failure", "trouble", "not_done"}),
    ),
)

QUESTIONS = (
    Cue(
        "asks",
        Intent.QUESTION,
        1.6,
        "asks for information",
        phrases(
            r"how (?:do|can|would|should|does|long|much|many|often|far|early|late|quickly|soon|to|old|big|did|about|r)",
            r"is (?:there|it possible|it true|that|the|this|it) (?:\w+ )*\?|are (?:there|you|the|u) (?:\w+ )*\?|is there (?:a|any|an)|are there any|(?:can|could|may|should|shall|do|must|will) (?:i|we|my|one) (?:\w+ )*\?|(?:can|could|may) i",
            r"(?:do|does|did|will|would|have|has) (?:you|u|the|your|it|this|y ?all|they|that|anyone|any|someone) (?:\w+ )*\?|(?:what|which) (?:time|is|are|does|do|if|day|date|kind|number|airlines?|terminal|gate|about|email|\w+) (?:\w+ )*\?|whats (?:the|your|ur|my)",
            r"when (?:will|is|are|do|does|can|would|should|did|r)|where (?:can|do|does|should|is the|are the|would|to)|who (?:do|can|should|is|would)|any (?:chance|word|updates?|plans?|news|idea|ideas|way|suggestions?|advice|info|information|tips|recommendations?)",
            r"(?:wondering|curious|wanted to know|like to know|want to know|need to know|let me know|tell me|anyone know|does anyone|asking|advise|clarify|confirm)(?: if| how| what| when| where| whether)?|(?:a |got a |quick |have a |have |another )?questions?|possible to|what if|need (?:to|some) (?:info\w*|change|book|add)",
        ),
    ),
    Cue("question_mark", Intent.QUESTION, 0.8, "ends in a question mark", phrases(r"\?")),
)

OPPORTUNITIES = (
    Cue(
        "wish",
        Intent.OPPORTUNITY,
        1.8,
        "wishes for something new",
        phrases(
            r"(?:please|pls|plz|can you|could you|you should|u should|should|ya) (?:\w+ )?(?:add|bring back|bring|put|start|consider|make|come to|launch|release|open|offer|introduce|create|update this|sponsor|sell)|bring back|(?:needs?|have) to (?:add|bring|make|come)|why (?:is|isnt|arent) \w+(?: \w+){0,2} (?:still )?(?:not )?(?:on|available)",
            r"(?:i|we|id|wed|really) (?:\w+ )?(?:wish|would love|hope you|hoping you|would like (?:it|to see|an option))|id love|wed love|wish (?:you|u|i|there|we|they)|(?:would|it would|itd|wouldnt it) be (?:\w+ )?(?:great|cool|nice|awesome|amazing|lovely|good|fun|sweet)|feature request|suggestion|idea for|an option (?:to|for)|option to|new routes?|fly to|expand to|come to",
        ),
    ),
    Cue(
        "intent_to_buy",
        Intent.OPPORTUNITY,
        1.6,
        "thinks of buying",
        phrases(
            r"(?:thinking|thinkin) (?:of|about)|consider(?:ing)? (?:buying|getting|switching|joining|flying|a|an|the)|looking (?:to (?:buy|book|get|switch|fly|join|order)|for (?:a|an|some|flights))|(?:want|wanted|wanna|going|gonna|about|ready|would like|love) to (?:buy|purchase|gift|order|try|fly (?:with|to)|sign up|join|subscribe|book)|in the market for|(?:take|takin) my money|shut up and take|recommend(?:ation)?s? (?:for|a|me)|worth (?:buying|it|getting)|excited (?:to|for|about)|cant wait (?:to|for)|looking forward|first (?:flight|time flying)|(?:see|join) you (?:in|at|on|soon|tomorrow)",
        ),
        Sees.MEANT,
    ),
    Cue(
        "joke",
        Intent.OPPORTUNITY,
        1.0,
        "jokes",
        phrases(r"l(?:ol)+|lmao|lmfao|rofl|(?:ha){2,}h?|he(?:he)+|just kidding|jk|marry me|moved in with|dream|imagine|when you|😂|😜|lolz"),
    ),
)

OTHERS = (
    Cue(
        "giveaway",
        Intent.OTHER,
        3.0,
        "a giveaway or a contest",
        phrases(
            r"giveaways?|sweepstakes?|(?:rt|retweet|follow|like|tag|enter|chance) (?:\w+ ){0,4}to win|win (?:a|an|free|tickets|\$)|(?:free|promo|discount|coupon|referral|gift) (?:codes?|cards? (?:giveaway|free))|use (?:my )?code|entered to win|follow (?:and|n|&) (?:rt|retweet)|sign up (?:with|using|through) (?:my|this) (?:link|code)",
        ),
    ),
    Cue(
        "advertisement",
        Intent.OTHER,
        2.4,
        "an advertisement or a job offer",
        phrases(
            r"(?:now|were|we are|is|are) hiring|apply (?:now|today|here|at)|job (?:alert|opening|offer|opportunity)|jobs? in|careers?|link in (?:my )?bio|shop now|buy now|order now|limited time|best deals?|deals? (?:on|of the day)|% off|save (?:\d+|up to|\$)|check out (?:my|our|this|the)|now available|on sale|available (?:now|on)|stream(?:ing)? now|new (?:single|album|video|episode|post|blog)|listen to (?:my|our|this)|things you should know|sponsored|crypto|airdrop|whatsapp|dm for|subscribe to my",
        ),
    ),
    Cue(
        "news",
        Intent.OTHER,
        1.6,
        "passes on news",
        phrases(
            r"(?:ceo|shares?|stocks?|profits?|earnings|revenue|investors?|analysts?|quarter|q[1-4]|announces?|announced|launches|unveils?|reports?|according to|via|weighs|lawsuit|study|survey|ranked|ranks|acquires?|merger|fleet|partners(?:hip)?|inaugural|breaking)",
        ),
    ),
    Cue(
        "aside",
        Intent.OTHER,
        1.2,
        "answers the brand in passing",
        phrases(
            r"(?:dm|dmd|dms|message|email|pm|info|details|it) (?:\w+ )?(?:sent|done)|(?:sent|just sent|done|followed|following|dmed|dmd|replied|will do|got it|okay|ok|yes|yep|yup|no thanks|sure|nope|alright|copy that|noted|understood|i did|its)(?= (?:[.,!] )?(?:you |a |the |u |via |over )?(?:\w+ ){0,3}$)|(?:sent|dmd|dmed|dming) (?:you|u|ya|it|a|via|the)",
        ),
    ),
)

ENGLISH = COMPLAINTS + PRAISES + QUESTIONS + OPPORTUNITIES + OTHERS
