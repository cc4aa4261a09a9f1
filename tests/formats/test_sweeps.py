"""A table of sweeps becomes stretches with a stimulus each."""

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import ReadOptions, read
from involuntary.formats._sweeps import is_sweeps

KINDS = {"response": "surface-emg:mV"}


def table(folder, header="time_ms,1.5,1.5,2 mA", rows=("-1,0,0,0", "0,1,2,3", "1,4,5,6")):
    path = folder / "sweeps.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_a_header_of_numbers_behind_time_is_one_of_sweeps():
    assert is_sweeps(("time_ms", "1.5", "1.5", "2 mA"))
    assert not is_sweeps(("time_ms", "EMG", "1.5"))
    assert not is_sweeps(("1", "2", "3"))
    assert not is_sweeps(("time_ms",))


def test_every_column_is_a_stretch_with_its_mark(tmp_path):
    recording = read(table(tmp_path), ReadOptions(kinds=KINDS, interval_s=0.5))
    (channel,) = recording.channels
    assert (channel.rate_hz, channel.unit, channel.n_samples) == (1000.0, "V", 9)
    np.testing.assert_allclose(recording.samples(0), 1e-3 * np.array([0, 1, 4, 0, 2, 5, 0, 3, 6]))
    np.testing.assert_allclose(recording.segments.start_s, [0, 0.5, 1.0])
    assert [mark.text for mark in recording.annotations] == ["stimulus 1.5", "stimulus 1.5", "stimulus 2 mA"]
    np.testing.assert_allclose([mark.onset_s for mark in recording.annotations], [0.001, 0.501, 1.001])
    assert recording.notes == ()


def test_sweeps_of_unknown_distance_are_put_apart_and_the_result_says_so(tmp_path):
    recording = read(table(tmp_path), ReadOptions(kinds=KINDS))
    assert recording.notes == (
        "the file does not say how far apart its 3 sweeps were; put 10.003 s apart (--set interval_s=…)",
    )


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (("0,1,2,3", "1,1,2,3", "5,4,5,6"), {"kinds": KINDS}, "sweeps.csv: the time of sweeps must have even steps"),
        (("0,1,2,3", "1,4,5,6"), {"kinds": KINDS, "interval_s": 1e-4}, "sweeps of 0.002 s must not overlap"),
        (("0,1,2,3", "1,4,5,6"), {}, "state it with --channel response=KIND:UNIT"),
    ],
)
def test_sweeps_that_cannot_be_are_refused(tmp_path, rows, options, message):
    with pytest.raises(RecordingError) as refusal:
        read(table(tmp_path, rows=rows), ReadOptions(**options))
    assert message in str(refusal.value)
