"""The English cues. Weights are log-odds set by hand: 1 is a hint, 2 is nearly enough, 3 is plain.

Patterns are written for normalized text: lower case, ``dont`` for "don't", one space around every punctuation mark.
"""

from earshot.triage.judgement import Intent
from earshot.triage.rules.cues import Cue, phrases
from earshot.triage.rules.english.complaint_cues import COMPLAINT_CUES
from earshot.triage.tokenizer import TextForm

_PEOPLE = r"(?:you|youre|u|yall|guys|they|theyre|team|crew|staff|social|reps?|agents?|chef|band|account|admin)"
# What somebody adds to "okay" or "sent" who says nothing more.
_SMALL_WORD = (
    r"(?:[.,!:]|i|ill|ive|you|u|ya|it|that|them|a|an|the|my|your|now|already|just|so|much|very|thanks?|thank|thx|ty|"
    r"cheers|appreciate|please|guys|team|man|mate|sir|maam|all|too|then|well|great|good|perfect|cool|awesome|nice|"
    r"have|did|do|done|will|can|sent|send|sending|get|got|see|check|try|look|wait|await|let|know|me|via|to|by|for|in|"
    r"at|on|of|dms?|dmd|dmed|pm|messages?|msg|emails?|inbox|info|information|details|numbers?|reference|case|ticket|"
    r"name|address|screenshots?|photos?|pics?|pictures?|help|reply|response|ok|okay|yes|sure|back|later|soon|today|"
    r"tomorrow|tonight|here|there|this|and|is|was|am|as|one|updated?|working|works|worked|fine|\d+(?:[.,:]\d+)*)"
)

