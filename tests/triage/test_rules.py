"""Every rule with a post in which it fires and one, as like it as can be, in which it must not."""

import pytest

from earshot.triage.cues import heard
from earshot.triage.english import ENGLISH
from earshot.triage.european import EUROPEAN
from earshot.triage.reading import read
from earshot.triage.stakes import STAKES
from earshot.triage.stakes_english import ENGLISH_STAKES
from earshot.triage.stakes_european import EUROPEAN_STAKES
from earshot.triage.terms import NO_TERMS
from earshot.triage.tone import TONE

ENGLISH_EXAMPLES = [
    ("failure", "Your app won't let me log in", "Your new app looks different"),
    ("mishap", "My parcel was delivered late and damaged", "The parcel was not damaged at all"),
    ("not_done", "The courier never arrived", "The courier arrived"),
    ("verdict", "Worst broth in town", "Not the worst broth in town"),
    ("not_good", "I'm not happy with this kettle", "I'm happy with this kettle"),
    ("waiting", "Still waiting for the plumber", "The waiter was quick"),
    ("again", "That's the third time this month", "That was a good time"),
    ("demand", "I want my refund", "What a fundraiser"),
    ("reproach", "Why is my bill twice as high", "That is the reason"),
    ("leaving", "Never again, I'm switching to another bank", "Visiting again on Sunday"),
    ("sarcasm", "Thanks for losing my suitcase", "Thanks for finding my suitcase"),
    ("trouble", "I have a problem with the tap", "I have a tap"),
    ("negation", "The tap doesn't turn", "The tap turns"),
    ("duration", "On the phone for 40 minutes", "On the phone 40 minutes ago"),
    ("contrast", "Ordered blue, but green came", "Ordered blue, blue came"),
    ("staff", "Your agents laughed", "The children laughed"),
    ("own_case", "I called about my order", "They published an order of events"),
    ("thanks", "Thank you Ana at the desk", "The tanks were full"),
    ("delight", "The soup was awesome", "The soup wasn't awesome"),
    ("love", "I love this bakery", "I don't love this bakery"),
    ("resolved", "All sorted now", "It is a sort of bread"),
    ("asks", "How do I change my address", "I changed my address"),
    ("enquiry", "Is it possible to pay by card", "It is impossible"),
    ("question_mark", "Open on Sunday?", "Open on Sunday"),
    ("wish", "Please bring back the pear cake", "The pear cake is back"),
    ("intent_to_buy", "Thinking about buying one of these", "I bought one of these"),
    ("joke", "Lol my cat sits on your router", "My cat sits on your router"),
    ("giveaway", "Retweet and follow for a chance to win", "A close win last night"),
    ("advertisement", "We are hiring, apply now", "We were applying paint"),
    ("news", "The CEO announced earnings", "The waiter told us a story"),
    ("aside", "DM sent", "Please send the form to the post office in town"),
]
TONE_EXAMPLES = [
    ("angry_emoji", "again 😡", "again 😊"),
    ("warm_emoji", "bread 😍", "bread 🍞"),
    ("laughing_emoji", "bread 😂", "bread 🍞"),
    ("shouting", "WHERE IS MY BREAD", "The BBC and NASA"),
    ("outcry", "What?!", "What?"),
]
STAKE_EXAMPLES = [
    ("danger", "The charger caught fire", "The chef lit the grill"),
    ("fraud", "My account was hacked", "My account was opened in May"),
    ("journey", "We are stranded with two children", "We are home with two children"),
    ("money", "You charged me twice", "You charge a fair price"),
    ("deadline", "I need it before my wedding", "I need it some day"),
    ("lost_all", "All my photos are gone", "All my photos are here"),
    ("repeated", "I have called five times about this", "I called about this"),
    ("leaving", "Never again", "See you again"),
    ("authority", "My lawyer will write to you", "My sister will write to you"),
    ("outage", "Is your network down again", "I sat down again"),
]
# Words of their own for each language: the rules are the same, the people are not.
EUROPEAN_EXAMPLES = {
    "es": {
        "failure": "La aplicación no funciona",
        "mishap": "Mi maleta está perdida",
        "verdict": "Un servicio pésimo",
        "waiting": "Llevo tres horas esperando",
        "demand": "Exijo un reembolso",
        "leaving": "Nunca más compro aquí",
        "thanks": "Gracias por la ayuda",
        "delight": "El pan es excelente",
        "asks": "¿Cuándo abre la tienda?",
        "question_mark": "¿Abierto?",
        "wish": "Ojalá abrieran en mi pueblo",
        "giveaway": "Participa en el sorteo",
    },
    "pt": {
        "failure": "O aplicativo não funciona",
        "mishap": "O pedido não chegou",
        "verdict": "Atendimento péssimo",
        "waiting": "Estou esperando a resposta",
        "demand": "Quero meu dinheiro",
        "leaving": "Nunca mais compro com vocês",
        "thanks": "Obrigada pela ajuda",
        "delight": "O pão é maravilhoso",
        "asks": "Quando abre a loja?",
        "question_mark": "Aberto?",
        "wish": "Seria legal uma loja aqui",
        "giveaway": "Participe do sorteio",
    },
    "fr": {
        "failure": "L'appli ne marche plus",
        "mishap": "Mon colis n'est jamais arrivé",
        "verdict": "C'est une honte",
        "waiting": "J'attends depuis deux heures",
        "demand": "Je veux un remboursement",
        "leaving": "Plus jamais chez vous",
        "thanks": "Merci pour votre aide",
        "delight": "Le pain est excellent",
        "asks": "Quand ouvre le magasin ?",
        "question_mark": "Ouvert ?",
        "wish": "Ce serait top une boutique ici",
        "giveaway": "Participez au concours",
    },
    "de": {
        "failure": "Die App funktioniert seit gestern nicht",
        "mishap": "Mein Paket ist verloren",
        "verdict": "Das ist eine Frechheit",
        "waiting": "Ich warte immer noch",
        "demand": "Ich will mein Geld zurück",
        "leaving": "Nie wieder bei euch",
        "thanks": "Vielen Dank für die Hilfe",
        "delight": "Das Brot ist großartig",
        "asks": "Wann öffnet der Laden?",
        "question_mark": "Offen?",
        "wish": "Wäre schön, wenn es einen Laden gäbe",
        "giveaway": "Macht mit beim Gewinnspiel",
    },
    "it": {
        "failure": "L'app non funziona",
        "mishap": "Il pacco è in ritardo",
        "verdict": "Servizio vergognoso",
        "waiting": "Aspetto da tre ore",
        "demand": "Voglio un rimborso",
        "leaving": "Mai più da voi",
        "thanks": "Grazie per l'aiuto",
        "delight": "Il pane è ottimo",
        "asks": "Quando apre il negozio?",
        "question_mark": "Aperto?",
        "wish": "Sarebbe bello un negozio qui",
        "giveaway": "Vinci con il concorso",
    },
}
PLAIN = {
    "es": "El pan está en la mesa de la cocina",
    "pt": "O pão está na mesa da cozinha",
    "fr": "Le pain est sur la table de la cuisine",
    "de": "Das Brot liegt auf dem Tisch in der Küche",
    "it": "Il pane sta sul tavolo della cucina",
}
EUROPEAN_STAKE_EXAMPLES = {
    "es": {
        "danger": "El cargador echó humo",
        "fraud": "Me robaron la cuenta",
        "journey": "Estamos tirados en la terminal",
        "money": "Me cobraron dos veces",
        "deadline": "Es urgente",
        "lost_all": "Sin internet en casa",
        "repeated": "Es la tercera vez que llamo",
        "leaving": "No vuelvo a comprar",
        "authority": "Mi abogado les escribirá",
        "outage": "Se cayó la red",
    },
    "pt": {
        "danger": "Saiu fumaça do carregador",
        "fraud": "Minha conta foi clonada",
        "journey": "Vou dormir no aeroporto",
        "money": "Cobrança indevida no cartão",
        "deadline": "É urgente",
        "lost_all": "Sem internet em casa",
        "repeated": "É a terceira vez que ligo",
        "leaving": "Vou cancelar amanhã",
        "authority": "Vou ao Procon",
        "outage": "O sistema caiu",
    },
    "fr": {
        "danger": "Le chargeur a pris feu",
        "fraud": "Mon compte est piraté",
        "journey": "Nous sommes bloqués à la gare",
        "money": "Rendez-moi mon argent",
        "deadline": "C'est urgent",
        "lost_all": "Plus d'internet à la maison",
        "repeated": "C'est la troisième fois que j'appelle",
        "leaving": "Je résilie demain",
        "authority": "Mon avocat vous écrira",
        "outage": "Une panne chez vous",
    },
    "de": {
        "danger": "Aus dem Ladegerät kam Rauch",
        "fraud": "Mein Konto wurde gehackt",
        "journey": "Wir sind gestrandet",
        "money": "Doppelt abgebucht",
        "deadline": "Es ist dringend",
        "lost_all": "Kein Internet im Haus",
        "repeated": "Ich rufe zum dritten Mal an",
        "leaving": "Ich kündige morgen",
        "authority": "Mein Anwalt schreibt euch",
        "outage": "Schon wieder eine Störung",
    },
    "it": {
        "danger": "Il caricatore ha preso fuoco",
        "fraud": "Carta clonata",
        "journey": "Siamo in aeroporto con i bambini",
        "money": "Ridatemi i miei soldi",
        "deadline": "È urgente",
        "lost_all": "Senza internet in casa",
        "repeated": "È la terza volta che chiamo",
        "leaving": "Faccio la disdetta",
        "authority": "Il mio avvocato vi scriverà",
        "outage": "Rete fuori servizio",
    },
}


