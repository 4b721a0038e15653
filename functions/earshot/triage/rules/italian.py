"""The rules for Italian: fewer than the English ones, and the plainest. Words match with and without accents."""

from earshot.triage.rules.cues import phrases, standard_cues

CUES = standard_cues(
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

STAKE_PATTERNS = {
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
}