PRAISE_CUES = (
    Cue(
        "thanks",
        Intent.PRAISE,
        2.0,
        "thanks",
        phrases(
            r"thanks?|thank (?:you|u|ya|goodness)|thankyou|thx|thnx|tysm|ty|cheers|appreciate\w*|grateful",
            r"kudos|shout ?out|props|hats off|bravo|well done|nicely done|much appreciated|bless",
        ),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "delight",
        Intent.PRAISE,
        1.8,
        "a warm word about the service",
        phrases(
            r"awesome|amazing(?:ly)?|excellent|fantastic|fabulous|wonderful|outstanding|superb|brilliant",
            r"incredible|phenomenal|exceptional|delicious|perfect(?:ly)?|stellar|terrific|lovely",
            r"beautiful\w*|gorgeous|classy|impress(?:ed|ive)|best|rocks?|rocked|favou?rites?|happy|pleased",
            r"delighted|thrilled|enjoy(?:ed|ing|able)?|impressed|glad|proud|yay|woohoo|sweet|fav",
            (
                r"(?:so|very|really|super|great|good|nice|such|most|was|were|is|are|always|"
                r"how) (?:\w+ )?(?:helpful|friendly|kind|nice|quick|fast|easy|good|great|polite|accommodating|"
                r"smooth|pleasant|sweet|efficient|responsive|courteous|comfortable|attentive|patient)"
            ),
            r"great|good (?:job|work|stuff|service|flight|experience|customer|people|looking|one|food)",
            r"nice (?:job|work|flight|touch|people|crew|one|surprise)|above and beyond",
            (
                r"made my (?:day|night|trip|week)|class act|a \\+|represents? (?:you|your \\w+) (?:so )?well|"
                r"saved (?:my|me|the day)|life ?savers?"
            ),
            (
                r"the bomb(?! threat| scare)|da bomb|(?:absolutely |totally |just |really )?(?:killed|nailed|"
                r"killing|nailing|"
                r"smashing|smashed|crushing|crushed) it|to die for|on fire today|slay(?:s|ed|ing)?|heroes|legends?|"
                r"life ?saver|angels?|(?:you|youre|you are|she is|he is|they are) (?:an? )?(?:absolute )?(?:stars?|"
                r"heroe?s?|"
                r"gems?)|safest hands|five stars?|top notch|first class service|hit the spot|knocked it out of the park"
            ),
            (
                r"(?:livery|design|uniforms?|app|lounge|view|seats?|paint\w*|beats?|playlists?|look|kicks|shoes|"
                r"trainers|"
                r"jacket|colou?rs?|update|trailer|album|song|tune|track|menu|screen|interior|cabin|logo|merch) "
                r"(?:is|are|looks?|was) "
                r"(?:so |absolutely |pretty |actually |proper |well )?(?:sick|dope|lit|fire|wicked|killer|insane|"
                r"banging|sweet)"
            ),
            rf"{_PEOPLE} (?:is |are |was |were |been ){{0,2}}on fire",
            r"smooth flight|ontime|on time|customers? for life|10 / 10",
        ),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "love",
        Intent.PRAISE,
        1.7,
        "says that they love it",
        phrases(r"love|loved|loving|luv|luved|adore|obsessed|❤"),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "beats_competitor",
        Intent.PRAISE,
        1.8,
        "likes the brand better than a competitor",
        phrases(
            r"(?:better|nicer|faster|cheaper|friendlier|easier|kinder) (?:\w+ )?than (?:\w+ )?competitor",
            r"(?:beats?|over|prefer you to|unlike|not like) (?:\w+ )?competitor",
        ),
    ),
    Cue(
        "no_complaint",
        Intent.PRAISE,
        1.6,
        "says that there is nothing to complain of",
        phrases(
            (
                r"(?:never|no|zero|without|(?:havent|not|never) had) (?:a |an |any |one |had |single |real ){0,3}"
                r"(?:issues?|problems?|complaints?|disappointments?|trouble|fault|hassles?|worries|hiccups?)"
                r"(?! (?:until|till|before|with (?:any )?other|since))"
            ),
            r"nothing but (?:\w+ )?(?:great|good|praise|love|kind\w*|positive|nice|excellent|the best|respect)",
            (
                r"cant (?:complain|fault|beat|thank|recommend|praise|say enough)|not (?:much|a thing|"
                r"one thing) to complain"
            ),
            r"(?:not|never) (?:a |an |the |so |too |that |all |half |entirely )?(?:worst|bad|terrible|awful|"
            r"horrible|shabby)(?! "
            r"enough)|(?:cant|could|can) hardly (?:complain|fault)|hardly (?:complain|a complaint|a problem)",
            (
                r"no (?:bad|nasty|weird|funny|strange|musty) (?:smells?|odou?rs?|taste|surprises?|experiences?|vibes?)|"
                r"nothing (?:to (?:worry|complain|moan) about|to fault|wrong with|bad to say)|not a (?:single "
                r")?(?:bad|problem|"
                r"issue|complaint|hitch)"
            ),
            (
                r"couldnt (?:be (?:happier|better|more)|have been (?:nicer|better|kinder|easier|happier|smoother|more)|"
                r"fault|ask for (?:more|better|a better))|cant go wrong|never been (?:happier|better|easier)|second "
                r"to none"
            ),
            r"(?:didnt|doesnt|dont|never|not) disappoints?|not (?:your|ur|their|the airlines?) fault|didnt miss a beat",
        ),
        silences=frozenset({"negation", "trouble", "not_done", "not_good", "demand", "contrast"}),
    ),
    Cue(
        "commends",
        Intent.PRAISE,
        2.0,
        "commends somebody who served them",
        phrases(
            (
                r"(?:compliment\w*|commend\w*|recogni[sz]e|shout ?out|props|kudos|hats off|thank\w*|credit|raise|"
                r"promotion|"
                r"appreciate) (?:\w+ ){0,8}(?:agents?|reps?|crew|staff|team|pilots?|attendants?|drivers?|manager|"
                r"barista|cashier|server|guy|lady|gentleman|employees?|technician|engineer|captain|clerk|associate)"
            ),
            (
                r"(?:agents?|reps?|crew|staff|team|pilots?|attendants?|drivers?|manager|barista|cashier|server|guy|"
                r"lady|"
                r"employees?|technician|engineer|captain|clerk|associate|she|he|they) (?:\w+ ){0,4}(?:was|were|is|are|"
                r"went|"
                r"has been|have been) (?:\w+ )?(?:awesome|amazing|great|fantastic|wonderful|excellent|incredible|"
                r"lovely|"
                r"brilliant|super|helpful|friendly|kind|nice|patient|professional|courteous|polite|sweet|"
                r"above and beyond|"
                r"the best|outstanding|so good|very good|a star|a legend|a hero|a lifesaver)"
            ),
        ),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "resolved",
        Intent.PRAISE,
        1.2,
        "it has been put right",
        phrases(
            r"all (?:set|good|sorted|fixed|taken care)",
            (
                r"(?:was|got|been|is|its|now|finally) (?:all )?(?:resolved|sorted|fixed|working|back|found|"
                r"rebooked|taken care)"
            ),
            r"(?:helped|helping) (?:me|us|my|our)",
            (
                r"for (?:the|your|all|a|such|following|getting|taking|making|being|helping) (?:\w+ )?(?:help|"
                r"reply|response|info|update|upgrade|quick|great|follow|assistance|support|heads|flight|service|care)"
            ),
            r"never (?:fails?|failed) to (?:impress|deliver|please|amaze|delight|help|make)|never let (?:me|us) down",
            r"without a (?:hitch|glitch|hiccup|problem)|(?:lent|gave|found|brought|bought|offered) (?:me|us) (?:a|"
            r"an|their|his|her)",
            r"no worries|no problem|never disappoints?|cant (?:wait|complain|thank|beat|say enough)",
        ),
        silences=frozenset({"failure", "trouble", "not_done"}),
    ),
)

