"""The rules for Spanish: fewer than the English ones, and the plainest. Words match with and without accents."""

from earshot.triage.rules.cues import phrases, standard_cues

CUES = standard_cues(
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

STAKE_PATTERNS = {
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
}
