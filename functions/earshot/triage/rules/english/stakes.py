"""The English patterns of each stake; ``rules.stakes`` gives their points."""

from earshot.triage.rules.cues import phrases

_MONEY = r"(?:[$£€₹]|rs|usd|gbp|eur|inr|quid|bucks|dollars|pounds|euros|rupees)"
_SUM = rf"(?:{_MONEY} ?[\d.,]+k?|[\d.,]+k? ?{_MONEY})"
_COUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple|countless|numerous)"
_ORDINAL = r"(?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|nth|umpteenth|[3-9]rd|\d+th)"
_CONTACT = (
    r"(?:calls?|called|calling|phon\w+|rang|rung|ring\w*|emails?|emailed|emailing|messag\w*|dms?|dmed|"
    r"tweet\w*|contact\w*|ask\w*|chas\w+|writ\w+|wrote|report\w*|complain\w*|complaints?|tickets?)"
)
_LONG = (
    r"(?:(?:[2-9]|\d\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|"
    r"many) (?:\w+ )?(?:weeks?|wks?|months?|mths?)|(?:1[4-9]|[2-9]\d|\d{3}) days)"
)
_SUPPLY = (
    r"(?:internet|wi ?fi|broadband|electricity|power|water|heating|hot water|cable|tv|signal|service|"
    r"connection|landline|phone line)"
)
_MONTH = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december|jan|feb|apr|"
    r"jun|jul|aug|sept?|oct|nov|dec)"
)
_EVENT = (
    r"(?:weddings?|funeral|interview|graduation|surgery|operation|exams?|prom|rehearsal|christening|"
    r"baptism|birthday|anniversary|cruise|honeymoon|dialysis|chemo|hearing|visa appointment)"
)

_PEOPLE_ASKED = (
    r"(?:people|ppl|persons?|reps?|agents?|advisors?|advisers?|departments?|managers?|supervisors?|operators?)"
)

