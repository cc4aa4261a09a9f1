from itertools import permutations

from involuntary.model import Case, Finding, LabResult, LikelihoodRatio, Reference, State
from involuntary.model.terms import Term
from involuntary.reason.evidence import collect

JUDGED = Reference("expert-judgement", "judgement")


def told(knowledge, code, state=State.PRESENT, **more):
    return Finding(knowledge.ontology.term(code), state, **more)


def terms(evidence):
    return [(e.term, e.present) for e in evidence if e.kind == "finding"]


def test_a_broader_finding_is_not_counted_beside_a_narrower_one(knowledge):
    broad, narrow = told(knowledge, "HP:0001337"), told(knowledge, "HP:0002322")
    assert terms(collect(Case(findings=(broad, narrow)), knowledge)) == [("HP:0002322", True)]


def test_a_narrower_exclusion_is_not_counted_beside_a_broader_one(knowledge):
    broad, narrow = (told(knowledge, code, State.EXCLUDED) for code in ("HP:0001337", "HP:0002322"))
    assert terms(collect(Case(findings=(broad, narrow)), knowledge)) == [("HP:0001337", False)]


def test_what_one_witness_saw_was_there(knowledge):
    seen, missed = told(knowledge, "HP:0002322"), told(knowledge, "HP:0001337", State.EXCLUDED)
    assert terms(collect(Case(findings=(seen, missed)), knowledge)) == [("HP:0002322", True)]


def test_two_witnesses_of_one_finding_count_once_and_the_surer_one_stands(knowledge):
    by_signal = told(knowledge, "HP:0002380", likelihood_ratio=LikelihoodRatio(3.0, JUDGED))
    by_word = told(knowledge, "HP:0002380")
    for findings in permutations((by_signal, by_word)):
        found = collect(Case(findings=findings), knowledge)
        assert terms(found) == [("HP:0002380", True)]
        assert found[0].weight is None


def test_what_was_told_more_broadly_is_kept_only_where_it_is_surer(knowledge):
    broad, sure = told(knowledge, "HP:0002411"), told(knowledge, "HP:0000317")
    doubtful = told(knowledge, "HP:0000317", likelihood_ratio=LikelihoodRatio(50.0, JUDGED))
    for findings in permutations((broad, doubtful)):
        (found,) = collect(Case(findings=findings), knowledge)
        assert (found.term, [e.term for e in found.surer]) == ("HP:0000317", ["HP:0002411"])
    (found,) = collect(Case(findings=(broad, sure)), knowledge)
    assert found.surer == ()


def test_what_tells_nothing_hides_nothing(knowledge):
    broad = told(knowledge, "HP:0002411")
    for ratio, left in ((1.0, ["HP:0000317", "HP:0002411"]), (1.5, ["HP:0000317"])):
        detail = told(knowledge, "HP:0000317", likelihood_ratio=LikelihoodRatio(ratio, JUDGED))
        assert sorted(e.term for e in collect(Case(findings=(broad, detail)), knowledge)) == left


def test_what_was_not_assessed_is_no_evidence(knowledge):
    assert collect(Case(findings=(told(knowledge, "HP:0002380", State.NOT_ASSESSED),)), knowledge) == ()


def test_the_order_of_telling_does_not_matter(knowledge):
    findings = [told(knowledge, code) for code in ("HP:0002380", "HP:0001324", "HP:0001337")]
    labs = (LabResult("potassium", flag="low"),)
    results = {collect(Case(findings=order, labs=labs), knowledge) for order in permutations(findings)}
    assert len(results) == 1


def test_age_at_onset_is_age_less_duration(knowledge):
    from involuntary.model import Onset

    case = Case(age_years=50.0, onset=Onset("chronic", "10 years", 3652.5))
    age = next(e for e in collect(case, knowledge) if e.kind == "age")
    assert age.number == 40.0


def test_an_unknown_label_never_reaches_the_evidence(knowledge):
    finding = Finding(Term("HP:0002380", "x"), State.PRESENT)
    assert collect(Case(findings=(finding,)), knowledge)[0].term == "HP:0002380"


def test_what_could_not_be_weighed_is_said(knowledge):
    from involuntary.model import Exposure
    from involuntary.reason.assess import assess

    case = Case(
        labs=(
            LabResult("calciumm", 1.6, "mmol/L"),
            LabResult("calcium", 1.6, "furlong"),
            LabResult("calcium", flag="low"),
        ),
        exposures=(Exposure("zzz"), Exposure("furosemide", "drug")),
    )
    assert assess(case, knowledge).notes == (
        "zzz: no such substance or activity in the knowledge base; it was not weighed",
        "calcium 1.6 furlong: no usual range is known in this unit; it was not weighed: give a flag beside it",
        "calciumm 1.6 mmol/L: no such test in the knowledge base; it was not weighed",
    )


def test_an_age_at_onset_that_nobody_told_is_not_invented(knowledge):
    from involuntary.model import Onset

    (acute,) = (e for e in collect(Case(age_years=57.0, onset=Onset("acute")), knowledge) if e.kind == "age")
    (chronic,) = (e for e in collect(Case(age_years=57.0, onset=Onset("chronic")), knowledge) if e.kind == "age")
    assert (acute.name, acute.value) == ("age 57", "")
    assert (chronic.name, chronic.value) == ("age 57, begun before", "before")