def rules_heard(text: str, language: str | None = "en") -> set[str]:
    cues = (*(ENGLISH if language == "en" else EUROPEAN[language or "en"]), *TONE)
    reading = read(text, language)
    return {cue.rule for cue in cues if cue.fires(reading)}


def stakes_heard(text: str, language: str | None = "en") -> set[str]:
    reading = read(text, language)
    return {stake.rule for stake in STAKES if stake.fires(reading, language)}


@pytest.mark.parametrize(("rule", "fires", "silent"), ENGLISH_EXAMPLES + TONE_EXAMPLES)
def test_a_cue_fires_where_it_should_and_only_there(rule: str, fires: str, silent: str) -> None:
    assert rule in rules_heard(fires)
    assert rule not in rules_heard(silent)


@pytest.mark.parametrize(("rule", "fires", "silent"), STAKE_EXAMPLES)
def test_a_stake_fires_where_it_should_and_only_there(rule: str, fires: str, silent: str) -> None:
    assert rule in stakes_heard(fires)
    assert rule not in stakes_heard(silent)


@pytest.mark.parametrize(
    ("language", "rule", "text"),
    [(language, rule, text) for language, texts in EUROPEAN_EXAMPLES.items() for rule, text in texts.items()],
)
def test_a_cue_of_another_language_fires_where_it_should_and_only_there(language: str, rule: str, text: str) -> None:
    assert rule in rules_heard(text, language)
    assert rule not in rules_heard(PLAIN[language], language)


