"""The cues of Spanish, Portuguese, French, German and Italian: fewer than the English ones, and the plainest.

Same weights and same form as in ``english``. Accents are as people type them: with and without.
"""

from earshot.triage.judgement import Intent
from earshot.triage.rules.cues import Cue, phrases


def _cues(
    *,
    failure: tuple[str, ...],
    mishap: tuple[str, ...],
    verdict: tuple[str, ...],
    waiting: tuple[str, ...],
    demand: tuple[str, ...],
    leaving: tuple[str, ...],
    thanks: tuple[str, ...],
    delight: tuple[str, ...],
    asks: tuple[str, ...],
    wish: tuple[str, ...],
    giveaway: tuple[str, ...],
) -> tuple[Cue, ...]:
    """One language's words in the rules that English has too, so that staff read the same reasons everywhere."""
    complaint, praise, question = Intent.COMPLAINT, Intent.PRAISE, Intent.QUESTION
    return (
        Cue("failure", complaint, 1.8, "says that something does not work", phrases(*failure)),
        Cue("mishap", complaint, 1.6, "something was lost, late, damaged, cancelled or wrong", phrases(*mishap)),
        Cue("verdict", complaint, 2.2, "a harsh word about the service", phrases(*verdict)),
        Cue("waiting", complaint, 1.5, "has been waiting", phrases(*waiting)),
        Cue("demand", complaint, 1.5, "wants it put right", phrases(*demand)),
        Cue("leaving", complaint, 2.2, "says goodbye to the brand", phrases(*leaving)),
        Cue("thanks", praise, 1.6, "thanks", phrases(*thanks)),
        Cue("delight", praise, 1.7, "a warm word about the service", phrases(*delight)),
        Cue("asks", question, 1.6, "asks for information", phrases(*asks)),
        Cue("question_mark", question, 0.8, "ends in a question mark", phrases(r"\?")),
        Cue("wish", Intent.OPPORTUNITY, 1.8, "wishes for something new", phrases(*wish)),
        Cue("giveaway", Intent.OTHER, 3.0, "a giveaway or a contest", phrases(*giveaway)),
    )


SPANISH = _cues(
    failure=(
        (
            r"no (?:me |se |nos )?(?:funciona\w*|sirve|carga|abre|anda|conecta|deja|puedo|podemos|"
            r"enciende|responde\w*)"
        ),
        r"dej[oó] de funcionar|fall(?:a|an|o|os|ó|ando)|error(?:es)?|ca[ií]d[oa]",
        r"sin (?:servicio|internet|señal|luz)|bloquead[oa]",
    ),
    mishap=(
        r"cancelad[oa]s?|cancelaron|retras(?:o|os|ado|ada|ados)|retraso|demora\w*|perdid[oa]s?",
        r"perdieron|robad[oa]|robaron",
        r"rot[oa]s?|dañad[oa]s?|equivocad[oa]",
        r"cobr(?:aron|ado|an|ó|o)(?: \w+)? (?:dos veces|de m[aá]s|doble|\w+)",
        r"no (?:ha |han |me ha )?(?:llegad?o|lleg[oó]|llega|recib\w+)",
    ),
    verdict=(
        r"p[eé]sim[oa]s?|peor(?:es)?|terrible|horrible|verg[uü]enza|vergonzos[oa]|estafa\w*|ladrones",
        r"asco|mierda|in[uú]til(?:es)?|lamentable",
        r"decepci\w+|inaceptable|hart[oa]|ridícul[oa]|mal[ií]sim[oa]|fatal|robo|mentiros\w+|mienten",
        r"mal servicio|indignad[oa]|nefast[oa]|patétic[oa]",
    ),
    waiting=(
        r"esperando|espera(?:r|do)?|sigo sin|seguimos sin|todav[ií]a no|a[uú]n no",
        r"llevo (?:\w+ ){0,3}(?:horas?|d[ií]as?|semanas?|meses|esperando)",
        r"desde hace|hace (?:\w+ ){1,2}(?:horas|d[ií]as|semanas|meses)",
        r"nadie (?:\w+ )?(?:responde|contesta|ayuda|atiende)|no (?:responden|contestan)|otra vez",
        r"sin respuesta",
    ),
    demand=(
        r"reembols\w+|devoluci[oó]n|devuelv\w+|mi dinero|soluci[oó]n\w*|solucion\w+|arregl\w+|exijo",
        r"reclam\w+|queja\w*|d[oó]nde est[aá] mi|hoja de reclamaciones|necesito ayuda|ay[uú]denme",
    ),
    leaving=(
        r"nunca m[aá]s|jam[aá]s (?:vuelvo|volver[eé])|no vuelvo|no volver[eé]|me cambio",
        r"cambiarme (?:a|de)|(?:cancelar|doy de baja|darme de baja)|no (?:lo )?recomiendo",
    ),
    thanks=(r"gracias|agradec\w+|felicidades|felicitaciones|enhorabuena",),
    delight=(
        r"excelente|genial|increíble|encanta\w*|maravillos[oa]|buen[ií]simo|perfecto|el mejor|la mejor",
        r"los mejores|amables?|recomiendo|muy buen[oa]?",
    ),
    asks=(
        (
            r"(?:c[oó]mo|cu[aá]ndo|cu[aá]nto|cu[aá]l|d[oó]nde|qu[eé]|qui[eé]n|se puede|puedo|hay|tienen|"
            r"alguien sabe) (?:\w+ ){0,20}\?"
        ),
        r"una (?:pregunta|consulta|duda)|quisiera saber|me pueden (?:decir|informar)",
    ),
    wish=(
        r"ojal[aá]|deber[ií]an (?:\w+)|estar[ií]a (?:bien|genial)|me gustar[ií]a (?:que|comprar)",
        r"quiero comprar|cu[aá]ndo (?:traen|llega a)|jaja\w*",
    ),
    giveaway=(r"sorteo\w*|concurso|gana (?:un|una)|participa\w*|cup[oó]n|c[oó]digo (?:de )?descuento",),
)