QUESTION_CUES = (
    Cue(
        "asks",
        Intent.QUESTION,
        1.6,
        "asks for information",
        phrases(
            (
                r"how (?:do|can|would|should|does|long|much|many|often|far|early|late|quickly|soon|to|old|big|"
                r"did|about|r)"
            ),
            r"is (?:there|it possible|it true|that|the|this|it) (?:\w+ ){0,20}\?",
            r"are (?:there|you|the|u) (?:\w+ ){0,20}\?|is there (?:a|any|an)|are there any",
            r"(?:can|could|may|should|shall|do|must|will) (?:i|we|my|one) (?:\w+ ){0,20}\?",
            r"(?:can|could|may) i",
            (
                r"(?:do|does|did|will|would|have|has) (?:you|u|the|your|it|this|y ?all|they|that|anyone|any|"
                r"someone) (?:\w+ ){0,20}\?"
            ),
            (
                r"(?:what|which) (?:time|is|are|does|do|if|day|date|kind|number|airlines?|terminal|gate|about|"
                r"email|\w+) (?:\w+ ){0,20}\?"
            ),
            r"whats (?:the|your|ur|my)|when (?:will|is|are|do|does|can|would|should|did|r)",
            r"where (?:can|do|does|should|is the|are the|would|to)|who (?:do|can|should|is|would)",
            (
                r"any (?:chance|word|updates?|plans?|news|idea|ideas|way|suggestions?|advice|info|information|"
                r"tips|recommendations?)"
            ),
            (
                r"(?:wondering|curious|wanted to know|like to know|want to know|need to know|let me know|"
                r"tell me|anyone know|does anyone|asking|advise|clarify|confirm)(?: if| how| what| when|"
                r" where| whether)?"
            ),
            r"(?:a |got a |quick |have a |have |another )?questions?|possible to|what if",
            r"need (?:to|some) (?:info\w*|change|book|add)",
        ),
    ),
    Cue(
        "enquiry",
        Intent.QUESTION,
        1.4,
        "asks in the form of an enquiry",
        phrases(
            r"is it (?:possible|okay|ok|allowed|true)|(?:can|could|may|should) i (?:\w+ ){0,20}\?",
            (
                r"(?:do|does|will|are|is|can) (?:you|the|your|y ?all|u|it) (?:\w+ ){0,2}(?:sell|ship|deliver|"
                r"offer|have|accept|allow|open|include|support|come with|available|fly|serve|take|provide|"
                r"do) (?:\w+ ){0,20}\?"
            ),
            r"how (?:do|can|would|should) (?:i|we|one|you) (?!(?:not|get through|reach|complain|ever) )\w+",
            r"how (?:much|many|long|often|early|far) (?:is|are|does|do|can|before|should|will|in)",
            r"(?:quick |have a |got a |a )question",
            r"is there (?:a|an|any) (?:way|option|chance|place|setting|number|app|\w+)",
            r"what (?:time|days?|is the|are the|are your|is your|kind|size|hours)",
            (
                r"when (?:does|do|will) \w+ (?:\w+ )?(?:open|close|start|end|launch|come out|go on sale|"
                r"be available|be up)"
            ),
        ),
    ),
    Cue(
        "asks_help",
        Intent.QUESTION,
        1.4,
        "asks for help or for something to be done",
        phrases(
            (
                r"(?:can|could|will|would) (?:you|u|someone|somebody|anyone|yall|ya) (?:(?:guys|please|pls|plz|"
                r"kindly) )?"
                r"(?:update|check|change|add|confirm|contact|call|dm|message|follow|look|tell|send|resend|"
                r"remove|cancel|activate|advise|answer|explain|transfer|give|let (?:me|us|him|her|them) know|"
                r"point|direct)"
            ),
            (
                r"(?<! you )(?<! u )(?<! guys )needs? (?:(?:some|your|a little) )?(?:help with|advice|info\w*|to "
                r"(?:get in (?:contact|touch)|speak|talk|contact|reach|know|ask|find out))"
            ),
            (
                r"(?:would like|id like|want|wanna|wanted) to (?:(?:speak|talk) (?:to|with)|ask|know|enquire|inquire|"
                r"find out)"
            ),
            (
                r"(?:please|pls|plz|kindly) (?:\w+ )?(?:get back|contact|dm|call|follow|message|advise|"
                r"confirm|update|respond|reply|check|change)"
            ),
            r"help (?:with|regarding|me (?:to|find|understand))|looking for (?:help|info|advice)",
            (
                r"correct(?:ion of|ion to)? (?:my|the|our) (?:\w+ )?(?:name|address|spelling|email|date|booking|"
                r"reservation|details|number|order)|(?:name|address) (?:change|correction)"
            ),
        ),
    ),
    Cue("question_mark", Intent.QUESTION, 1.1, "ends in a question mark", phrases(r"\?")),
)

