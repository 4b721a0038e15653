"""The rules for Portuguese: fewer than the English ones, and the plainest. Words match with and without accents."""

from earshot.triage.rules.cues import phrases, standard_cues

CUES = standard_cues(
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
        r"gostaria de comprar|tragam?|kkk\w*|haha\w*",
    ),
    giveaway=(r"sorteio\w*|concorra|promo[cç][aã]o|ganhe|cupom|participe",),
)

STAKE_PATTERNS = {
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
}
