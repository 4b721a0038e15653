"""The rules for French: fewer than the English ones, and the plainest. Words match with and without accents."""

from earshot.triage.rules.cues import phrases, standard_cues

CUES = standard_cues(
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

STAKE_PATTERNS = {
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
    "deadline": phrases(r"urgent\w*|urgence|imm[eé]diat\w+|au plus vite|mariage|obs[eè]ques|enterrement|op[eé]ration"),
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
}