OPPORTUNITY_CUES = (
    Cue(
        "wish",
        Intent.OPPORTUNITY,
        1.8,
        "wishes for something new",
        phrases(
            (
                r"(?:please|pls|plz|can you|could you|you should|u should|should|ya) (?:\w+ )?(?:add|"
                r"bring back|bring|put|start|consider|make|come to|launch|release|open|offer|introduce|create|"
                r"sponsor|sell)"
            ),
            r"bring back|(?:needs?|have) to (?:add|bring|make|come)",
            r"why (?:is|isnt|arent|are) \w+(?: \w+){0,3} (?:still )?(?:not )?(?:on|available)(?! hold)",
            r"why (?:you|u|yall|dont you|dont u) (?:aint|dont|have|not)(?: got| have)? (?:a|an|your own|any option)",
            (
                r"(?:i|we|id|wed|really) (?:\w+ )?(?:wish|would love|hope you|hoping you|would like (?:it|"
                r"to see|an option))"
            ),
            r"id love|wed love|wish (?:you|u|i|there|we|they)",
            (
                r"(?:would|it would|itd|wouldnt it) be (?:\w+ )?(?:great|cool|nice|awesome|amazing|lovely|"
                r"good|fun|sweet)"
            ),
            r"feature request|suggestion|idea for|an option (?:to|for)|option to|new routes?|fly to",
            r"expand to|come to",
        ),
    ),
    Cue(
        "intent_to_buy",
        Intent.OPPORTUNITY,
        1.6,
        "thinks of buying",
        phrases(
            r"(?:thinking|thinkin) (?:of|about)",
            r"consider(?:ing)? (?:buying|getting|switching|joining|flying|a|an|the)",
            r"looking (?:to (?:buy|book|get|switch|fly|join|order)|for (?:a|an|some|flights))",
            (
                r"(?:want|wanted|wanna|going|gonna|about|ready|would like|love) to (?:buy|purchase|gift|order|"
                r"try|fly (?:with|to)|sign up|join|subscribe|book)"
            ),
            r"in the market for|(?:take|takin) my money|shut up and take",
            r"recommend(?:ation)?s? (?:for|a|me)|worth (?:buying|it|getting)|excited (?:to|for|about)",
            r"cant wait (?:to|for)|looking forward|first (?:flight|time flying)",
            r"(?:see|join) you (?:in|at|on|soon|tomorrow)",
        ),
        TextForm.NEGATION_MARKED,
    ),
    Cue(
        "from_competitor",
        Intent.OPPORTUNITY,
        2.6,
        "might come over from a competitor",
        phrases(
            r"(?:leav\w+|left|tired of|sick of|fed up with|done with|cancel\w*|ditch\w*|had enough of|hate|switch\w* "
            r"(?:\w+ ){0,3}from|moving from|instead of) (?:\w+ )?competitor",
            r"competitor (?:is|are|keeps?|has|have|just) (?:\w+ )?(?:terrible|awful|the worst|down|useless)",
        ),
        silences=frozenset({"leaving", "verdict", "trouble", "mishap", "failure", "again"}),
    ),
    Cue(
        "joke",
        Intent.OPPORTUNITY,
        1.0,
        "jokes",
        phrases(
            r"l(?:ol)+|lmao|lmfao|rofl|(?:ha){2,}h?|he(?:he)+|just kidding|jk|marry me|dream",
            r"imagine|when you|😂|😜|lolz",
        ),
    ),
)

