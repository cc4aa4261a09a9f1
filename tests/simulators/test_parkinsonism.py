import numpy as np
import pytest

import involuntary as iv
from involuntary.errors import ParameterError


@pytest.mark.parametrize("shrink", [0.0, 3.0])
def test_what_is_measured_is_what_was_made(shrink):
    recording, (_, moved) = iv.simulate(
        "parkinsonism", 45, 1, shrink_percent=shrink, slow_percent=0, hesitation_share=0
    )
    observation = iv.observe(recording, ["parkinsonism"])
    values = {m.id.split(".")[1].split("@")[0]: m.value for m in observation.measurements}
    assert values["rate"] == pytest.approx(1 / np.median(moved.duration_s), rel=0.03)
    assert values["amplitude_change"] == pytest.approx(-shrink, abs=0.2)


def test_the_rest_before_the_task_trembles():
    recording, (trembled, _) = iv.simulate("parkinsonism", 60, 2, rest_s=30)
    assert trembled.stop_s.tolist() == [30.0]
    observation = iv.observe(recording, ["tremor"])
    frequency = next(m.value for m in observation.measurements if m.id.startswith("tremor.frequency"))
    assert frequency == pytest.approx(5.0, abs=0.05)
    assert any(f.term.label == "Resting tremor" and f.state == "present" for f in observation.findings)


def test_hesitations_are_longer_pauses():
    _, (_, even) = iv.simulate("parkinsonism", 60, 3, hesitation_share=0)
    _, (_, halting) = iv.simulate("parkinsonism", 60, 3, hesitation_share=0.2)
    pause = [e.onset_s[1:] - e.stop_s[:-1] for e in (even, halting)]
    assert np.all(pause[0] < 1e-9)
    assert np.any(pause[1] > 1.0)


def test_an_unknown_task_is_refused():
    with pytest.raises(ParameterError, match="must be one of tapping, agility, pronation"):
        iv.simulate("parkinsonism", 10, 1, task="writing")