PORTUGUESE = _cues(
    failure=(
        (
            r"n[aã]o (?:est[aá] |t[aá] |me |se )?(?:funciona\w*|abre|carrega|conecta|consigo|conseguimos|"
            r"liga|responde\w*|pega|entra|deixa)"
        ),
        r"parou de funcionar|travand?o|trav(?:a|ou)|erros?|caiu|fora do ar",
        r"sem (?:internet|sinal|luz|servi[cç]o)|bloquead[oa]|bug\w*",
    ),
    mishap=(
        r"cancelad[oa]s?|cancelaram|atras(?:o|os|ado|ada|ou|ados)|perdid[oa]s?|perderam|extraviad[oa]",
        r"roubad[oa]|roubaram|quebrad[oa]s?|danificad[oa]",
        r"errad[oa]|cobr(?:aram|ado|ada|ança|anca|ou)|n[aã]o (?:\w+ )?(?:chegou|recebi|entreg\w+|veio)",
        r"faltando",
    ),
    verdict=(
        r"p[eé]ssim[oa]s?|pior(?:es)?|horr[ií]vel|terr[ií]vel|vergonha|vergonhoso|golpe|ladr[oõ]es",
        r"lixo|merda|in[uú]til|lament[aá]vel|absurdo",
        r"decep\w+|inaceit[aá]vel|rid[ií]cul[oa]|descaso|palha[cç]ada|nojo|odeio|mentira|mentiros\w+",
        r"cansad[oa] de|desrespeito|ruim|falta de respeito",
    ),
    waiting=(
        r"esperando|espera(?:r|ndo)?|aguardando|ainda n[aã]o|at[eé] agora",
        r"h[aá] (?:\w+ ){1,3}(?:horas?|dias?|semanas?|meses)",
        r"faz (?:\w+ ){1,3}(?:horas?|dias?|semanas?|meses)",
        r"ningu[eé]m (?:\w+ )?(?:responde|atende|ajuda|resolve)|n[aã]o (?:respondem|atendem|resolvem)",
        r"de novo|outra vez|sem resposta|nada (?:ainda|at[eé])",
    ),
    demand=(
        r"reembols\w+|estorn\w+|meu dinheiro|devolu\w+|devolv\w+|resolv\w+|solu[cç][aã]o|exijo",
        r"reclam\w+|cad[eê] (?:o |a )?(?:meu|minha)|procon|preciso de ajuda|me ajud\w+",
    ),
    leaving=(
        r"nunca mais|vou (?:cancelar|trocar|mudar)|jamais|quero cancelar|cancelar (?:minha|meu|a|o)",
        r"n[aã]o recomendo",
    ),
    thanks=(r"obrigad[oa]|agrade[cç]\w+|valeu|parab[eé]ns|brigad[oa]",),
    delight=(
        r"excelente|[oó]tim[oa]|incr[ií]vel|ador(?:o|ei|amos)|amei|maravilhos[oa]|perfeit[oa]",
        r"melhor(?:es)?|recomendo|muito bo[am]|nota 10",
    ),
    asks=(
        (
            r"(?:como|quando|quanto|qual|quais|onde|que|quem|posso|d[aá] pra|tem|vocês têm|algu[eé]m sabe|"
            r"ser[aá] que) (?:\w+ ){0,20}\?"
        ),
        r"uma (?:pergunta|d[uú]vida)|gostaria de saber|queria saber",
    ),
    wish=(
        r"tomara|bem que (?:\w+)|dever(?:iam|ia) (?:\w+)|seria (?:legal|bom|[oó]timo)|quero comprar",
        r"gostaria de comprar|tragam?|k{3,}\w*|haha\w*",
    ),
    giveaway=(r"sorteio\w*|concorra|promo[cç][aã]o|ganhe|cupom|participe",),
)

