from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from involuntary.intake.free_text import findings_in, mentions_in, words_in
from involuntary.knowledge import load
from involuntary.model import State

SENTENCES = Path(__file__).with_name("sentences.tsv")
BLIND = Path(__file__).with_name("sentences_blind.tsv")
ORDINARY = Path(__file__).with_name("sentences_ordinary.tsv")
HARD = Path(__file__).with_name("sentences_hard.tsv")
LEAST = 0.95
ABOUT = {"+": "present", "-": "absent", "family:": "family", "unsure:": "unsure"}


@pytest.fixture(scope="session")
def knowledge():
    return load()


def truths(path=SENTENCES):
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            sentence, said = line.split("\t")
            yield sentence, [truth(one.strip()) for one in said.split(";") if one.strip()]


def truth(one):
    sign = next(sign for sign in ABOUT if one.startswith(sign))
    return one.removeprefix(sign), ABOUT[sign]


@cache
def wrong(knowledge):
    """Give what was asked by kind, and each answer that is wrong: sentence, label, truth, what was read."""
    asked, missed = Counter(), []
    for sentence, said in truths():
        read = {knowledge.ontology.term(m.code).label: m.about for m in mentions_in(sentence, knowledge)}
        for label, about in said:
            (index,) = knowledge.ontology.named(label)
            asked[about] += 1
            if read.get(knowledge.ontology.label(index)) != about:
                missed.append((sentence, label, about, read))
        if not said:
            asked["nothing"] += 1
            missed += [(sentence, "", "nothing", read)] if "present" in read.values() else []
    return asked, missed


def test_the_sentences_are_many_and_of_every_kind():
    said = [about for _, said in truths() for _, about in said]
    assert len(list(truths())) >= 200
    assert min(Counter(said)[about] for about in ABOUT.values()) >= 20


@pytest.mark.parametrize("kind", [*ABOUT.values(), "nothing"])
def test_what_sentences_say_is_read(knowledge, kind):
    asked, missed = wrong(knowledge)
    mine = [one for one in missed if one[2] == kind]
    assert len(mine) <= (1 - LEAST) * asked[kind], "\n".join(map(str, mine))


@pytest.mark.parametrize("kind", ["absent", "family"])
@pytest.mark.parametrize("path", [BLIND, ORDINARY, HARD])
def test_what_is_denied_or_a_relatives_is_seldom_read_as_present(knowledge, kind, path):
    asked = wrong = 0
    for sentence, said in truths(path):
        present = {
            knowledge.ontology.term(m.code).label for m in mentions_in(sentence, knowledge) if m.about == "present"
        }
        told = {knowledge.ontology.label(*knowledge.ontology.named(label)) for label, about in said if about == kind}
        own = {
            knowledge.ontology.label(*knowledge.ontology.named(label)) for label, about in said if about == "present"
        }
        asked, wrong = asked + bool(told), wrong + bool(told & present - own)
    assert asked >= 30
    assert wrong <= (1 - LEAST) * asked


def test_what_is_told_both_ways_is_present(knowledge):
    findings = findings_in("No tremor last year. Now I have tremor.", knowledge)
    assert [(f.term.label, f.state, f.note) for f in findings] == [("Tremor", State.PRESENT, "told: tremor")]


def test_a_general_word_gives_way_to_the_same_with_its_place(knowledge):
    labels = [f.term.label for f in findings_in("Pain for a week: belly pain. Tremor and cramps.", knowledge)]
    assert labels == ["Abdominal pain", "Tremor", "Muscle spasm"]


def test_what_a_list_says_once_holds_for_each_item(knowledge):
    found = {f.term.label for f in findings_in("I cannot sleep, lift my arms or climb stairs.", knowledge)}
    assert found == {"Insomnia", "Upper limb muscle weakness", "Proximal muscle weakness"}


