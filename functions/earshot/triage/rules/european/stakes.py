"""The words of each stake in Spanish, Portuguese, French, German and Italian; ``stakes`` says what they weigh."""

from earshot.triage.rules.cues import phrases

EUROPEAN_STAKES = {
    "es": {
        "danger": phrases(
            r"peligro\w*|incendi\w+|fuego|humo|explot\w+|herid[oa]s?|hospital|intoxic\w+|acos\w+|amenaz\w+",
            r"agredi\w+",
        ),
        "fraud": phrases(
            r"fraude\w*|hacke\w+|jaque\w+|robad[oa]s?|robaron|estafa\w*|me robaron|no autori[cz]\w+",
            r"suplant\w+|clonaron",
        ),
        "journey": phrases(
            r"varad[oa]s?|atrapad[oa]s?|tirad[oa]s? en|en el aeropuerto|en la estaci[oó]n",
            r"perd(?:í|i|imos|emos|er) (?:el|mi|la|nuestro) (?:vuelo|conexi[oó]n|tren)",
        ),
        "money": phrases(
            r"cobr(?:aron|ado|an|ó) (?:\w+ )?(?:dos veces|doble|de m[aá]s|sin)|mi dinero|devuelvan",
            r"reembolso|cargo (?:no|doble|indebido)",
        ),
        "deadline": phrases(r"urgente\w*|urge|emergencia|cuanto antes|inmediat\w+|ya mismo|boda|funeral|cirug[ií]a"),
        "lost_all": phrases(
            r"sin (?:internet|servicio|luz|agua|se[ñn]al|l[ií]nea)",
            r"cuenta (?:\w+ )?(?:bloquead|suspendid|cerrad|eliminad)[oa]|perd[ií] todo|tarjeta bloqueada",
        ),
        "repeated": phrases(
            r"(?:tercera|segunda|cuarta|quinta|en[eé]sima) vez",
            r"(?:hace|desde hace|llevo) (?:\w+ ){1,2}(?:semanas|meses|años)",
            r"(?:varias|muchas|tres|cuatro|mil) veces",
        ),
        "leaving": phrases(
            r"nunca m[aá]s|no vuelvo|no volver[eé]|me cambio|me voy (?:a|con|de)|darme de baja|doy de baja",
            r"cancelar (?:mi|la|el)",
        ),
        "authority": phrases(
            r"abogad[oa]s?|demand(?:a|ar|aré)|denunci\w+|consumidor|profeco|ocu|polic[ií]a|prensa",
            r"discrimin\w+|racis\w+",
        ),
        "outage": phrases(r"ca[ií]d[oa]s?|se cay[oó]|apag[oó]n|no hay (?:servicio|internet|se[ñn]al|luz)"),
    },
    "pt": {
        "danger": phrases(
            r"perigo\w*|inc[eê]ndio|fogo|fuma[cç]a|explodiu|ferid[oa]s?|machuc\w+|hospital|intoxic\w+",
            r"ass[eé]dio|amea[cç]\w+|agredi\w+",
        ),
        "fraud": phrases(
            r"fraude\w*|hacke\w+|roubad[oa]s?|roubaram|golpe|clonad[oa]|clonaram|invadi\w+", r"n[aã]o autori[sz]\w+"
        ),
        "journey": phrases(
            r"pres[oa]s? no|no aeroporto|na esta[cç][aã]o",
            r"perd(?:i|emos|er) (?:o|meu|a|minha) (?:voo|conex[aã]o|trem)|dormir no aeroporto",
        ),
        "money": phrases(
            r"cobr(?:aram|ado|ou|ança) (?:\w+ )?(?:duas vezes|duplicad\w|indevid\w|a mais|em dobro)",
            r"cobran[cç]a (?:indevida|dupla)|meu dinheiro|reembolso|estorno",
        ),
        "deadline": phrases(
            r"urgente\w*|urg[eê]ncia|emerg[eê]ncia|o quanto antes|imediat\w+|casamento|vel[oó]rio|cirurgia"
        ),
        "lost_all": phrases(
            r"sem (?:internet|servi[cç]o|luz|[aá]gua|sinal|linha)",
            r"conta (?:\w+ )?(?:bloquead|suspens|exclu[ií]d|invadid)[oa]|perdi tudo|cart[aã]o bloqueado",
        ),
        "repeated": phrases(
            r"(?:terceira|segunda|quarta|quinta|en[eé]sima) vez",
            r"(?:h[aá]|faz|mais de) (?:\w+ ){1,2}(?:semanas|meses|anos)",
            r"(?:v[aá]rias|muitas|tr[eê]s|quatro|mil) vezes",
        ),
        "leaving": phrases(r"nunca mais|vou (?:cancelar|trocar|mudar)|quero cancelar|cancelando|cancelei"),
        "authority": phrases(
            r"advogad[oa]s?|process(?:o|ar|arei)|procon|justi[cç]a|reclame aqui|pol[ií]cia|imprensa",
            r"discrimin\w+|racis\w+|anatel",
        ),
        "outage": phrases(r"caiu|fora do ar|apag[aã]o|queda de|indispon[ií]vel"),
    },
    "fr": {
        "danger": phrases(
            r"danger\w*|incendie|feu|fum[eé]e|explos\w+|bless[eé]\w*|h[oô]pital|intoxi\w+|harc[eè]l\w+",
            r"menac\w+|agress\w+",
        ),
        "fraud": phrases(
            r"fraud\w+|pirat\w+|hack\w+|vol[eé]e?s?|escroqu\w+|arnaqu\w+|usurp\w+|non autoris[eé]\w*", r"phishing"
        ),
        "journey": phrases(
            r"bloqu[eé]e?s? (?:[aà]|dans|sur|au|en)|coinc[eé]e?s?|[aà] l a[eé]roport|en gare",
            r"rat[eé] (?:ma|mon|notre|la|le) (?:correspondance|vol|train|avion)",
        ),
        "money": phrases(
            r"(?:d[eé]bit[eé]\w*|pr[eé]lev[eé]\w*|factur[eé]\w*) (?:\w+ )?(?:deux fois|en double|sans|[aà] tort)?",
            r"mon argent|remboursement|rembours[eé]\w*|remboursez",
        ),
        "deadline": phrases(
            r"urgent\w*|urgence|imm[eé]diat\w+|au plus vite|mariage|obs[eè]ques|enterrement|op[eé]ration"
        ),
        "lost_all": phrases(
            r"(?:plus|sans|pas) d ?(?:e )?(?:internet|connexion|r[eé]seau|[eé]lectricit[eé]|courant|eau|service)",
            r"compte (?:\w+ )?(?:bloqu|suspend|supprim|ferm)\w+|tout perdu|carte bloqu[eé]e",
        ),
        "repeated": phrases(
            r"(?:troisi[eè]me|deuxi[eè]me|quatri[eè]me|[eé]ni[eè]me|\d+ ?[eè]me) (?:fois|appel|mail|message)",
            r"depuis (?:\w+ ){1,2}(?:semaines|mois|ans)|plusieurs (?:fois|appels|mails|relances)",
        ),
        "leaving": phrases(r"plus jamais|jamais plus|r[eé]sili\w+|je (?:change|quitte)|derni[eè]re fois"),
        "authority": phrases(
            r"avocat\w*|plainte|justice|tribunal|dgccrf|que choisir|police|presse|discrimin\w+|racis\w+",
            r"m[eé]diateur",
        ),
        "outage": phrases(r"pannes?|en panne|hors service|coupure\w*"),
    },
    "de": {
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
    },
    "it": {
        "danger": phrases(
            r"pericol\w+|incendio|fuoco|fumo|esplos\w+|ferit[oa]|ospedale|intossic\w+|molest\w+|minacc\w+",
            r"aggredit\w+",
        ),
        "fraud": phrases(r"frod[ei]|truff\w+|hacke\w+|rubat[oaie]|clonat[oa]|non autorizzat\w+|phishing|furto"),
        "journey": phrases(
            r"bloccat[oi] (?:in|a|all|sul)|in aeroporto|all aeroporto|in stazione",
            r"pers[oa] (?:il|la|la mia|il mio) (?:volo|coincidenza|treno)",
        ),
        "money": phrases(r"addebit\w+ (?:\w+ )?(?:due volte|doppi\w|non)?|(?:i )?miei soldi|rimbors\w+"),
        "deadline": phrases(
            r"urgent\w+|urgenza|emergenza|subito|immediat\w+|al pi[uù] presto|matrimonio|funerale", r"intervento"
        ),
        "lost_all": phrases(
            r"senza (?:internet|linea|luce|acqua|rete|servizio|corrente)",
            r"(?:account|conto) (?:\w+ )?(?:bloccat|sospes|chius|cancellat)[oa]|perso tutto|carta bloccata",
        ),
        "repeated": phrases(
            r"(?:terza|seconda|quarta|quinta|ennesima) volta|da (?:\w+ ){0,2}(?:settimane|mesi|anni)",
            r"(?:pi[uù]|tre|mille|tante) volte",
        ),
        "leaving": phrases(r"mai pi[uù]|disd\w+|cambio (?:operatore|banca|gestore)|passo a|ultima volta"),
        "authority": phrases(
            r"avvocat\w+|denunci\w+|querela|tribunale|agcom|codacons|altroconsumo|polizia|carabinieri",
            r"stampa|discrimin\w+|razzis\w+",
        ),
        "outage": phrases(r"down|blackout|disservi\w+|fuori servizio|non c [eè] (?:linea|rete|internet)"),
    },
}