FRENCH = _cues(
    failure=(
        (
            r"(?:ne |n )?(?:marche|fonctionne|marchent|fonctionnent|charge|repond|répond|s ouvre) (?:plus|"
            r"pas|toujours pas)"
        ),
        r"en panne|pannes?|bug\w*|plant(?:e|é|ent)|erreurs?",
        r"(?:peux|peut|arrive|pouvons) (?:plus|pas|toujours pas)|impossible (?:de|d)|bloqu[eé]\w*",
        r"plus de (?:réseau|connexion|service)|pas de (?:réseau|connexion)|coupures?",
    ),
    mishap=(
        r"annul[eé]\w*|retards?|retard[eé]\w*|perdue?s?|vol[eé]e?s?|cass[eé]\w*|ab[iî]m[eé]\w*",
        r"endommag[eé]\w*|factur[eé]\w*|pr[eé]lev[eé]\w*|d[eé]bit[eé]\w*|manquante?s?",
        r"(?:pas|jamais|toujours pas|rien) (?:\w+ )?(?:re[cç]ue?|arriv[eé]e?|livr[eé]e?|rembours[eé]\w*)",
        r"mauvaise? (?:taille|adresse|article|colis|produit)",
    ),
    verdict=(
        r"pire|nuls?|nulle|honte|honteux|scandal\w+|arnaqu\w+|voleurs|inadmissible|inacceptable",
        r"lamentable|ridicule|catastroph\w+|horrible|pitoyable|minable",
        r"d[eé][cç]ue?s?|d[eé]cevant|merde|marre|ras le bol|d[eé]teste|menteurs?|foutage de gueule",
        r"incomp[eé]tent\w*|se moque\w*|n importe quoi|déplorable",
    ),
    waiting=(
        r"attends|attend(?:re|ons|u)?|attente|toujours (?:pas|rien|aucun\w*)",
        r"depuis (?:\w+ ){0,2}(?:heures?|h|jours?|semaines?|mois|hier|\d+)|encore une fois",
        r"personne (?:ne )?(?:r[eé]pond\w*|aide)",
        r"aucune? (?:r[eé]ponse|nouvelle|solution|info\w*|aide)|sans r[eé]ponse",
        r"pas de (?:r[eé]ponse|nouvelles?)|au bout de",
    ),
    demand=(
        r"rembours\w+|mon argent|d[eé]dommag\w+|r[eé]clam\w+|plainte|exige|r[eé]gl(?:er|ez)",
        r"o[uù] est (?:mon|ma)|aidez(?: moi)?|besoin d aide|solution",
    ),
    leaving=(
        r"plus jamais|jamais plus|dernière fois|r[eé]sili\w+|je (?:change|pars|quitte)",
        r"changer d(?:e|op[eé]rateur|e banque)|[aà] fuir|fuyez|évitez",
    ),
    thanks=(r"merci\w*|bravo|f[eé]licitations|remerci\w+",),
    delight=(
        r"excellent\w*|g[eé]nial\w*|super|parfait\w*|adore|meilleure?s?|magnifique|ravie?|recommande",
        r"top|tr[eè]s (?:bon|bien|gentil|agr[eé]able)\w*|chapeau",
    ),
    asks=(
        (
            r"(?:comment|quand|combien|quel(?:le)?s?|o[uù]|qui|est ce que|puis je|peut on|y a t il|"
            r"savez vous|avez vous|pouvez vous) (?:\w+ ){0,20}\?"
        ),
        r"une question|savoir si|je voudrais savoir",
    ),
    wish=(
        r"j aimerais (?:\w+)|vous devriez|devriez|ce serait (?:bien|cool|top|g[eé]nial)|si seulement",
        r"envie d acheter|je veux acheter|mdr|ptdr|l?ol",
    ),
    giveaway=(r"concours|gagne[rz]?|tirage|code promo|jeu concours|tentez",),
)

