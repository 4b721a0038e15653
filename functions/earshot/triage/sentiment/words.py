"""Our own sentiment words for es, pt, fr, de and it: few, and only those that are hardly ever misleading."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIVE: dict[str, frozenset[str]] = {
    "es": _words("""
        pésimo pésima pesimo pesima peor peores malo mala malísimo malísima terrible horrible vergüenza verguenza
        vergonzoso estafa estafadores ladrones robo inútil inútiles asco decepción decepcionado decepcionada
        decepcionante lamentable inaceptable ridículo roto rota fraude mentira mentirosos mierda odio harto harta
        cansado cansada molesto molesta indignado indignada fatal patético queja problema problemas fallo error"""),
    "pt": _words("""
        péssimo péssima pessimo pessima pior piores ruim ruins horrível horrivel terrível vergonha vergonhoso golpe
        ladrões roubo inútil nojo lixo decepção decepcionado decepcionada decepcionante lamentável inaceitável absurdo
        ridículo quebrado quebrada fraude mentira merda odeio cansado cansada raiva indignado indignada descaso
        palhaçada reclamação problema problemas erro falha"""),
    "fr": _words("""
        pire nul nulle nuls mauvais mauvaise horrible terrible honte honteux scandaleux scandale arnaque arnaqueurs
        voleurs inutile déçu déçue décevant déception inacceptable inadmissible lamentable ridicule
        cassé cassée fraude mensonge menteurs merde déteste marre catastrophe catastrophique pitoyable
        minable problème problèmes erreur panne bug"""),
    "de": _words("""
        schlecht schlechte schlechter schlechtester schlechteste schlimm schrecklich furchtbar katastrophe
        katastrophal frechheit unverschämt unverschämtheit betrug betrüger abzocke nutzlos enttäuscht enttäuschend
        enttäuschung inakzeptabel lächerlich peinlich kaputt defekt scheiße scheiss mist hasse ärgerlich wütend
        miserabel unfähig unfreundlich saftladen sauerei zumutung problem probleme fehler"""),
    "it": _words("""
        pessimo pessima peggiore peggio brutto orribile terribile vergogna vergognoso vergognosi truffa truffatori
        ladri inutile inutili schifo schifoso deluso delusa deludente delusione inaccettabile ridicolo ridicoli rotto
        rotta frode bugie merda odio stufo stufa arrabbiato arrabbiata disastro scandaloso assurdo problema problemi
        errore guasto"""),
}

POSITIVE: dict[str, frozenset[str]] = {
    "es": _words("""
        excelente genial increíble encanta encantado encantada mejor mejores perfecto perfecta maravilloso
        maravillosa buenísimo bueno buena feliz amable amables rápido felicidades recomiendo contento contenta"""),
    "pt": _words("""
        excelente ótimo ótima otimo incrível adoro adorei amei maravilhoso maravilhosa perfeito perfeita melhor
        melhores bom boa feliz parabéns recomendo rápido atencioso atenciosa satisfeito satisfeita"""),
    "fr": _words("""
        excellent excellente génial géniale super parfait parfaite adore meilleur meilleure bravo merveilleux
        agréable content contente ravi ravie efficace recommande magnifique bon bonne"""),
    "de": _words("""
        super toll tolle toller großartig ausgezeichnet perfekt liebe beste bester bestes wunderbar freundlich
        zufrieden begeistert klasse prima empfehlen lob gut gute guter"""),
    "it": _words("""
        ottimo ottima eccellente fantastico fantastica perfetto perfetta adoro migliore migliori meraviglioso
        bravi bravissimi felice complimenti consiglio gentile gentili veloce contento contenta buono buona"""),
}

NEGATIONS: dict[str, frozenset[str]] = {
    "es": _words("no nunca sin ningún ninguna tampoco jamás"),
    "pt": _words("não nao nunca sem nenhum nenhuma jamais"),
    "fr": _words("pas jamais sans aucun aucune plus"),
    "de": _words("nicht kein keine keinen nie ohne niemals"),
    "it": _words("non mai senza nessun nessuna"),
}
