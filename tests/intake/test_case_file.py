import json

import pytest

from involuntary.errors import CaseError
from involuntary.intake import read_case
from involuntary.knowledge import load
from involuntary.model import Exposure, LabResult, Onset, State

WHOLE = """
age: 58
sex: male
setting: primary
onset: {kind: subacute, duration: 3 months}
text: My calves twitch.
findings:
  - {hpo: "HP:0002380", label: Fasciculations, state: present, side: left, note: calf at rest}
  - {hpo: "HP:0001324", state: excluded}
exposures:
  - {substance: furosemide, kind: drug}
labs:
  - {name: calcium, value: 1.62, unit: mmol/L}
  - {name: potassium, flag: low}
signals:
  - "EMG: continuous motor unit activity at rest"
recordings: [left_calf.bdf]
id: seven
source: {doi: 10.1000/xyz}
answer: {condition: never read}
"""


@pytest.fixture(scope="session")
def knowledge():
    return load()


@pytest.fixture
def read(tmp_path, knowledge):
    def read(text, name="case.yaml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_case(path, knowledge)

    return read


def test_a_whole_case_is_read(read, tmp_path):
    case = read(WHOLE)
    assert (case.age_years, case.sex, case.setting, case.id) == (58.0, "male", "primary", "seven")
    assert case.onset == Onset("subacute", "3 months", pytest.approx(91.3125))
    told = [f for f in case.findings if not f.note.startswith("told: ")]
    assert [(f.term.id, f.term.label, f.state, f.side, f.note) for f in told] == [
        ("HP:0002380", "Fasciculations", State.PRESENT, "left", "calf at rest"),
        ("HP:0001324", "Muscle weakness", State.EXCLUDED, "", ""),
    ]
    assert case.exposures == (Exposure("furosemide", "drug"),)
    assert case.labs == (LabResult("calcium", 1.62, "mmol/L"), LabResult("potassium", flag="low"))
    assert case.signals == ("EMG: continuous motor unit activity at rest",)
    assert case.recordings == (str(tmp_path / "left_calf.bdf"),)


def test_json_says_the_same_as_yaml(read):
    case = {"age": "P6M", "onset": "acute", "findings": [{"hpo": "HP:0001281", "label": "Tetany"}]}
    text = json.dumps(case)
    from_json = read(text, "case.json")
    assert from_json == read(text, "case.yaml")
    assert from_json.age_years == pytest.approx(0.5)
    assert from_json.onset.kind == "acute"


def test_exact_synonyms_and_merged_codes_are_understood(read):
    case = read('findings: [{hpo: "HP:0009018", label: Muscle cramps}]')
    assert case.findings[0].term.id == "HP:0003394"


def test_text_and_signals_add_what_the_findings_do_not_say(read):
    case = read("text: I have double vision but no tremor.\nfindings: [{hpo: 'HP:0001337', state: present}]")
    states = {f.term.label: f.state for f in case.findings}
    # What is coded stands over what the text says of the same finding.
    assert states == {"Tremor": State.PRESENT, "Diplopia": State.PRESENT}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("agee: 5", "case.yaml: unknown key 'agee' (did you mean 'age'?); known keys: age, sex, "),
        ("age: 200", "case.yaml.age: must lie between 0 and 130 years; got 200.0"),
        ("age: .nan", "case.yaml.age: must be finite; got nan"),
        ("age: five", "case.yaml.age: must be years or an ISO 8601 duration such as P58Y; got 'five'"),
        ("age: true", "case.yaml.age: must be a number; got True"),
        ("sex: man", "case.yaml.sex: must be one of male, female, other, unknown"),
        ("setting: clinic", "case.yaml.setting: must be one of primary, emergency, neurology, other; got 'clinic'"),
        ("onset: {kind: sudden}", "case.yaml.onset.kind: must be one of acute, subacute, chronic; got 'sudden'"),
        ("onset: slow", "case.yaml.onset: must be one of acute, subacute, chronic; got 'slow'"),
        ("findings: {hpo: x}", "case.yaml.findings: must be a list; got a mapping"),
        (
            "findings: [x]",
            "case.yaml.findings[0]: must be a mapping with the keys hpo, label, state, side, note, onset; got text",
        ),
        ("findings: [{label: Tremor}]", "case.yaml.findings[0].hpo: is required; 'Tremor' is HP:0001337"),
        (
            "findings: [{hpo: 'HP:9999999'}]",
            "case.yaml.findings[0].hpo: HP:9999999: is no code of HPO 2025-01-16; the nearest is ",
        ),
        (
            "findings: [{hpo: 'HP:0002380', label: Tremor}]",
            "case.yaml.findings[0].label: does not match HP:0002380, which is 'Fasciculations'; got 'Tremor'; "
            "'Tremor' is HP:0001337",
        ),
        (
            "findings: [{hpo: 'HP:0002380', state: presnt}]",
            "case.yaml.findings[0].state: must be one of present, excluded, not assessed (did you mean 'present'?); "
            "got 'presnt'",
        ),
        (
            "labs: [{name: calcium, value: 1, unit: mmol/Lx}]",
            "case.yaml.labs[0].unit: is no known laboratory unit (did you mean 'mmol/L'?); got 'mmol/Lx'; "
            "or give a flag beside it",
        ),
        ("labs: [{name: calcium}]", "case.yaml.labs[0].value: or a flag is required; flags: low, high, normal, "),
        ("labs: [{name: calcium, value: .inf}]", "case.yaml.labs[0].value: must be finite; got inf"),
        ("labs: [{name: calcium, value: 1.6}]", "case.yaml.labs[0].unit: is required beside a value; or give a flag"),
        (
            "labs: [{name: calcium, value: -1.6, unit: mmol/L}]",
            "case.yaml.labs[0].value: must not be negative, but for a base excess; got -1.6",
        ),
        (
            "findings: [{hpo: 'HP:0001337', side: top}]",
            "case.yaml.findings[0].side: must be one of left, right, both, midline",
        ),
        (
            "findings: [{hpo: 'HP:0001337'}, {hpo: 'HP:0001337', state: excluded}]",
            "case.yaml.findings: HP:0001337 'Tremor' is given as present and as excluded; keep what holds, or state",
        ),
        ("exposures: [{kind: drug}]", "case.yaml.exposures[0].substance: is required"),
        ("signals: [3]", "case.yaml.signals[0]: must be text; got 3"),
        ("age: 5\nage: 6", "case.yaml: the key 'age' is given twice; keep one"),
        ("age: [", "case.yaml: is not valid YAML; got line 1: "),
        ("- a", "case.yaml: must be a mapping with the keys age, sex, "),
        (b"\xff\xfe\x00", "case.yaml: must be UTF-8 text; got byte 0 is not; save it as UTF-8"),
        ("", "case.yaml: the file is empty"),
        ("a: &a [*a]", "case.yaml: unknown key 'a'"),
    ],
)
def test_what_breaks_the_form_is_refused_in_one_line(read, text, message):
    with pytest.raises(CaseError) as refused:
        read(text)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path, knowledge):
    with pytest.raises(CaseError, match=r"^gone.yaml: no such file; check the path$"):
        read_case(tmp_path / "gone.yaml", knowledge)


def test_broken_json_names_its_line(read):
    with pytest.raises(CaseError, match=r"^case.json: is not valid JSON; got line 2: "):
        read('{"age": 5,\n"sex": }', "case.json")
    with pytest.raises(CaseError, match=r"^case.json: the key 'age' is given twice; keep one$"):
        read('{"age": 5, "age": 6}', "case.json")
    with pytest.raises(CaseError, match=r"^case.json: is nested too deeply$"):
        read('{"age": ' + "[" * 100_000, "case.json")


def test_identity_is_refused_as_an_unknown_key(read):
    with pytest.raises(CaseError, match="^case.yaml: unknown key 'name'"):
        read("name: Jane Doe")


@pytest.mark.parametrize("value", ["1:320", "<3.0", "raised"])
def test_a_value_in_words_stands_where_a_flag_reads_it(read, value):
    (lab,) = read(f"labs: [{{name: ASO titre, value: '{value}', flag: high, note: twice}}]").labs
    assert (lab.value, lab.flag, lab.note) == (None, "high", f"{value}; twice")
