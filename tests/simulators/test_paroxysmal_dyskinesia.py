import numpy as np
import pytest

from involuntary.simulators import simulate


def test_the_arm_moves_in_attacks_alone_and_triggers_lead_them():
    recording, (truth,) = simulate("paroxysmal-dyskinesia", 300, 1, trigger_share=1)
    one = truth.on("wrist flexor")
    turned = np.sqrt(sum(recording.samples(c) ** 2 for c in (2, 3, 4)))
    time = np.arange(turned.size) / 100
    inside = np.any([(time > a) & (time < b) for a, b in zip(one.onset_s, one.stop_s, strict=True)], axis=0)
    assert turned[inside].mean() > 20 * turned[~inside].mean()
    triggers = [a.onset_s for a in recording.annotations if a.text.startswith("trigger")]
    assert one.onset_s - one.features["lag_s"] == pytest.approx(triggers)
    assert np.all((one.duration_s >= 5) & (one.duration_s <= 45))


def test_a_log_may_miss_attacks():
    noted = [simulate("paroxysmal-dyskinesia", 900, 1, logged_share=s)[0].annotations for s in (1.0, 0.0)]
    logged = [sum(a.text == "attack" for a in marks) for marks in noted]
    assert logged[0] > 3
    assert logged[1] == 0