def test_case_texts_are_read(knowledge):
    right = told = read = 0
    for text, said in truths(Path(__file__).with_name("case_texts.tsv")):
        present = [knowledge.ontology.named(name) for name, about in said if about == "present"]
        truth = {knowledge.ontology.label(*named) for named in present if named}  # some are newer than the release
        found = {f.term.label for f in findings_in(text, knowledge) if f.state is State.PRESENT}
        right, told, read = right + len(truth & found), told + len(truth), read + len(found)
    assert 2 * right / (told + read) > 0.7


def test_relatives_and_fears_are_no_findings(knowledge):
    assert findings_in("My father had tremor. I am afraid of a stroke.", knowledge) == ()


def test_a_phrase_stays_within_its_clause(knowledge):
    found = {f.term.label for f in findings_in("My legs are fine. Weak coffee is all I drink.", knowledge)}
    assert "Lower limb muscle weakness" not in found


def test_a_long_text_is_read_in_reasonable_time(knowledge):
    import time

    text = "My calves twitch and I have no fever, but my hands shake. " * 1700  # about 100,000 characters
    started = time.perf_counter()
    assert len(findings_in(text, knowledge)) == 3
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        "fit and well",
        "twisted ankle last year",
        "cervical spine normal",
        "in order to stop it",
        "lives alone",
        "for 3 weeks, 4 times a day",
        "drinks alcohol at weekends",
        "thyroid tests normal",
        "worse on cold days",
        "sick leave",
        "the shock absorber of the car",
    ],
)
def test_ordinary_words_tell_no_finding(text, knowledge):
    assert findings_in(text, knowledge) == ()


def test_words_are_those_told_as_being_so():
    words = words_in("My calf cramps at night. No fever. My mother trembles.")
    assert {"calf", "cramp", "night"} <= set(words)
    assert not {"fever", "tremor"} & set(words)
    assert list(words) == sorted(set(words))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I am scared it is motor neurone disease.", set()),
        ("He takes nausea tablets and goes to the epilepsy clinic.", set()),
        ("My eyelid twitches when I am tired or stressed.", {"Eyelid fasciculation"}),
        ("Her bowel was removed for cancer; since then she has diarrhoea.", {"Diarrhea"}),
        ("Weakness absent, cramps present.", {"Muscle spasm"}),
        ("Fasciculations - none seen.", set()),
        ("Neither vomiting nor diarrhoea preceded the cramps.", {"Muscle spasm"}),
        ("Without any weakness, both legs have cramped at night.", {"Muscle spasm"}),
        ("There is no pain, and the eyelid has been flickering for a week.", {"Eyelid fasciculation"}),
        ("Father: tremor. Mother: migraine.", set()),
        ("No weakness, no wasting, and reflexes were brisk.", {"Hyperreflexia"}),
        ("Ptosis (-), diplopia (-), dysphagia (+).", {"Dysphagia"}),
        ("Neg for weakness. It is not a tremor, rather a jerk.", {"Myoclonus"}),
        ("I lost neither weight nor strength.", set()),
        ("We cannot rule out a seizure. Ataxia on my mother's side.", set()),
        ("My leg has a painful cramp.", {"Muscle spasm"}),
        ("It jerks all over when she falls asleep.", {"Myoclonus"}),
        ("reflexes +++", {"Hyperreflexia"}),
        ("No nystagmus, no dysmetria, broad-based gait.", {"Broad-based gait"}),
        ("No spasms so far, yet the jaw is stiff.", {"Trismus"}),
        ("It began without fever, and weakness followed.", {"Muscle weakness"}),
        ("No fever, cough, and rash.", set()),
        ("No fever, cough or rash.", set()),
        ("No red flags: no fever, no weight loss.", set()),
        ("Rigidity and tremor are both absent.", set()),
        ("spazms, diarrea and siezures", {"Muscle spasm", "Diarrhea", "Seizure"}),
        ("He was given an injection against vomiting.", set()),
    ],
)
def test_only_what_is_told_as_being_so_is_present(text, told, knowledge):
    present = {f.term.label for f in findings_in(text, knowledge) if f.state is State.PRESENT}
    assert present == told