@pytest.mark.parametrize(
    ("language", "rule", "text"),
    [(language, rule, text) for language, texts in EUROPEAN_STAKE_EXAMPLES.items() for rule, text in texts.items()],
)
def test_a_stake_of_another_language_fires_where_it_should_and_only_there(language: str, rule: str, text: str) -> None:
    assert rule in stakes_heard(text, language)
    assert rule not in stakes_heard(PLAIN[language], language)


def test_no_rule_is_without_an_example() -> None:
    assert {cue.rule for cue in (*ENGLISH, *TONE)} == {rule for rule, *_ in ENGLISH_EXAMPLES + TONE_EXAMPLES}
    assert {stake.rule for stake in STAKES} == {rule for rule, *_ in STAKE_EXAMPLES} == set(ENGLISH_STAKES)
    for language, cues in EUROPEAN.items():
        assert {cue.rule for cue in cues} == set(EUROPEAN_EXAMPLES[language])
        assert {stake.rule for stake in STAKES} == set(EUROPEAN_STAKE_EXAMPLES[language])
        assert {stake.rule for stake in STAKES} == set(EUROPEAN_STAKES[language])


def test_sarcastic_thanks_silence_the_real_ones() -> None:
    rules = {cue.rule for cue in heard(ENGLISH, read("Thanks for losing my suitcase"), NO_TERMS)}
    assert "sarcasm" in rules
    assert "thanks" not in rules
