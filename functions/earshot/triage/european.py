"""The cues of Spanish, Portuguese, French, German and Italian: fewer than the English ones, and the plainest.

Same weights and same form as in ``english``. Accents are as people type them: with and without.
"""

from earshot.triage.cues import Cue, phrases
from earshot.triage.judgement import Intent


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
        r"no (?:me |se |nos )?(?:funciona\w*|sirve|carga|abre|anda|conecta|deja|puedo|podemos|enciende|responde\w*)",
        r"dej[oó] de funcionar|fall(?:a|an|o|os|ó|ando)|error(?:es)?|ca[ií]d[oa]|sin (?:servicio|internet|señal|luz)|bloquead[oa]",
    ),
    mishap=(
        r"cancelad[oa]s?|cancelaron|retras(?:o|os|ado|ada|ados)|retraso|demora\w*|perdid[oa]s?|perdieron|robad[oa]|robaron",
        r"rot[oa]s?|dañad[oa]s?|equivocad[oa]|cobr(?:aron|ado|an|ó|o)(?: \w+)? (?:dos veces|de m[aá]s|doble|\w+)|no (?:ha |han |me ha )?(?:llegad?o|lleg[oó]|llega|recib\w+)",
    ),
    verdict=(
        r"p[eé]sim[oa]s?|peor(?:es)?|terrible|horrible|verg[uü]enza|vergonzos[oa]|estafa\w*|ladrones|asco|mierda|in[uú]til(?:es)?|lamentable",
        r"decepci\w+|inaceptable|hart[oa]|ridícul[oa]|mal[ií]sim[oa]|fatal|robo|mentiros\w+|mienten|mal servicio|indignad[oa]|nefast[oa]|patétic[oa]",
    ),
    waiting=(
        r"esperando|espera(?:r|do)?|sigo sin|seguimos sin|todav[ií]a no|a[uú]n no|llevo (?:\w+ ){0,3}(?:horas?|d[ií]as?|semanas?|meses|esperando)",
        r"desde hace|hace (?:\w+ ){1,2}(?:horas|d[ií]as|semanas|meses)|nadie (?:\w+ )?(?:responde|contesta|ayuda|atiende)|no (?:responden|contestan)|otra vez|sin respuesta",
    ),
    demand=(
        r"reembols\w+|devoluci[oó]n|devuelv\w+|mi dinero|soluci[oó]n\w*|solucion\w+|arregl\w+|exijo|reclam\w+|queja\w*|d[oó]nde est[aá] mi|hoja de reclamaciones|necesito ayuda|ay[uú]denme",
    ),
    leaving=(
        r"nunca m[aá]s|jam[aá]s (?:vuelvo|volver[eé])|no vuelvo|no volver[eé]|me cambio|cambiarme (?:a|de)|(?:cancelar|doy de baja|darme de baja) (?:\w+ )*|no (?:lo )?recomiendo",
    ),
    thanks=(r"gracias|agradec\w+|felicidades|felicitaciones|enhorabuena",),
    delight=(r"excelente|genial|increíble|encanta\w*|maravillos[oa]|buen[ií]simo|perfecto|el mejor|la mejor|los mejores|amables?|recomiendo|muy buen[oa]?",),
    asks=(
        r"(?:c[oó]mo|cu[aá]ndo|cu[aá]nto|cu[aá]l|d[oó]nde|qu[eé]|qui[eé]n|se puede|puedo|hay|tienen|alguien sabe) (?:\w+ ){0,20}\?|una (?:pregunta|consulta|duda)|quisiera saber|me pueden (?:decir|informar)",
    ),
    wish=(r"ojal[aá]|deber[ií]an (?:\w+)|estar[ií]a (?:bien|genial)|me gustar[ií]a (?:que|comprar)|quiero comprar|cu[aá]ndo (?:traen|llega a)|jaja\w*",),
    giveaway=(r"sorteo\w*|concurso|gana (?:un|una)|participa\w*|cup[oó]n|c[oó]digo (?:de )?descuento",),
)

