"""The data of the language detector: scripts by Unicode range, distinctive letters, and common words."""

# First and last code point, and the language written with them, or the name of a script that several languages share.
SCRIPTS = (
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0x0980, 0x09FF, "bn"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1200, 0x137F, "am"),
    (0x1780, 0x17FF, "km"),
    (0x1F00, 0x1FFF, "el"),
    (0x3040, 0x30FF, "kana"),
    (0x31F0, 0x31FF, "kana"),
    (0x3130, 0x318F, "ko"),
    (0x3400, 0x4DBF, "han"),
    (0x4E00, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "ko"),
    (0xF900, 0xFAFF, "han"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFF, "arabic"),
    (0xFF66, 0xFF9F, "kana"),
)

# The first language with one of its letters in the text is taken; an empty set always matches. Cyrillic without a
# distinctive letter stays unknown. Only common characters with a traditional form identify zh-TW.
LETTERS: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "cyrillic": (
        ("uk", frozenset("іїєґІЇЄҐ")),
        ("sr", frozenset("ђћџљњјЂЋЏЉЊЈ")),
        ("ru", frozenset("ыэёЫЭЁ")),
        ("bg", frozenset("ъЪ")),
    ),
    "arabic": (("ur", frozenset("ٹڈڑےںہھ")), ("fa", frozenset("پچژگکی")), ("ar", frozenset())),
    "devanagari": (("mr", frozenset("ळ")), ("hi", frozenset())),
    "han": (
        ("zh-TW", frozenset("們這個還沒說為請問來時對會點過實國機電話錢買賣車飛誤訂單題壞氣謝讓後無開關聽見東門應該")),
        ("zh", frozenset()),
    ),
    "latin": (
        ("es", frozenset("ñ")),
        ("pt", frozenset("ãõ")),
        ("de", frozenset("ß")),
        ("fr", frozenset("œùû")),
        ("pl", frozenset("łśżźńąę")),
        ("tr", frozenset("ğış")),
        ("cs", frozenset("řěů")),
        ("vi", frozenset("ạảấầẩẫậắằẳẵặẹẻẽếềểễệịọỏốồổỗộớờởỡợụủứừửữựđ")),
        ("hu", frozenset("őű")),
        ("ro", frozenset("țșă")),
    ),
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The commonest words of each language. English also has the words of complaints, because "worst service ever" has
# no function word at all. Related languages without rules (nl, pl, id ...) are listed so that they are not mistaken
# for one of the six that have some.
WORDS: dict[str, frozenset[str]] = {
    "en": _words("""
        the of and to in is you that it he was for on are as with his they i at be this have from or had by but not what
        all were we when your can said there an each which she do how their if will up other about out many then them
        these so some her would make like him into time has look two more go see no way could my than first been who its
        now people did get come made after back only me our very just know take good give most any where too should
        because us why again never always still every those here off over going being got does don't doesn't
        didn't can't won't isn't wasn't aren't i'm i've it's that's you're they're we're there's what's let's haven't
        hasn't couldn't wouldn't please thanks thank thx help hey hi hello yes worst best ever service customer terrible
        awful horrible great love hate bad worse broken waiting wait waited hours hour days weeks flight flights delayed
        cancelled canceled delivery delivered order ordered package phone app account working work works
        refund money paid charged lost missing late rude staff fix fixed down today tomorrow yesterday tonight
        morning week month year anyone anything nothing something nobody everyone awesome amazing cool nice happy
        wow omg wtf ugh seriously really useless pathetic ridiculous unacceptable disappointed disappointing done
        shame sucks joke crap shit fuck fucking guys y'all lol new update need want try trying tried let keep stuck
        hold call called calling answer response reply question issue issues problem problems bag bags luggage card bank
        website site store shop food price free support internet slow connection sent send noted pls yay min mins
        minutes"""),
    "es": _words("""
        el la de que y en un ser se no haber por con su para como estar tener le lo todo pero más hacer o poder este
        ir otro ese si me ya ver porque dar cuando muy sin vez mucho saber sobre mi alguno mismo yo también hasta
        los las una del al es son está están fue era he ha han hay nos les qué cómo cuándo dónde quién por qué esto esta
        estos estas ustedes usted hola gracias favor servicio pésimo peor nunca siempre nada nadie desde hace días
        horas semana dinero pedido vuelo llevo sigo sigue sin puedo pueden quiero tengo ayuda atención cliente
        cuenta todavía aún vergüenza estafa mejor malo mala bueno buena hoy ayer mañana mis sus unos"""),
    "pt": _words("""
        o a de que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua
        ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter
        seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm numa vocês oi olá
        obrigado obrigada serviço péssimo pior nunca nada ninguém faz dias horas semana dinheiro pedido
        voo ainda quero posso preciso ajuda atendimento cliente conta vergonha melhor bom boa hoje ontem amanhã meus
        minhas pra pro tá vcs vc favor"""),
    "fr": _words("""
        le la les de des du un une et est à en que qui dans pour pas ne sur se ce il elle je tu nous vous ils au aux
        avec son sa ses mon ma mes votre vos notre leur par plus mais ou où si tout tous cette ces été être avoir ai as
        avez ont sont suis était fait faire c'est j'ai n'est n'ai qu'il d'un d'une l'on comme quand pourquoi comment
        bonjour merci svp service pire jamais rien personne depuis jours heures semaine argent commande vol
        toujours encore peut peux veux besoin aide client compte honte nul meilleur bon bonne
        aujourd'hui hier demain très trop déjà aucun aucune ça"""),
    "de": _words("""
        der die das und ist in zu den nicht von sie mit dem sich ein eine auch auf für an es im ich er wir ihr euch
        als wie nach bei einen einem einer aus sind wird werden oder war haben hat habe bin kann nur noch schon mehr
        sehr wenn weil dass was wer wo warum wann wieder immer nie nichts niemand seit tagen stunden wochen woche geld
        bestellung flug vielen dank seid super toll
        mein meine meinen meiner euer eure hallo danke bitte leider kein keine schlechter schlecht
        schlechteste gut heute gestern morgen über vom zum zur um so doch mal jetzt eben endlich"""),
    "it": _words("""
        il lo la i gli le di che e a un in è per una sono mi si ho ha non con ti da come ma ci questo qui se hai del
        al dei della nel alla sul bene me tutto te solo anche più cosa quando mai stato fatto perché sei era
        dalla delle degli questa molto sempre ancora niente nessuno ore giorni settimana soldi ordine
        volo servizio pessimo peggiore ciao grazie buongiorno favore posso voglio avete siete vostro vostra dove
        oggi ieri domani cliente vergogna assistenza mio mia miei sto"""),
    "nl": _words("""
        de het een en van ik te dat die in is niet zijn op aan met als voor er maar om hem dan zou of wat mijn dit zo
        hij heb je jullie ook nog wel geen naar bij wordt hebben ze we kan heeft uit over deze al waarom wanneer hoe
        worden door weer nu heel goed slecht bedankt dank hallo graag wij ons onze u uw klantenservice"""),
    "pl": _words("""
        i w na nie z się że do jest to co jak ale po za od tak już mam dla czy o tylko przez przy jestem może dlaczego
        kiedy bardzo wasz wam proszę dzień dobry dziękuję mi mnie"""),
    "tr": _words("""
        bir ve bu için çok ne da de ben sen ile mi daha var yok ama gibi değil olarak olan neden nasıl kadar
        hala bana size bize teşekkürler lütfen müşteri"""),
    "id": _words("""
        yang dan di ini itu dengan untuk tidak ada saya kami anda dari ke akan pada juga sudah belum bisa kenapa
        mohon tolong apa gak nggak aku kok udah min kak terima kasih banget lagi"""),
    "tl": _words("""
        ang ng mga sa na ay ko ako mo ka po naman lang hindi wala yung kayo nyo niyo pa ba kasi pero ito bakit"""),
    "sv": _words("""
        och att det som en är av för inte jag den med har till på om ni vi så men ett från kan var när hur vad mig
        tack hej varför min mitt era"""),
    "da": _words("""
        og det at en den til er som på de med han af for ikke der var mig sig men et har om vi jeg hvad hvorfor tak
        hvor når mit jeres"""),
    "no": _words("""
        og det er som på en et til av for ikke jeg med har at vi dere hva hvorfor takk når hvor meg min mitt deres"""),
    "fi": _words("ja on ei se että en ole mutta kun niin olen mitä miksi kiitos teidän minun nyt vielä"),
    "hi": _words("""
        hai nahi nhi kya mera meri mere aap ka ki ke ko se bhi kar raha rahi rahe karo kyu kyun abhi tak koi hain
        mujhe hum bhai kuch wala gaya"""),
}
