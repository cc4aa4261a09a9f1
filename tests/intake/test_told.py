from involuntary.intake.told import with_text
from involuntary.knowledge import load
from involuntary.model import Case, Exposure, LabResult, Onset, State

TEXT = (
    "I am a 58-year-old man. For three weeks my calves twitch. I take furosemide. Potassium was 2.9 mmol/L. No fever."
)


def test_a_bare_text_becomes_a_case():
    case = with_text(Case(text=TEXT), load())
    assert (case.age_years, case.sex, case.onset.duration_days) == (58.0, "male", 21.0)
    assert {(f.term.label, f.state) for f in case.findings} == {
        ("Fasciculations", State.PRESENT),
        ("Fever", State.EXCLUDED),
        ("Hypokalemia", State.PRESENT),  # the potassium of 2.9
    }
    assert case.exposures == (Exposure("furosemide", "drug", "told"),)
    assert case.labs == (LabResult("Potassium", 2.9, "mmol/L", note="told"),)


def test_what_is_stated_stands():
    stated = Case(
        age_years=40.0,
        sex="female",
        onset=Onset("chronic"),
        text=TEXT,
        exposures=(Exposure("furosemide", "drug", "40 mg"),),
        labs=(LabResult("potassium", flag="normal"),),
    )
    case = with_text(stated, load())
    assert (case.age_years, case.sex, case.onset) == (40.0, "female", Onset("chronic"))
    assert (case.exposures, case.labs) == (stated.exposures, stated.labs)
    assert "Hypokalemia" not in {finding.term.label for finding in case.findings}


def test_results_in_words_are_read_too():
    case = with_text(Case(signals=("EMG: fasciculation potentials, twitching at rest",)), load())
    assert "Fasciculations" in {f.term.label for f in case.findings}


def test_without_words_a_case_stays_as_it_is():
    case = Case(age_years=3.0)
    assert with_text(case, load()) is case


def test_a_water_tablet_is_one_of_the_drugs_listed():
    listed = (Exposure("hydrochlorothiazide", "drug"),)
    assert with_text(Case(text="Since a water tablet I cramp.", exposures=listed), load()).exposures == listed
    assert with_text(Case(text="Since a water tablet I cramp."), load()).exposures[0].substance == "water tablet"
