from involuntary.knowledge import load
from involuntary.knowledge.phrases import lay_words
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
