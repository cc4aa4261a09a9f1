import numpy as np
import pytest

from involuntary import simulate
from involuntary.phenomena._unit import fibre_series
from involuntary.phenomena._unit.fibre_series import FibreSeriesRule


def _found(seed=3, **settings):
    recording, (truth,) = simulate("needle-spontaneous", 15, seed, **settings)
    return fibre_series.detect(recording, 0, FibreSeriesRule()), truth


def test_a_series_is_one_fibre():
    found, truth = _found(activity="fibrillation", sources_n=1, rate_hz=6.0)
    (series,) = found.series
    assert series.rows.size >= 0.98 * len(truth)
    assert series.rate_hz == pytest.approx(6.0, rel=0.3)
    assert series.unevenness == pytest.approx(0.03, abs=0.015)
    assert series.own_share == 1.0
    assert series.shape is not None
    assert series.shape.amplitude_uv == pytest.approx(np.median(truth.features["amplitude_uv"]), rel=0.1)


def test_a_series_goes_on_as_it_waxes_and_wanes():
    found, _ = _found(activity="myotonic", sources_n=1, rate_hz=60.0)
    assert len(found.series) >= 3
    for series in found.series:
        assert series.size_range > 0.4
        assert series.rate_range > 0.2
        assert series.unevenness < 0.03


def test_a_positive_sharp_wave_is_told_from_a_spike_in_either_polarity():
    for activity, sharp in (("positive-sharp-wave", True), ("fibrillation", False)):
        found, _ = _found(activity=activity, sources_n=1)
        assert [series.sharp_then_slow for series in found.series] == [sharp]


def test_noise_holds_no_potential():
    found, _ = _found(activity="silence")
    assert found.time_s.size == 0
    assert found.series == ()


def test_how_thick_is_unknown_where_potentials_are_too_many():
    recording, _ = simulate("needle-spontaneous", 15, 3, activity="fibrillation", sources_n=1, rate_hz=6.0)
    found = fibre_series.detect(recording, 0, FibreSeriesRule(most_n=10))
    assert found.time_s.size > 10
    assert found.series == ()
    assert np.all(np.isnan(found.thickness_ms))