PORTUGUESE = _cues(
    failure=(
        r"n[aã]o (?:est[aá] |t[aá] |me |se )?(?:funciona\w*|abre|carrega|conecta|consigo|conseguimos|liga|responde\w*|pega|entra|deixa)",
        r"parou de funcionar|travand?o|trav(?:a|ou)|erros?|caiu|fora do ar|sem (?:internet|sinal|luz|servi[cç]o)|bloquead[oa]|bug\w*",
    ),
    mishap=(
        r"cancelad[oa]s?|cancelaram|atras(?:o|os|ado|ada|ou|ados)|perdid[oa]s?|perderam|extraviad[oa]|roubad[oa]|roubaram|quebrad[oa]s?|danificad[oa]",
        r"errad[oa]|cobr(?:aram|ado|ada|ança|anca|ou)|n[aã]o (?:\w+ )?(?:chegou|recebi|entreg\w+|veio)|faltando",
    ),
    verdict=(
        r"p[eé]ssim[oa]s?|pior(?:es)?|horr[ií]vel|terr[ií]vel|vergonha|vergonhoso|golpe|ladr[oõ]es|lixo|merda|in[uú]til|lament[aá]vel|absurdo",
        r"decep\w+|inaceit[aá]vel|rid[ií]cul[oa]|descaso|palha[cç]ada|nojo|odeio|mentira|mentiros\w+|cansad[oa] de|desrespeito|ruim|falta de respeito",
    ),
    waiting=(
        r"esperando|espera(?:r|ndo)?|aguardando|ainda n[aã]o|at[eé] agora|h[aá] (?:\w+ ){1,3}(?:horas?|dias?|semanas?|meses)|faz (?:\w+ ){1,3}(?:horas?|dias?|semanas?|meses)",
        r"ningu[eé]m (?:\w+ )?(?:responde|atende|ajuda|resolve)|n[aã]o (?:respondem|atendem|resolvem)|de novo|outra vez|sem resposta|nada (?:ainda|at[eé])",
    ),
    demand=(r"reembols\w+|estorn\w+|meu dinheiro|devolu\w+|devolv\w+|resolv\w+|solu[cç][aã]o|exijo|reclam\w+|cad[eê] (?:o |a )?(?:meu|minha)|procon|preciso de ajuda|me ajud\w+",),
    leaving=(r"nunca mais|vou (?:cancelar|trocar|mudar)|jamais|quero cancelar|cancelar (?:minha|meu|a|o)|n[aã]o recomendo",),
    thanks=(r"obrigad[oa]|agrade[cç]\w+|valeu|parab[eé]ns|brigad[oa]",),
    delight=(r"excelente|[oó]tim[oa]|incr[ií]vel|ador(?:o|ei|amos)|amei|maravilhos[oa]|perfeit[oa]|melhor(?:es)?|recomendo|muito bo[am]|nota 10",),
    asks=(r"(?:como|quando|quanto|qual|quais|onde|que|quem|posso|d[aá] pra|tem|vocês têm|algu[eé]m sabe|ser[aá] que) (?:\w+ ){0,20}\?|uma (?:pergunta|d[uú]vida)|gostaria de saber|queria saber",),
    wish=(r"tomara|bem que (?:\w+)|dever(?:iam|ia) (?:\w+)|seria (?:legal|bom|[oó]timo)|quero comprar|gostaria de comprar|tragam?|k{3,}\w*|haha\w*",),
    giveaway=(r"sorteio\w*|concorra|promo[cç][aã]o|ganhe|cupom|participe",),
)

