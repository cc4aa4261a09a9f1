import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError


@pytest.fixture(scope="module")
def quiet():
    return simulate("grid", 12, 3, units=8, fibres=2400, rows_n=3, columns_n=2, noise_uv=0.5, mains_uv=0)


def test_the_average_at_the_truth_is_the_potential(quiet):
    recording, (truth,) = quiet
    names = [channel.name for channel in recording.channels]
    largest = np.argmax(truth.features["amplitude_uv"])
    own = truth[truth.features["unit_id"] == truth.features["unit_id"][largest]]
    x = recording.samples(names.index(own.channel[0])) * 1e6
    n = int(own.duration_s[0] * 2048) + 2
    mean = np.mean([x[int(t * 2048) : int(t * 2048) + n] for t in own.onset_s], axis=0)
    assert len(own) > 50
    assert np.ptp(mean) == pytest.approx(own.features["amplitude_uv"][0], rel=0.1)


def test_discharges_precede_their_potentials(quiet):
    _, (truth,) = quiet
    lead = truth.onset_s - truth.features["discharge_s"]
    assert np.all((lead >= -0.002) & (lead < 0.03))


def test_surface_signals_stay_below_five_millivolts_and_above_noise(quiet):
    recording, _ = quiet
    assert 10e-6 < np.abs(recording.samples(2)).max() < 5e-3


def test_rows_lag_by_the_conduction_velocity():
    recording, _ = simulate("grid", 3, 1, units=8, fibres=2000, rows_n=4, columns_n=1, first_mm=20, noise_uv=0.5,
                            mains_uv=0)  # fmt: skip
    row = [recording.samples(i) for i in range(4)]
    # Differences of neighbours along the fibres leave out what does not travel.
    near, far = row[0] - row[1], row[2] - row[3]
    lag = np.argmax(np.correlate(far, near, "full")) - (len(near) - 1)
    assert 0.016 / (lag / 2048) == pytest.approx(4.0, rel=0.2)


def test_units_without_fibres_are_silence():
    recording, (truth,) = simulate("grid", 2, 0, units=3, fibres=0, rows_n=2, columns_n=1, noise_uv=0, mains_uv=0)
    assert not recording.samples(0).any()
    assert len(truth) == 0


def test_neurones_with_conductances_fire_too_and_others_are_refused():
    asked = {"units": 6, "fibres": 600, "rows_n": 2, "columns_n": 1}
    _, (truth,) = simulate("grid", 4, 0, neurones="conductances", **asked)
    assert len(truth) > 20
    with pytest.raises(ParameterError) as caught:
        simulate("grid", 4, 0, neurones="other", **asked)
    assert str(caught.value) == "grid.neurones: must be renewal or conductances; got 'other'"
