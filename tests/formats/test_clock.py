"""Time stamps: even ones kept to the sample, uneven ones measured, gaps left open."""

import numpy as np
import pytest

from involuntary.errors import ParameterError, RecordingError
from involuntary.formats.clock import measure_clock


def _clock(stamps, scale=1.0, resampling="linear"):
    return measure_clock(np.asarray(stamps, float), scale, "f.csv", resampling)


@pytest.mark.parametrize("rate", [50, 99.5, 1000, 1024, 2000, 2048, 23437.5, 4000 / 3])
@pytest.mark.parametrize("decimals", [4, 6, 9])
def test_even_stamps_rounded_to_any_decimal_keep_their_samples(rate, decimals):
    if rate > 10 ** (decimals - 1):
        pytest.skip("stamps so coarse repeat")
    stamps = np.round(np.arange(5000) / rate, decimals)
    clock = _clock(stamps)
    assert clock.even
    assert clock.notes == ()
    assert clock.rate_hz == pytest.approx(rate, rel=10.0**-decimals)
    values = np.random.default_rng(3).normal(size=5000)
    assert clock.apply(values) is values


def test_the_unit_of_the_stamps_is_heeded():
    assert _clock(np.arange(100) * 0.5, 1e-3).rate_hz == 2000


def test_uneven_stamps_are_measured_and_resampled():
    time = np.arange(4000) / 100 + np.random.default_rng(3).uniform(-0.003, 0.003, 4000)
    clock = _clock(time)
    assert not clock.even
    assert clock.rate_hz == 100
    wave = clock.apply(np.sin(2 * np.pi * 5 * time))
    truth = np.sin(2 * np.pi * 5 * (time[0] + np.arange(wave.size) / 100))
    # Linear interpolation of a sine errs by at most (π f step)² / 2.
    assert np.max(np.abs(wave - truth)) < (np.pi * 5 * np.diff(time).max()) ** 2 / 2
    assert clock.notes[0].startswith("uneven time steps, median ")
    assert "resampled to 100 Hz by linear interpolation" in clock.notes[0]
    steps = np.diff(time) * 1e3
    assert f"longest {steps.max():.4g} ms" in clock.notes[0]
    assert f"percentile {np.percentile(steps, 5):.4g} to {np.percentile(steps, 95):.4g} ms" in clock.notes[0]


def test_a_gap_stays_a_gap():
    time = np.concatenate([np.arange(100), np.arange(200, 300)]) / 100
    clock = _clock(time)
    assert clock.even
    assert list(clock.segments) == [(0.0, 1.0), (2.0, 3.0)]
    np.testing.assert_array_equal(clock.apply(np.arange(200.0)), np.arange(200.0))
    assert clock.notes == ("1 gaps of more than 5 steps, 1.01 s in all, are not filled in",)


def test_a_gap_in_uneven_stamps_is_not_interpolated():
    time = np.sort(
        np.concatenate([np.arange(100), np.arange(200, 300)]) / 100 + np.random.default_rng(3).uniform(0, 0.004, 200)
    )
    clock = _clock(time)
    values = clock.apply(np.where(time < 1.5, -1.0, 1.0))
    assert set(values) == {-1.0, 1.0}
    assert len(clock.segments) == 2
    assert values.size == round(clock.segments.total_s * clock.rate_hz)


def test_samples_that_stand_alone_are_counted():
    time = np.concatenate([np.arange(100), [150], np.arange(200, 300)]) / 100
    assert _clock(time).notes[0].endswith("; 1 samples that stand alone are left out")


@pytest.mark.parametrize(
    ("stamps", "message"),
    [
        ([0.0], "f.csv: a time column needs two rows; got 1; state the rate with --set rate_hz=…"),
        ([0, 1, 1e300], "f.csv: times must be finite; got 1e+300; export again"),
        ([0, 1e-15, 2e-15], "f.csv: time steps must last 1e-10 s; got 1e-15 s; check the unit of time"),
        (
            [0, 1, 1, 2],
            (
                "f.csv: time must rise from row to row; got repeated time 1 after 1 in data row 3;"
                " sort the rows and remove repeated ones, or remove the time column and state the rate"
            ),
        ),
        (
            [0, 2, 1],
            (
                "f.csv: time must rise from row to row; got falling time 1 after 2 in data row 3;"
                " sort the rows and remove repeated ones, or remove the time column and state the rate"
            ),
        ),
    ],
)
def test_stamps_that_do_not_rise_are_refused(stamps, message):
    with pytest.raises(RecordingError) as refusal:
        _clock(stamps)
    assert str(refusal.value) == message


def test_resampling_can_be_forbidden():
    with pytest.raises(RecordingError) as refusal:
        _clock([0, 1, 2, 3.5, 4.25], resampling="none")
    assert str(refusal.value) == (
        "f.csv: time steps must be even; got median 1000 ms, 5th to 95th percentile 787.5 to 1425 ms,"
        " longest 1500 ms; allow --set resampling=linear"
    )


def test_an_unknown_resampling_is_refused():
    with pytest.raises(ParameterError, match=r"^resampling: must be one of linear, none; got 'cubic'$"):
        _clock([0, 1, 2], resampling="cubic")