GERMAN = _cues(
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

ITALIAN = _cues(
    failure=(
        (
            r"non (?:mi |si |ci )?(?:funziona\w*|va|apre|carica|connette|riesco|riusciamo|risponde\w*|"
            r"parte|posso|fa)"
        ),
        r"guast[oi]|error[ei]|rott[oaie]|bloccat[oa]|fuori servizio",
        r"senza (?:internet|linea|rete|servizio|luce)|non c [eè] (?:linea|rete)|smesso di funzionare",
        r"disservi\w+",
    ),
    mishap=(
        r"cancellat[oai]|annullat[oa]|ritard[oi]|pers[oai]|smarrit[oa]|rubat[oai]|danneggiat[oa]",
        r"sbagliat[oa]|addebit\w+|in ritardo|mancante",
        r"(?:mai|non (?:\w+ )?(?:ancora )?)(?: )?(?:arrivat[oa]|ricevut[oa]|consegnat[oa])",
        r"non (?:[eè] |ho )?(?:ancora )?(?:arrivat[oa]|ricevut[oa]|arriva)",
    ),
    verdict=(
        r"pessim[oaie]|peggior[ei]|peggio|vergogn\w+|truff\w+|ladri|schif\w+|inaccettabil[ei]",
        r"ridicol[oi]|orribil[ei]|terribil[ei]|disastr\w+|scandalos[oa]|assurdo",
        r"delus[oa]|deludente|merda|stuf[oa]|odio|incompetent[ei]|inutil[ei]|bugiardi|presa in giro",
        r"imbarazzante|indecente|penoso",
    ),
    waiting=(
        r"aspett(?:o|ando|iamo|are|ato)|attesa|ancora (?:niente|nulla|non|nessun\w*)",
        r"da (?:\w+ ){0,2}(?:ore|giorni|settimane|mesi|ieri)|nessuno (?:\w+ )?(?:risponde|aiuta|sa)",
        r"nessuna (?:risposta|soluzione|notizia)|non (?:rispondete|rispondono)|di nuovo|un altra volta",
        r"ennesim[oa]|per l ennesima",
    ),
    demand=(
        r"rimbors\w+|i miei soldi|miei soldi|risarci\w+|reclam\w+|pretendo|risolv\w+|soluzione",
        r"dov ?[eè] (?:il|la) (?:mio|mia)|dove (?:[eè] )?(?:il|la) (?:mio|mia)|aiutatemi",
        r"ho bisogno di aiuto",
    ),
    leaving=(
        r"mai pi[uù]|disd\w+|cambio (?:operatore|banca|gestore|compagnia)|passo a|ultima volta",
        r"non (?:vi )?(?:consiglio|compro pi[uù])|evitate",
    ),
    thanks=(r"grazie|ringrazi\w+|complimenti|brav[oi]|bravissim[oi]",),
    delight=(
        r"ottim[oa]|eccellent[ei]|fantastic[oa]|perfett[oa]|ador[oa]|miglior[ei]|meraviglios[oa]",
        r"gentil[ei]|gentilissim\w+|consigliat\w+|molto bene|super|content[oa]",
    ),
    asks=(
        (
            r"(?:come|quando|quanto|quale|quali|dove|chi|cosa|che|posso|si pu[oò]|c [eè]|avete|sapete|"
            r"qualcuno sa) (?:\w+ ){0,20}\?"
        ),
        r"una domanda|vorrei sapere|volevo sapere",
    ),
    wish=(
        r"magari|vorrei (?:comprare|che)|dovreste|sarebbe (?:bello|bellissimo|fantastico)",
        r"voglio comprare|haha\w*|ahah\w*",
    ),
    giveaway=(r"giveaway|concorso|vinci|codice sconto|partecipa\w*|estrazione",),
)

EUROPEAN: dict[str, tuple[Cue, ...]] = {
    "es": SPANISH,
    "pt": PORTUGUESE,
    "fr": FRENCH,
    "de": GERMAN,
    "it": ITALIAN,
}
