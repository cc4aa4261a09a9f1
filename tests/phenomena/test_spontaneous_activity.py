import pytest

import involuntary as iv
from involuntary.model import State
from shared_data import shared

_NAMED = {
    "fibrillation": "HP:0010546",
    "positive-sharp-wave": "HP:0030007",
    "fasciculation": "HP:0002380",
    "myotonic": "HP:0100284",
    "complex-repetitive": "HP:0003457",
}


def _observed(recording):
    return iv.observe(recording, phenomena=["spontaneous-activity"])


@pytest.mark.parametrize("activity", sorted(_NAMED))
def test_each_activity_is_named_and_nothing_else(activity):
    recording, (truth,) = iv.simulate("needle-spontaneous", 20, 4, activity=activity)
    shown = _observed(recording)
    assert [(f.term.id, f.state) for f in shown.findings] == [(_NAMED[activity], State.PRESENT)]
    (finding,) = shown.findings
    assert finding.because
    assert finding.source is not None
    assert len(shown.events[0]) >= 0.8 * len(truth) / (1 if activity != "complex-repetitive" else 2)


@pytest.mark.parametrize("activity", ["end-plate", "silence"])
def test_what_healthy_muscle_does_at_rest_is_no_finding(activity):
    recording, _ = iv.simulate("needle-spontaneous", 20, 1, activity=activity)
    assert [f.state for f in _observed(recording).findings] == [State.NOT_ASSESSED]


@pytest.mark.parametrize("muscle", ["healthy", "neurogenic", "myopathic"])
@pytest.mark.parametrize("units", [1, 5])
def test_a_willed_contraction_is_indeterminate(muscle, units):
    recording, _ = iv.simulate("needle", 10, 3, muscle=muscle, units=units, interval_cv=0.1)
    (finding,) = _observed(recording).findings
    assert finding.state is State.NOT_ASSESSED
    assert "rest" in finding.rule or "no potential" in finding.rule or "end-plate" in finding.rule


def test_nothing_is_named_in_people_who_contract():
    folder = shared("data", "needle-emg-example")
    for name in ("healthy", "neuropathy", "myopathy"):
        (finding,) = _observed(iv.read(folder / f"emg_{name}.edf")).findings
        assert finding.state is State.NOT_ASSESSED
        assert "may not have been at rest" in finding.rule