OTHER_CUES = (
    Cue(
        "giveaway",
        Intent.OTHER,
        3.0,
        "a giveaway or a contest",
        phrases(
            r"giveaways?|sweepstakes?|(?:rt|retweet|follow|like|tag|enter|chance) (?:\w+ ){0,4}to win",
            r"win (?:a|an|free|tickets|\$)",
            r"(?:free|promo|discount|coupon|referral|gift) (?:codes?|cards? (?:giveaway|free))",
            r"use (?:my )?code|entered to win|follow (?:and|n|&) (?:rt|retweet)",
            r"sign up (?:with|using|through) (?:my|this) (?:link|code)",
        ),
    ),
    Cue(
        "advertisement",
        Intent.OTHER,
        2.4,
        "an advertisement or a job offer",
        phrases(
            r"(?:now|were|we are|is|are) hiring|apply (?:now|today|here|at)",
            r"job (?:alert|opening|offer|opportunity)|jobs? in|careers?|link in (?:my )?bio|shop now",
            r"buy now|order now|limited time|best deals?|deals? (?:on|of the day)|% off",
            r"save (?:\d+|up to|\$)|check out (?:my|our|this|the)|now available|on sale",
            r"available (?:now|on)|stream(?:ing)? now|new (?:single|album|video|episode|post|blog)",
            r"listen to (?:my|our|this)|sponsored|crypto|airdrop|whatsapp|dm for",
            r"subscribe to my",
        ),
    ),
    Cue(
        "news",
        Intent.OTHER,
        1.2,
        "passes on news",
        phrases(
            r"(?:ceo|shares?|stocks?|profits?|earnings|revenue|investors?|analysts?|quarter|q[1-4]|"
            r"announces?|announced|launches|unveils?|reports?|according to|via|lawsuit|study|"
            r"survey|ranked|ranks|acquires?|merger|partners(?:hip)?|inaugural|breaking)"
        ),
    ),
    Cue(
        "aside",
        Intent.OTHER,
        0.9,
        "answers the brand in passing",
        phrases(
            r"(?:dm|dmd|dms|message|email|pm|info|details|it) (?:\w+ )?(?:sent|done)",
            (
                r"(?:sent|just sent|done|followed|following|dmed|dmd|replied|will do|got it|okay|ok|yes|yep|"
                r"yup|no thanks|sure|nope|alright|copy that|noted|understood|i did|its)(?= (?:[.,!] )?(?:you |"
                r"a |the |u |via |over )?(?:\w+ ){0,3}$)"
            ),
            r"(?:sent|dmd|dmed|dming) (?:you|u|ya|it|a|via|the)",
        ),
    ),
    Cue(
        "acknowledges",
        Intent.OTHER,
        1.5,
        "answers the brand in a few words",
        # From end to end of words that say nothing more: "I have been waiting" begins as "I have, thank you" does.
        (
            r"^ (?:oh )?(?:ok|okay|okey|sure|alright|will do|got it|done|sent|i did|i have|i will|it did|just did|"
            rf"just sent|thats it|sorted|solved|fixed|yes|yep|yup)(?: {_SMALL_WORD}){{0,10}} $"
        ),
        silences=frozenset({"thanks"}),
    ),
    # What is no letter in any alphabet, with a digit: a version, a booking. What an emoji or "???" says is not nothing.
    Cue("number_alone", Intent.OTHER, 2.5, "is a number and no words", r"^[^\w?]*\d(?:[^\w?]|\d)*$"),
)

CUES = COMPLAINT_CUES + PRAISE_CUES + QUESTION_CUES + OPPORTUNITY_CUES + OTHER_CUES