STAKE_PATTERNS = {
    "danger": phrases(
        r"(?:caught|on|catch(?:es|ing)?) fire|smok(?:e|ing) (?:from|coming|came|in)|sparks?|sparking",
        r"burn(?:t|ed|ing|s) (?:my|me|his|her|our|skin|smell|through)|explo(?:ded|ding|sion)|scalded",
        (
            r"electrocut\w+|electric shock|unsafe|(?<! not)(?<! isnt) dangerous\w*|injur\w+|hurt (?:my|me|him|"
            r"her)|hospital(?:s|i[sz]ed)?"
        ),
        (
            r"ambulance|bleeding|stitches|concussion|food poisoning|poisoned|allergic reaction|anaphyla\w+|epipen|"
            r"choked|choking"
        ),
        r"(?:broke|broken|fractured|cut|split|hit|burned|burnt) (?:my|his|her|their|our) (?:\w+ )?"
        r"(?:nose|wrist|arm|leg|hip|ankle|foot|feet|hand|head|finger|tooth|teeth|face|eye|lip)",
        (
            r"(?:glass|metal|plastic|mou?ld|maggots?|worms?|insects?|needle|blade|bone) (?:in|inside) (?:my|the|our|"
            r"his|her|their)(?! (?:\w+ )?(?:seas?|oceans?|rivers?|environment|world|packaging|museums?|shops?|stores?|"
            r"windows?|bins?|playlists?|lineup|music))"
        ),
        r"(?:mouse|rat|rodent) droppings?|(?:raw )?sewage|cockroach\w*|rats|carbon monoxide|gas leak",
        r"smell(?:s|ed|ing)? (?:\w+ )?(?:of )?(?:gas|burning|smoke)",
        (
            r"assault\w*|harass\w*|threaten\w*|attacked|groped|stalk(?:ed|ing|er)|terrified|(?:felt|feel|"
            r"not feel) (?:un)?safe"
        ),
        (
            r"locked (?:me|us) in|locked the doors|(?:drunk|reckless\w*|dangerous) (?:driver|driving)|"
            r"ran (?:\w+ )?red lights?"
        ),
        (
            r"texting while driving|brakes? (?:failed|fail|went|came off|dont work|not working|gave)|"
            r"airbags? (?:\w+ )?(?:went|deployed|failed|didnt|exploded)"
        ),
        r"(?:slipped|fell|tripped) (?:on|over|down) (?:\w+ ){0,3}(?:wet|leak|floor|stairs|tile|step|broken)",
        r"someone (?:is going to|is gonna|will|could|might) (?:get hurt|die|be killed|get killed|go under)",
        r"could have (?:died|killed|been killed|been hurt)|nearly (?:died|killed)|kills? (?:somebody|someone|me|us)",
        r"emergency (?:landing|room)|in the er|a ?and ?e|wheelchair (?:\w+ ){0,4}(?:stranded|broken|lost|left|missing)",
        (
            r"(?:insulin|medication|medicines?|meds|inhaler|oxygen) (?:\w+ ){0,4}(?:lost|missing|gone|late|"
            r"delayed|stuck|in (?:that|the|my) "
            r"(?:bag|suitcase|parcel)|ran out|running out)|(?:no|without|out of|needs?|lost|"
            r"missing) (?:\w+ ){0,2}(?:insulin|"
            r"medication|medicines?|meds|inhaler|oxygen)|life support|ventilator"
        ),
        r"(?:left|lost|broke|damaged|forgot|forgotten) (?:my|his|her|their|our) (?:\w+ )?wheelchair",
        (
            r"(?:he|she|son|daughter|mum|mom|dad|father|mother|wife|husband|partner|baby|child|kid|toddler|passenger|"
            r"man|"
            r"woman|lady|guy|someone|somebody|customer|friend|gran\w*|driver|girl|boy|i) (?:has |have |had |just ){0,2}"
            r"(?:collapsed|fainted|passed out|stopped breathing|unconscious)|unconscious|seizure|heart attack|"
            r"(?:cant|cannot|not|isnt|stopped|trouble) breath(?:e|ing)|"
            r"smoke in (?:row|the (?:cabin|cockpit|kitchen|carriage|hotel|corridor|store))"
        ),
        r"bomb (?:threat|scare|alert)|a bomb (?:on|under|at|in)|bomb on (?:board|the (?:plane|train|bus|flight))",
        r"(?:wire|line|cable)s? (?:\w+ ){0,3}(?:down|live|exposed|hanging)",
        (
            r"(?:glass|metal|plastic|wire) (?:in|inside) (?:\w+ ){1,3}(?:food|meals?|drinks?|soup|salad|sandwich|"
            r"burger|pizza|pasta|rice|bread|cake|cereal|yogh?urt|milk|juice|chocolate|jars?|bottles?|tins?|formula)|"
            r"(?:(?<! a )bit|bitten|biting|chewed) (?:down )?(?:on|into|onto) (?:an? |some )?(?:\w+ )?(?:pieces?|bits?|"
            r"shards?|lumps?|chunks?) of (?:glass|metal|plastic|stone|wire)"
        ),
    ),
    "fraud": phrases(
        r"hack(?:ed|er|ers|ing)|fraud\w*|identity theft|phish\w*|unauthori[sz]ed|compromised|cloned|ransom\w*",
        (
            r"(?:someone|somebody|a stranger|some (?:guy|man|woman)|a thief|person) (?:else )?(?:has |is |was |"
            r"got |in \w+ is |"
            r"have )?(?:\w+ )?(?:in my account|my account|using my|logged in|accessed|changed my|stole|took over|spent|"
            r"bought|buying|ordered|ordering|withdrew|opened)"
        ),
        r"(?:i|we) (?:didnt|did not) (?:authori[sz]e|sign up)|didnt authori[sz]e",
        (
            r"(?:i|we) (?:didnt|did not) (?:make|order|buy|place) (?:this|these|those|that|any|the (?:purchase|"
            r"payment|order))"
        ),
        (
            r"never (?:authori[sz]ed|signed up|subscribed|made (?:this|these|that)|bought this|placed this|"
            r"gave (?:\w+ )?permission)"
        ),
        r"(?:stole|stolen|steal(?:ing)?|robbed|theft)",
        (
            r"(?:unknown|strange|unfamiliar|not my|unrecogni[sz]ed|random) (?:\w+ )?(?:email|device|charges?|"
            r"transactions?|login|purchases?|payments?|address)"
        ),
        (
            r"(?:purchases?|payments?|transactions?|charges?|orders?) (?:that )?i (?:didnt|did not|never|"
            r"dont) (?:\w+ )?(?:make|made|recogni[sz]e)"
        ),
        r"(?:get|getting|got) my account back|(?:cheated|cheating (?:me|us|customers?)|scamm?(?:ed|ers?|ing)|conned)",
        (
            r"(?:my|her|his) (?:\w+ )?(?:account|points|wallet|balance|gift ?card) (?:\w+ ){0,3}(?:emptied|"
            r"drained|taken over|stolen)"
        ),
        r"impersonat\w+|fake (?:profile|account|page) (?:\w+ ){0,6}(?:my|me|our|us)|bitcoin (?:scam|from)",
        (
            r"(?:someone|somebody|other people|stranger|another customer)s? (?:else )?s? ?(?:\w+ )?(?:name|"
            r"address|details|orders?|data|card)"
        ),
        r"data (?:breach|leak)|leaked (?:my|our)|intruders?",
        (
            r"(?:my|our|his|her|their|mums|moms|dads|wifes|husbands|sons|daughters) (?:\w+ ){0,2}(?:account|profile|"
            r"page|number|sim) (?:has |have |had |just ){0,2}(?:was |got |gotten |been |being ){1,2}(?:taken|hijacked|"
            r"jacked|broken into)(?! (?:care|off|down|offline|out|up|in|into|to))|sim (?:\w+ ){0,2}swapped without"
        ),
    ),
    "journey": phrases(
        (
            r"stranded|stuck (?:on (?:a |the |this |my |our |your )?(?:\w+ )?(?:planes?|trains?|bus|tarmac|runway|"
            r"board|"
            r"flight|platform|motorway|highway|road|coach|ship|ferry|tube)"
            r"|in (?!the (?:boot|middle|past|loading|recovery|setup|same)|a (?:loop|boot|queue)|my |loading|"
            r"recovery)\w+"
            r"|at (?!\d|the (?:logo|loading|login|boot|first|home|same))\w+)"
        ),
        r"stuck here",
        (
            r"(?:sitting|sat|sit|trapped) (?:\w+ )?(?:on|at|in) (?:the |this |a |our )?(?:plane|"
            r"tarmac|runway|gate|airport|terminal|aircraft|train|platform|station)"
        ),
        r"(?:still )?(?:on|at) the (?:tarmac|runway)|tarmac",
        r"(?:sleep\w*|slept|overnight|spend\w*|night) (?:\w+ ){0,3}(?:airport|terminal|station|floor)",
        r"no (?:hotel|rental car|bus|buses|taxis?|replacement bus|one to (?:meet|pick))",
        r"(?:gonna|going to|about to|will|might|may|probably|likely|now|us|me) miss (?:my|our|the|a|his|her|their) "
        r"(?:\w+ )?(?:connect\w+|flights?|train|cruise|plane|boat|ferry|shift|bus)",
        r"(?:missing|i miss|we miss) (?:my|our) (?:connect\w+|flights?|train)|(?:made|making) (?:me|us) miss",
        (
            r"(?:board(?:s|ing)|departs?|leaves?|leaving|takes off|flight (?:is|leaves|closes|at|"
            r"departs)) (?:\w+ ){0,2}(?:in (?:\d+|an|one|two|an hour|less)|now|soon|within|at \d)"
        ),
        r"my (?:flight|train|plane) (?:is|leaves|goes|boards?) (?:at|in)",
        r"broken down|(?:side|edge) of the (?:road|motorway|highway|freeway)|threw (?:me|us) (?:out|off)",
        (
            r"(?:kicked|chucked) (?:me|us) off (?:the|a|my|our) (?:\w+ )?(?:plane|flight|bus|train|coach)|"
            r"what (?:am i|are we) (?:meant|supposed) to do"
        ),
        r"how (?:do|are|am) (?:i|we) (?:supposed to |meant to )?get(?:ting)? (?:home|there)",
        r"no (?:other |more )?flights? (?:until|till|out)|last (?:bus|train|flight) (?:\w+ )?(?:cancel\w+|gone|left)",
        r"terminated (?:here|at|early)",
    ),
    "money": phrases(
        r"(?:charg(?:ed|ing)|bill(?:ed|ing)|debited|deducted|withdrew) (?:\w+ )?(?:me|us|my|our)(?! to)",
        (
            r"(?:charged|billed|debited|paid|taken|took|paying|pay|deducted) (?:\w+ ){0,4}?(?:twice|double|again|"
            r"for nothing|two times|three times)"
        ),
        (
            r"(?:charged|billed|paid) (?:\w+ )?(?:without|extra|the full|full|for (?:a|an|something|stuff|"
            r"things) (?:\w+ )?(?:i|that|never|not))"
        ),
        (
            r"overcharg\w+|double charg\w+|extra charges?|(?:adding|added|hidden|random|wrong|second|"
            r"duplicate) (?:\w+ )?(?:charges?|fees?|payments?)"
        ),
        (
            r"(?:getting|being|been|get|got|keep|keeps|was|am|im) (?:still )?(?:charged|billed|charging|billing) "
            r"(?:for (?!the first)|again|more|extra|every|\d|[$£€₹])"
        ),
        (
            r"charged? (?:me |us |you )?(?:nearly|almost|over|more|double|twice)|(?:charged|billed) (?:\w+ ){0,6}"
            r"(?:when|instead of|but|although|though|after) (?:\w+ ){0,4}"
            r"(?:said|quoted|quote|supposed|told|returned|cancell?ed|declined)"
        ),
        r"where(?:s| is) (?:my|our) (?:\w+ )?(?:check|cheque|payout|paycheck|reimbursement|compensation)",
        (
            r"(?:took|taken|taking|kept|keeping|stealing|withdrawn|holding|froze\w*|owes?|"
            r"owed) (?:\w+ ){0,2}(?:(?:my|our|the|me|us) (?:\w+ )?(?:money|payment|deposit|refund|wages|funds)|"
            r"[$£€₹])"
        ),
        (
            r"(?:debited|deducted|taken|took|withdrew|refund\w*|withheld|owed?|still charg\w+|owe me|"
            rf"owes me) (?:\w+ ){{0,5}}{_SUM}"
        ),
        (
            rf"{_SUM} (?:\w+ ){{0,6}}(?:twice|taken|debited|deducted|charged|gone|missing|refund\w*|back|withheld|"
            r"stolen|owed|wrongly|disappeared)"
        ),
        (
            r"(?:want|need|where is|wheres|get|give|gave|waiting for|waiting on|refund|return) (?:me |us )?(?:my|"
            r"our|a) (?:\w+ )?"
            r"(?:money|refund|deposit|cash)"
        ),
        (
            r"money back|no refund|(?:not|never|didnt|hasnt|havent|wont|dont|isnt|still) (?:\w+ )?refund(?:ed|"
            r"ing)?(?: me| us| it)?"
        ),
        (
            r"refus\w+ (?:to )?(?:\w+ )?refund\w*|refund (?:\w+ ){0,3}(?:refused|denied|declined)|empty box|"
            r"overdrawn|collections|rent (?:bounced|is due|due)"
        ),
        (
            r"(?:account|funds|money|wages|payout|payment) (?:\w+ ){0,2}(?:frozen|withheld|on hold|blocked)|"
            r"(?:frozen|blocked|withheld) (?:my|our) (?:account|funds|money|payout|card)"
        ),
        r"still (?:being |been |getting |get |keep getting )?(?:charged|billed)(?! (?:up|at|to|on|after \w+ (?:days?|"
        r"hours?)))",
        r"(?:still|keeps?|kept) (?:billing|charging (?:me|us|my (?:\w+ )?(?:card|account|bank)|for|extra))",
        (
            r"(?:making|make|made|makes|forc\w+|want|wants|wanted|expects?) (?:me|us) (?:to )?pay (?:for|again|extra|"
            r"more|to|it)"
        ),
        r"(?:card|account|bank) (?:\w+ ){0,3}(?:debited|deducted|billed|charged)(?! (?:up|to 100))",
        r"no way (?:to|of) get(?:ting)? (?:\w+ ){0,2}(?:money|cash|refund|[$£€]) ?(?:back)?",
    ),
    "deadline": phrases(
        r"asap|urgent(?:ly)?|emergency|immediately|as soon as possible|time sensitive|running out of time",
        r"before (?:its too late|tomorrow|tonight|midnight|my (?:flight|trip|wedding|meeting|interview|shift))",
        (
            rf"{_EVENT} (?:is |s |are |starts? )?(?:at|in \w+ (?:hours?|hrs?|mins?|minutes|days?)|today|tonight|"
            r"tomorrow|this|on|next)"
        ),
        (
            r"(?:today|tonight|tomorrow|tomorrows|todays|tonights) (?:is |are |was )?(?:my |her |his |our |"
            rf"the )?(?:\w+ )?{_EVENT}"
        ),
        rf"(?:for|at|miss(?:ed|ing)?|before|to) (?:my|our|her|his|a|the) (?:\w+ )?{_EVENT}",
        r"deadline|presentation|due (?:today|tonight|tomorrow|in \w+ hours?)|closes (?:today|tonight|tomorrow|in)",
        (
            r"(?:starts?|party|show|concert|gig|match|game|dinner|op|meeting|kick ?off) (?:is )?(?:in|"
            r"at) (?:\w+ ){0,2}(?:minutes|mins|hours?|hrs?|tonight|tomorrow)"
        ),
        (
            r"(?:we|i) (?:leave|fly|travel|move) (?:out |on |back |home )?(?:today|tonight|tomorrow|in \w+ hours?)|"
            r"the night before (?:we|i|my|our)"
        ),
    ),
    "lost_all": phrases(
        (
            r"(?:all|almost all|every\w*|most) (?:of )?(?:\d+ )?(?:my|our|the) (?:\w+ ){0,2}(?:gone|lost|deleted|"
            r"disappeared|vanished|wiped|missing|erased)"
        ),
        (
            r"all \d+ (?:\w+ ){1,2}(?:gone|lost|deleted|wiped|missing)|(?:\d+|ten|"
            r"five) years of (?:\w+ ){1,3}(?:gone|lost|deleted)"
        ),
        (
            r"(?:lost|deleted|wiped|erased) (?:all|every\w*|my (?:\w+ )?(?:data|photos|files|account|playlists?|"
            r"contacts|saves?|progress|library|notes|messages))"
        ),
        (
            r"(?:my|our) (?:\w+ )?(?:data|photos|files|account|playlists|contacts|saves?|progress|library|notes|"
            r"number) (?:\w+ ){0,2}(?:gone|vanished|disappeared|wiped|deleted|doesnt exist)"
        ),
        r"locked (?:me )?out|(?:log(?:ged)?|kicked|signed|thrown) (?:me )?out",
        (
            r"(?:cant|cannot|not|unable to|wont let me|couldnt|no way to) (?:\w+ )?(?:log ?in|login|log into|access|"
            r"get in(?:to)?|sign in(?:to)?)|(?:wont|cant|doesnt|not) (?:even )?(?:go|get|going|getting) past"
        ),
        (
            r"bricked|wont (?:turn|switch|power|boot|start) (?:back )?(?:on|up)|black screen of|completely dead|"
            r"is dead|dead phone"
        ),
        (
            r"(?:account|password|email|mail) (?:\w+ ){0,4}(?:not recogni[sz]ed|suspended|locked|banned|"
            r"deleted|disabled|gone|disappeared|blocked|didnt work|recogni[sz]e)"
        ),
        (
            r"(?:suspended|banned|disabled|deactivated|terminated|deleted) (?:my|our) (?:account|number|profile|"
            r"page|channel)"
        ),
        (
            r"(?:no|without|lost) (?:\w+ )?(?:internet|power|electricity|water|heating|heat|gas|"
            r"broadband|phone line|dial tone|hot water|landline) (?:\w+ ){0,3}(?:since|for|all|at all|still|again|"
            r"in|now|yesterday|today|day|\d+)"
        ),
        r"(?:day|week) (?:\d+|two|three|four|five) (?:of |with(?:out)? |and )?(?:no|without|still no)",
        (
            rf"(?:wheres|where is|where did|what happened to|whats (?:wrong|up|going on) with) (?:my|our) {_SUPPLY}|"
            rf"(?:no|zero|without) (?:\w+ (?:or|and|nor) )?{_SUPPLY} (?:or|and|nor|tonight|at the moment|"
            r"whatsoever|[.,!?])"
        ),
        (
            rf"(?:my|our|the) (?:\w+ )?{_SUPPLY} (?:is |has |just |still |completely ){{0,3}}(?:not working|"
            r"isnt working|doesnt work|wont work|stopped|died|dead|off|gone|"
            r"cut out)|still (?:down|off|out|dead)(?! (?:there|in))"
        ),
        (
            r"(?:phone|laptop|computer|card|mac|ipad|tablet|console|watch|fridge|boiler) (?:\w+ ){0,3}(?:dead|"
            r"wont turn on|died|useless|"
            r"unusable|bricked|declined|blocked|wont start)"
        ),
        (
            r"everything is gone|its all gone|lost everything|no (?:service|signal|internet) (?:at all|since|"
            r"for (?:\d+|two|three|days|hours))"
        ),
        (
            rf"(?:get|getting|bring|turn|put|restore|fix) (?:my|our|the|yalls|your|yall) (?:\w+ )?{_SUPPLY} "
            r"(?:back|going|working|fixed|restored|running|up)"
        ),
        (
            rf"(?:get|give) (?:me |us )?(?:my |our |the )?{_SUPPLY} back|(?:basically|practically|literally|"
            rf"virtually|almost) no {_SUPPLY}"
        ),
        (
            r"(?:hours?|days?|weeks?|months?|years?|worth) (?:worth )?of (?:\w+ )?(?:data|work|photos?|pictures?|"
            r"files?|messages?|notes?|progress|saves|recordings?|history|music|playlists?|contacts|emails?|"
            r"documents?) (?:is |are |was |were |just |all ){0,2}(?:gone|lost|disappeared|deleted|vanished|wiped)"
        ),
    ),
    "repeated": phrases(
        (
            rf"{_ORDINAL} (?:\w+ )?(?:time (?:\w+ ){{0,3}}(?:of asking|{_CONTACT}|this (?:week|month)|ive had to)|"
            rf"{_CONTACT}|attempt|replacement|engineer|technician|agent|person|rep|visit|appointment|supervisor)"
        ),
        rf"asking for the {_ORDINAL} time",
        (
            rf"{_CONTACT} (?:\w+ ){{0,4}}(?:again and again|twice|{_COUNT} times|multiple times|so many times|"
            r"many times|repeatedly|"
            r"for (?:days|weeks|months)|every day|over and over)"
        ),
        (
            rf"{_COUNT} (?:\w+ )?(?:calls|phone calls|emails|messages|dms|tickets|tweets|attempts|complaints|chats|"
            r"letters|support tickets|different (?:people|agents|reps))"
        ),
        (
            r"(?:email|call|message|ticket|complaint|letter|day|tweet) (?:number |no |# ?)?(?:[3-9]|\d\d|three|"
            r"four|five|six|seven|eight|nine|ten) (?:of|about|and|with|now|still|waiting|no)"
        ),
        (
            r"(?:for|over|after|past|almost|nearly|more than|been|waited|waiting|took|taken|taking|its|now|still|"
            rf"last|only) (?:the )?(?:past |last |about |over )?{_LONG}(?! (?:free|premium|trial|plan|deal|"
            r"contract|subscription|old))"
        ),
        (
            rf"{_LONG} (?:now|later|and|with(?:out)?|of (?:waiting|nothing|this|chasing|being)|since|waiting|still|"
            r"no|not|on|late)(?= )"
        ),
        (
            r"(?:waiting|waited|nothing|still|ongoing|since|refund|reported|complained|"
            rf"open) (?:\w+ ){{0,3}}since {_MONTH}|(?:weeks|months) (?:now|later|without|on|of (?:waiting|nothing|"
            r"this))|(?:for|over|been) (?:weeks|months)"
        ),
        r"(?:still )?no (?:response|reply|answer) (?:\w+ ){0,3}(?:days|weeks|months|dms?|emails?)",
        (
            r"again and again|over and over|how many (?:more )?times|passed from|(?:pass|passed|"
            r"passing) (?:me )?(?:around|from)"
        ),
        (
            r"every time (?:i|we) (?:call|ask|contact|ring|email|phone)|(?:as|like) i told (?:\w+ , then|the last|"
            r"you (?:twice|before|already))"
        ),
        r"(?:nobody|no one|noone) (?:has )?(?:ever )?(?:(?:called|calls|rang|got|gets|come|came) back|"
        r"replied|answered|responded)",
        (
            r"(?:havent|hasnt|have not|never|not) (?:\w+ )?(?:heard|received|had|got|gotten) "
            r"(?:a |any |anything |a single )?(?:back|from (?:you|anyone|anybody|my|the)|reply|response|answer)"
        ),
        (
            r"(?:dont|do not|doesnt|never|not) (?:\w+ )?(?:get|got|receive|give|given) (?:me )?(?:a |any )?"
            r"(?:reply|replies|response|answer)"
        ),
        r"(?:still )?no (?:response|reply|answer) (?:from|to|yet|since|after|why|on|[.,!?])",
        r"(?:on|put on) hold (?:for )?(?:\w+ ){0,3}(?:hours?|hrs?|[3-9]\d (?:mins?|minutes))",
        (
            r"(?:dealt|dealing|spoke|spoken|speaking|talked|talking) (?:with|w|to|2) ?/? ?(?:\w+ ){0,2}"
            r"(?:(?:[3-9]|\d\d)|three|four|five|six|seven|eight|nine|ten|several|multiple|many|"
            rf"numerous) ?\+? (?:\w+ ){{0,2}}{_PEOPLE_ASKED}"
        ),
        (
            r"(?:dealt|dealing|fighting|arguing|battling|back and forth) (?:with|w) (?:\w+ ){1,3}(?:all day|"
            r"for (?:days|weeks|months|hours)|since)"
        ),
        (
            r"(?:still|and|with|yet|but) (?:there is |have |has |had |got |get )?(?:no|zero|nothing like an?) (?:\w+ )?"
            r"(?:resolution|solution|resolve|call ?back|follow ?up|progress)"
        ),
        r"(?:heard|hear|got|received|had) (?:absolutely )?(?:zero|nothing|nada|nowt|squat) (?:back|from|since|yet)",
        (
            r"nothing (?:has |have |had |was |is |ever |gets ){1,2}(?:been |ever )?(?:updated|done|fixed|resolved|"
            r"changed|happened|happens|sorted)"
        ),
        (
            r"(?:over|more than|nearly|almost|past) (?:2[4-9]|[3-9]\d|\d{3}) (?:hours|hrs) (?:since|later|and|"
            r"without|waiting|ago|with|now)"
        ),
        (
            r"(?:hours?|hrs?) on (?:the )?(?:phone|hold|chat|line)(?! with (?:my|our|an?|him|her|friends|family))|"
            r"on (?:the )?(?:phone|hold|chat|line) (?:for|with \w+ for) (?:\w+ ){0,2}(?:hours?|hrs?)"
        ),
        (
            r"(?:ignored|ignoring|ignores?) (?:me|us|my|our|customers|every|all)|(?:being|been|get|getting|"
            r"keep getting) ignored"
        ),
        (
            r"(?:keeps?|kept|keep on) (?:getting |being )?(?:passed|transferr\w+|transfer|sent|bounced|bouncing|"
            r"passing|sending|hanging|hung) (?:\w+ )?(?:around|up|from|between|back and|to)"
        ),
    ),
    "leaving": phrases(
        (
            r"never (?:ever )?(?:again|(?:fly|us|buy|shop|order|book|stay|eat|bank|travel)(?:e|ing)?|"
            r"(?:fly|use|buy|shop|order|book|stay|eat|travel)\w* (?:with|from|here|at|you|\w+))"
        ),
        r"(?:im|i am|were|we are|so|officially|me|us|it) (?:\w+ )?(?:done|finished|through) (?:with|using|flying)",
        r"thats (?:it|me|us) ,? ?(?:done|finished|over|gone)|(?:were|im) done here|done with (?:you|this|them|your)",
        (
            r"(?:lost|losing) (?:a |me as a |my |your |another )?(?:loyal |long ?time )?(?:customers?|business|"
            r"subscriber|passenger)"
        ),
        (
            r"switch(?:ed|ing)? (?:over |back )?(?:to|from) (?!the \w+ (?:tab|screen|mode)|dark|you)\w+|"
            r"switching over|looking to switch"
        ),
        (
            r"(?:moving|going|leaving|gone|moved|took|taking) (?:over |back |everything |all |my \w+ |"
            r"our \w+ )?(?:to|for) (?:another|a (?:new|different|rival)|your competitors?|someone|elsewhere|"
            r"competitor)"
        ),
        (
            r"(?:just |have |i |im |am |be )?(?:cancel(?:l?ed|l?ing)|clos(?:ed|ing)|delet(?:ed|ing)|ending|"
            r"ended) (?:my|our|"
            r"the|all my) (?:\w+ )?(?:membership|subscription|account|contract|service|sub|plan|policy|cards?|prime)"
        ),
        (
            r"(?:going to|gonna|will|about to|want to|ready to) (?:cancel|leave|close my|switch) (?!(?:my|the|"
            r"this|our|an?) (?:order|booking|flight|reservation|appointment))"
        ),
        (
            r"(?:is|was|be|thats|for) the last time|last time (?:i|we|im) (?:ever|will|fly|buy|order|use|book)\w*|"
            r"last (?:ever )?order"
        ),
        (
            r"take (?:my|our) (?:business|money|custom) elsewhere|boycott\w*|goodbye|"
            r"bye (?:bye)?(?: forever)?(?= )|good riddance|pac code|should(?:a| have| ve)? (?:left|switched|"
            r"gone with)"
        ),
        (
            r"(?:left|leaving) (?:you|u|for good|after \d+ years)|to competitor|for competitor|"
            r"with competitor (?:from now|next time|now)"
        ),
        (
            r"you(?:ve| have)? (?:just )?lost (?:me|us|my (?:business|custom|trust))|not renew\w*|"
            r"wont (?:be )?renew\w*|won?t be (?:back|"
            r"coming back|returning)"
        ),
        (
            r"(?:looking|look|shopping|shop|searching|hunting) (?:around |elsewhere )?(?:for|at|into) (?:an? |some )?"
            r"(?:new|other|another|different|better|alternative) (?:\w+ ){0,4}(?:providers?|carriers?|banks?|"
            r"compan\w+|suppliers?|isp|airlines?|insurers?|networks?|alternatives?)|look(?:ing)? elsewhere"
        ),
        (
            r"(?:getting|get|got) rid of (?:(?:you|u)(?= )|(?:my|our|your|this) (?:membership|subscription|account|"
            r"service|plan|contract|card))"
        ),
        (
            r"(?:use|using|go with|going with|stick\w* (?:to|with)|order from|fly|flying|buy from|only|"
            r"shop at) (?:\w+ ){1,3}from now on"
        ),
    ),
    "authority": phrases(
        (
            r"lawyers?|attorneys?|solicitors?|advocate|legal (?:action|notice|team)|law ?suit|class action|sue|"
            r"suing|small claims|court|ombudsman"
        ),
        (
            r"regulators?|trading standards|bbb|better business bureau|fcc|faa|ftc|caa|fca|cfpb|nhtsa|ofcom|ofgem|"
            r"ofwat|icao|dot complaint|state ag"
        ),
        r"consumer (?:forum|court|protection|rights|column|affairs|page)|police|watchdog|attorney general|journalists?",
        (r"(?:environmental|public|food) (?:health|safety)|health (?:department|inspector)"),
        (
            r"reporters?|newspapers?|(?:the|to|national|local) (?:press|media|papers|news)|news station|"
            r"channel \d+|cnn|bbc|going viral|discriminat\w+|racis[tm]"
        ),
        (
            r"racial\w*|racially|sexis[tm]|homophob\w+|transphob\w+|profil(?:ed|ing)|disabled (?:person|people|"
            r"passengers?|customers?|mother|mum|mom|dad|"
            r"father|wife|husband|son|daughter|veteran|woman|man|access|parking|toilet|bay)|(?:im|is|am|hes|"
            r"shes) disabled|disability|"
            r"guide dog|service dog|insult(?:ed|ing)|because (?:im|i am|hes|shes|were|of my) (?:black|asian|gay|"
            r"muslim|jewish|trans|deaf|blind|disabled|a woman|religion|colou?r)"
        ),
        r"(?:my|your) mp|petition|formal complaint|deadlock letter|chargeback",
    ),
    "outage": phrases(
        r"outages?",
        (
            r"(?:is|are|seems|been|went|gone|site|app|service|servers?|system|systems|network|"
            r"website|internet|wifi|everything) (?:\w+ )?down(?! (?:to|the|for (?:a|the) \w+ ride|here|there|load|"
            r"at \d))"
        ),
        (
            r"down (?:in|for everyone|nationwide|all day|across|or just me)|blackout|power ?cut|"
            r"nothing (?:is )?work(?:s|ing)"
        ),
        (
            r"not working for (?:anyone|everyone|hours)|(?:anyone|anybody|everyone) else (?:\w+ ){0,4}(?:down|"
            r"issues?|problems?|trouble|not|no|cant|unable|error|having)"
        ),
        (
            r"(?:whole|entire) (?:\w+ )?(?:street|village|town|area|neighbou?rhood|building|city|county|estate|"
            r"office|block|country|network) (?:\w+ ){0,3}(?:down|out|off|without|no|dark|lost|affected|offline)"
        ),
        (
            r"(?:hundreds|thousands|dozens|loads|lots|many|all|bunch) of (?:us|people|customers|users|homes|"
            r"passengers) (?:\w+ ){0,2}(?:without|cant|have no|no|stuck|affected|stranded|waiting|with no|same)"
        ),
        (
            r"(?:everyone|everybody|all of us|no one|nobody) (?:\w+ )?(?:on|in) (?:my|our|the) (?:street|area|"
            r"building|town|office|road|thread)"
        ),
        (
            r"(?:multiple|many|lots of|other|several|loads of|more) (?:people|users|"
            r"customers) (?:\w+ ){0,2}(?:having|with|reporting|report|experiencing|have|getting) (?:the |this |"
            r"these )?(?:same|exact|identical|issues?|problems?)"
        ),
    ),
}
