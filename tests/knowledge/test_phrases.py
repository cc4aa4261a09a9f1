from involuntary.knowledge import load
from involuntary.knowledge.phrases import composed, lay_words
from involuntary.knowledge.words import LINKS, words_of


def test_lay_words_name_current_terms_where_the_ontology_has_them():
    ontology = load().ontology
    known = [lay for lay in lay_words() if lay.hpo and ontology.find(lay.hpo) >= 0]
    assert len(known) > 300
    assert not [lay.hpo for lay in known if ontology.is_obsolete(lay.hpo)]
    assert len({lay.hpo for lay in lay_words()}) == len(lay_words())


def test_no_lay_word_loses_its_meaning_with_its_empty_words():
    for lay in lay_words():
        for phrase in (*lay.words, *lay.excluded_by):
            assert {w.stem for w in words_of(phrase) if w.stem[0].isalnum()} - LINKS - {"cannot", "troubl"}, phrase


def test_few_phrases_of_several_words_come_down_to_one():
    """*Going* and *back* are read over: *hearing is going* would be told by every word of hearing."""
    lone = {
        phrase
        for lay in lay_words()
        for phrase in (*lay.words, *lay.excluded_by)
        if lay.hpo and " " in phrase and len({w.stem for w in words_of(phrase)}) == 1
    }
    assert lone == {
        "getting fatter", "in turmoil", "keeps falling", "on a ventilator", "on dialysis", "on insulin", "on tiptoes",
        "painful contraction", "painful cramp", "painful spasm", "very thirsty", "was revived",
    }  # fmt: skip


def test_composed_words_name_terms_of_the_ontology_once_in_a_row():
    ontology = load().ontology
    for sign in composed():
        codes = [place.hpo for place in sign.of]
        assert len(codes) == len(set(codes)), sign.words
        assert all(ontology.find(code) >= 0 for code in codes)


def test_what_is_wrong_and_where_tell_a_finding_in_any_order():
    knowledge = load()
    for text, label in (
        ("my thumbs have grown thin", "Hand muscle atrophy"),
        ("weakness of the left forearm", "Distal upper limb muscle weakness"),
        ("gait: broad-based", "Broad-based gait"),
        ("the calves look bulky", "Calf muscle hypertrophy"),
        ("ammonia was raised", "Hyperammonemia"),
    ):
        (match,) = knowledge.lexicon.find(words_of(text))
        assert (knowledge.ontology.label(match.term), match.excluded) == (label, False)


def test_what_works_as_it_should_excludes_a_finding():
    knowledge = load()
    (match,) = knowledge.lexicon.find(words_of("swallowing is unaffected"))
    assert (knowledge.ontology.label(match.term), match.excluded) == ("Dysphagia", True)


def test_nothing_is_shared_over_a_link_with_a_determiner():
    knowledge = load()
    found = {
        knowledge.ontology.label(m.term) for m in knowledge.lexicon.find(words_of("weak hands and my calves itch"))
    }
    assert not [label for label in found if "ower limb" in label]


def test_a_complaint_before_a_comma_is_told():
    knowledge = load()
    found = {knowledge.ontology.label(m.term) for m in knowledge.lexicon.find(words_of("joint pain, restless legs"))}
    assert found == {"Arthralgia", "Restless legs"}


def test_a_pair_that_tells_a_finding_borrows_no_third_word_over_a_link():
    knowledge = load()
    matches = knowledge.lexicon.find(words_of("pulse fast and pressure low"))
    assert {knowledge.ontology.label(match.term) for match in matches} == {"Tachycardia", "Hypotension"}
    matches = knowledge.lexicon.find(words_of("pain and trouble passing urine"))
    assert "Dysuria" in {knowledge.ontology.label(match.term) for match in matches}