FRENCH = _cues(
    failure=(
        r"(?:ne |n )?(?:marche|fonctionne|marchent|fonctionnent|charge|repond|répond|s ouvre) (?:plus|pas|toujours pas)|en panne|pannes?|bug\w*|plant(?:e|é|ent)|erreurs?",
        r"(?:peux|peut|arrive|pouvons) (?:plus|pas|toujours pas)|impossible (?:de|d)|bloqu[eé]\w*|plus de (?:réseau|connexion|service)|pas de (?:réseau|connexion)|coupures?",
    ),
    mishap=(
        r"annul[eé]\w*|retards?|retard[eé]\w*|perdue?s?|vol[eé]e?s?|cass[eé]\w*|ab[iî]m[eé]\w*|endommag[eé]\w*|factur[eé]\w*|pr[eé]lev[eé]\w*|d[eé]bit[eé]\w*|manquante?s?",
        r"(?:pas|jamais|toujours pas|rien) (?:\w+ )?(?:re[cç]ue?|arriv[eé]e?|livr[eé]e?|rembours[eé]\w*)|mauvaise? (?:taille|adresse|article|colis|produit)",
    ),
    verdict=(
        r"pire|nuls?|nulle|honte|honteux|scandal\w+|arnaqu\w+|voleurs|inadmissible|inacceptable|lamentable|ridicule|catastroph\w+|horrible|pitoyable|minable",
        r"d[eé][cç]ue?s?|d[eé]cevant|merde|marre|ras le bol|d[eé]teste|menteurs?|foutage de gueule|incomp[eé]tent\w*|se moque\w*|n importe quoi|déplorable",
    ),
    waiting=(
        r"attends|attend(?:re|ons|u)?|attente|toujours (?:pas|rien|aucun\w*)|depuis (?:\w+ ){0,2}(?:heures?|h|jours?|semaines?|mois|hier|\d+)|encore une fois|personne (?:ne )?(?:r[eé]pond\w*|aide)",
        r"aucune? (?:r[eé]ponse|nouvelle|solution|info\w*|aide)|sans r[eé]ponse|pas de (?:r[eé]ponse|nouvelles?)|au bout de",
    ),
    demand=(r"rembours\w+|mon argent|d[eé]dommag\w+|r[eé]clam\w+|plainte|exige|r[eé]gl(?:er|ez)|o[uù] est (?:mon|ma)|aidez(?: moi)?|besoin d aide|solution",),
    leaving=(r"plus jamais|jamais plus|dernière fois|r[eé]sili\w+|je (?:change|pars|quitte)|changer d(?:e|op[eé]rateur|e banque)|[aà] fuir|fuyez|évitez",),
    thanks=(r"merci\w*|bravo|f[eé]licitations|remerci\w+",),
    delight=(r"excellent\w*|g[eé]nial\w*|super|parfait\w*|adore|meilleure?s?|magnifique|ravie?|recommande|top|tr[eè]s (?:bon|bien|gentil|agr[eé]able)\w*|chapeau",),
    asks=(r"(?:comment|quand|combien|quel(?:le)?s?|o[uù]|qui|est ce que|puis je|peut on|y a t il|savez vous|avez vous|pouvez vous) (?:\w+ ){0,20}\?|une question|savoir si|je voudrais savoir",),
    wish=(r"j aimerais (?:\w+)|vous devriez|devriez|ce serait (?:bien|cool|top|g[eé]nial)|si seulement|envie d acheter|je veux acheter|mdr|ptdr|l?ol",),
    giveaway=(r"concours|gagne[rz]?|tirage|code promo|jeu concours|tentez",),
)

GERMAN = _cues(
    failure=(
        r"(?:funktioniert|geht|gehen|funktionieren|läuft|lädt|klappt|startet|reagiert) (?:\w+ ){0,4}nicht|(?:nicht|nichts) (?:mehr )?(?:erreichbar|möglich|geht|funktioniert)",
        r"kaputt|defekt|störung\w*|ausgefallen|ausfall|abgestürzt|stürzt (?:\w+ )?ab|fehler\w*|kein (?:netz|internet|empfang|signal)|gesperrt|komme (?:\w+ )?nicht",
    ),
    mishap=(
        r"storniert|annulliert|gestrichen|verspät\w+|zu spät|verloren|weg|gestohlen|geklaut|beschädigt|falsch\w*|abgebucht|berechnet|fehlt|verpasst",
        r"(?:nicht|nie|noch nichts?) (?:\w+ )?(?:angekommen|geliefert|erhalten|bekommen|da|zugestellt)",
    ),
    verdict=(
        r"schlecht\w*|schlimm\w*|schrecklich\w*|furchtbar\w*|katastroph\w+|frechheit|unversch\w+|betrug|betrüger|abzocke\w*|nutzlos|enttäusch\w+|lächerlich|peinlich",
        r"schei(?:ß|ss)\w*|mist|hasse|ärgerlich|wütend|miserabel|unfähig|unfreundlich|saftladen|sauerei|zumutung|unverschämt|inakzeptabel|verarsch\w*|armutszeugnis|unmöglich|witz",
    ),
    waiting=(
        r"wart(?:e|en|et|ezeit|eschleife)|gewartet|seit (?:\w+ ){0,3}(?:stunden?|tagen?|wochen?|monaten?|gestern|montag|\d+)|immer noch|noch immer|schon wieder|warteschleife",
        r"niemand (?:\w+ )?(?:antwortet|hilft|meldet|erreichbar)|keine? (?:antwort|reaktion|rückmeldung|hilfe|info\w*|lösung)|meldet sich (?:\w+ )?nicht|bis heute",
    ),
    demand=(r"erstatt\w+|rückerstatt\w+|geld zurück|mein geld|entschädig\w+|beschwer\w+|reklam\w+|verlange|wo (?:ist|bleibt) (?:mein\w*|die|das|der)|brauche hilfe|kümmert euch|klärt",),
    leaving=(r"nie wieder|nie mehr|kündig\w+|wechsel\w*|letztes mal|das letzte mal|zum letzten mal|finger weg",),
    thanks=(r"danke\w*|vielen dank|dankeschön|bedanken",),
    delight=(r"super|toll\w*|großartig\w*|klasse|prima|perfekt\w*|liebe|beste[rns]?|wunderbar|begeistert|zufrieden|lob|empfehl\w+|sehr (?:gut|nett|freundlich)\w*|spitze",),
    asks=(r"(?:wie|wann|wo|was|welche[rsn]?|wer|wieviel|kann ich|kann man|gibt es|habt ihr|könnt ihr|weiß jemand|ist es) (?:\w+ ){0,20}\?|eine frage|mal (?:ne )?frage|möchte wissen|würde gern\w* wissen",),
    wish=(r"ich wünsche? (?:mir)?|wünsche mir|ihr solltet|solltet ihr|wäre (?:cool|schön|toll|super)|möchte (?:\w+ ){0,3}kaufen|würde gern\w* kaufen|hätte gern\w*|haha\w*",),
    giveaway=(r"gewinnspiel\w*|verlos\w+|gewinne|rabattcode|gutscheincode|mitmachen",),
)

