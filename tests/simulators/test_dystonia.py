import numpy as np
import pytest

from involuntary.errors import ParameterError
from involuntary.simulators import simulate


def _level(recording, channel, start, stop):
    rate = recording.channels[channel].rate_hz
    return np.std(recording.samples(channel, round(start * rate), round(stop * rate)))


def test_antagonists_contract_where_the_truth_says_and_rest_elsewhere():
    recording, (truth,) = simulate("dystonia", 60, 1)
    flexor = truth.on("wrist flexor")
    assert (flexor.onset_s == truth.on("wrist extensor").onset_s).all()
    for channel in (0, 1):
        for start, stop, following in zip(flexor.onset_s[:-1], flexor.stop_s[:-1], flexor.onset_s[1:], strict=True):
            pulled = _level(recording, channel, start + 0.1, stop - 0.1)
            assert pulled > 5 * _level(recording, channel, stop + 0.1, following - 0.02)


def test_a_task_asks_for_one_muscle_and_the_truth_holds_the_others():
    recording, (truth,) = simulate("dystonia", 60, 1, condition="task")
    assert set(truth.channel) == {"wrist extensor", "biceps"}
    assert [a.text for a in recording.annotations[:3]] == ["mvc wrist flexor", "mvc wrist extensor", "mvc biceps"]
    assert {a.text for a in recording.annotations[3:]} == {"task wrist flexor"}


def test_it_refuses_another_condition():
    with pytest.raises(ParameterError, match="must be rest or task"):
        simulate("dystonia", 10, 1, condition="sleep")
