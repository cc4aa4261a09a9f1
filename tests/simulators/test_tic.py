import numpy as np

from involuntary.simulators import simulate


def test_suppression_leaves_few_and_urges_come_before():
    recording, (truth,) = simulate("tic", 600, 1, suppressed_share=0.1, urge_share=1.0)
    onset = np.unique(np.round(truth.onset_s, 3))
    held = [(a.onset_s, a.onset_s + a.duration_s) for a in recording.annotations if a.text == "suppress"]
    inside = sum(np.count_nonzero((onset >= a) & (onset < b)) for a, b in held)
    assert inside < 0.3 * (onset.size - inside)
    urges = np.array([a.onset_s for a in recording.annotations if a.text == "urge"])
    first = np.sort(truth.onset_s)
    assert all(np.any((first > u) & (first - u <= 3.01)) for u in urges)


def test_a_kind_of_tic_always_moves_the_same_muscles():
    _, (truth,) = simulate("tic", 120, 2)
    kinds = {name: set(truth.on(name).features["tic_kind"]) for name in set(truth.channel)}
    assert kinds == {"orbicularis oculi": {0.0}, "sternomastoid": {1.0}, "trapezius": {1.0, 2.0}}
    assert np.all((truth.duration_s >= 0.06) & (truth.duration_s <= 0.45))


def test_the_eeg_is_there_only_where_a_readiness_potential_is_asked_for():
    names = [[c.name for c in simulate("tic", 10, 1, readiness_uv=uv)[0].channels] for uv in (0, 8)]
    assert "Cz" not in names[0]
    assert names[1][-1] == "Cz"