ITALIAN = _cues(
    failure=(
        r"non (?:mi |si |ci )?(?:funziona\w*|va|apre|carica|connette|riesco|riusciamo|risponde\w*|parte|posso|fa)",
        r"guast[oi]|error[ei]|rott[oaie]|bloccat[oa]|fuori servizio|senza (?:internet|linea|rete|servizio|luce)|non c [eè] (?:linea|rete)|smesso di funzionare|disservi\w+",
    ),
    mishap=(
        r"cancellat[oai]|annullat[oa]|ritard[oi]|pers[oai]|smarrit[oa]|rubat[oai]|danneggiat[oa]|sbagliat[oa]|addebit\w+|in ritardo|mancante",
        r"(?:mai|non (?:\w+ )?(?:ancora )?)(?: )?(?:arrivat[oa]|ricevut[oa]|consegnat[oa])|non (?:[eè] |ho )?(?:ancora )?(?:arrivat[oa]|ricevut[oa]|arriva)",
    ),
    verdict=(
        r"pessim[oaie]|peggior[ei]|peggio|vergogn\w+|truff\w+|ladri|schif\w+|inaccettabil[ei]|ridicol[oi]|orribil[ei]|terribil[ei]|disastr\w+|scandalos[oa]|assurdo",
        r"delus[oa]|deludente|merda|stuf[oa]|odio|incompetent[ei]|inutil[ei]|bugiardi|presa in giro|imbarazzante|indecente|penoso",
    ),
    waiting=(
        r"aspett(?:o|ando|iamo|are|ato)|attesa|ancora (?:niente|nulla|non|nessun\w*)|da (?:\w+ ){0,2}(?:ore|giorni|settimane|mesi|ieri)|nessuno (?:\w+ )?(?:risponde|aiuta|sa)",
        r"nessuna (?:risposta|soluzione|notizia)|non (?:rispondete|rispondono)|di nuovo|un altra volta|ennesim[oa]|per l ennesima",
    ),
    demand=(r"rimbors\w+|i miei soldi|miei soldi|risarci\w+|reclam\w+|pretendo|risolv\w+|soluzione|dov ?[eè] (?:il|la) (?:mio|mia)|dove (?:[eè] )?(?:il|la) (?:mio|mia)|aiutatemi|ho bisogno di aiuto",),
    leaving=(r"mai pi[uù]|disd\w+|cambio (?:operatore|banca|gestore|compagnia)|passo a|ultima volta|non (?:vi )?(?:consiglio|compro pi[uù])|evitate",),
    thanks=(r"grazie|ringrazi\w+|complimenti|brav[oi]|bravissim[oi]",),
    delight=(r"ottim[oa]|eccellent[ei]|fantastic[oa]|perfett[oa]|ador[oa]|miglior[ei]|meraviglios[oa]|gentil[ei]|gentilissim\w+|consigliat\w+|molto bene|super|content[oa]",),
    asks=(r"(?:come|quando|quanto|quale|quali|dove|chi|cosa|che|posso|si pu[oò]|c [eè]|avete|sapete|qualcuno sa) (?:\w+ ){0,20}\?|una domanda|vorrei sapere|volevo sapere",),
    wish=(r"magari|vorrei (?:comprare|che)|dovreste|sarebbe (?:bello|bellissimo|fantastico)|voglio comprare|haha\w*|ahah\w*",),
    giveaway=(r"giveaway|concorso|vinci|codice sconto|partecipa\w*|estrazione",),
)

EUROPEAN: dict[str, tuple[Cue, ...]] = {
    "es": SPANISH,
    "pt": PORTUGUESE,
    "fr": FRENCH,
    "de": GERMAN,
    "it": ITALIAN,
}
