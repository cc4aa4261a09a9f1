"""Parquet tables as pyarrow writes them."""

import sys

import numpy as np
import pytest

from involuntary.errors import MissingExtraError, RecordingError
from involuntary.formats import ReadOptions, read, write
from involuntary.model import Channel, ChannelKind, Intervals, Recording
from involuntary.testing.formats import FormatContract

arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

EMG = np.random.default_rng(2).normal(0, 20, 400)


def _write(path, **columns):
    parquet.write_table(arrow.table(columns), path)
    return path


class TestContract(FormatContract):
    id = "parquet"

    def fixture(self, folder):
        return _write(folder / "a.parquet", time_ms=np.arange(400) * 0.5, **{"EMG [uV]": EMG, "gyro_deg_s": EMG})

    def truth(self):
        return [EMG * 1e-6, EMG]

    def test_no_identity_gets_through(self, tmp_path):
        pytest.skip("a table of numbers has no room for a name")


def test_time_stamps_count_from_the_first(tmp_path):
    stamps = np.datetime64("2026-01-02T03:04:05", "ns") + (np.arange(400) * 500_000).astype("timedelta64[ns]")
    recording = read(_write(tmp_path / "a.parquet", timestamp=stamps, emg_uv=EMG))
    assert recording.channels[0].rate_hz == 2000
    assert recording.segments == Intervals.of((0.0, 0.2))
    assert "2026" not in repr(recording)


def test_integers_and_float32_are_numbers(tmp_path):
    path = _write(tmp_path / "a.parquet", emg_adc=np.arange(5, dtype=np.int16), emg2_mv=np.ones(5, np.float32))
    recording = read(path, ReadOptions(rate_hz=100.0))
    assert recording.samples(0).tolist() == [0, 1, 2, 3, 4]
    assert recording.samples(1).tolist() == [1e-3] * 5


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"time_s": [0.0, 1.0], "emg_uv": [1.0, None]},
            (
                "every cell must be a finite number; got an empty cell in row 2, column 'emg_uv';"
                " remove those rows; with a time column they become a gap"
            ),
        ),
        (
            {"time_s": [0.0, 1.0], "emg_uv": [float("nan"), 2.0]},
            (
                "every cell must be a finite number; got nan in row 1, column 'emg_uv';"
                " remove those rows; with a time column they become a gap"
            ),
        ),
        (
            {"time_s": [0.0, 1.0], "name": ["a", "b"]},
            "column 'name' must hold numbers; got string; leave it out or write it as numbers",
        ),
        (
            {"emg_uv": [0.0, 1.0]},
            "no rate: no column holds time and none is stated; got columns emg_uv; state it with --set rate_hz=…",
        ),
    ],
)
def test_refusals(tmp_path, columns, message):
    with pytest.raises(RecordingError) as refusal:
        read(_write(tmp_path / "a.parquet", **columns))
    assert str(refusal.value) == f"a.parquet: {message}"


def test_a_cut_file_is_refused(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(RecordingError, match=r"^a.parquet: must be a whole Parquet file; got a damaged one; copy or"):
        read(tmp_path / "a.parquet")


def test_without_the_package_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    path = _write(tmp_path / "a.parquet", emg_uv=[1.0, 2.0])
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError) as refusal:
        read(path)
    assert str(refusal.value) == (
        "reading and writing Parquet: needs the package pyarrow; install it with: pip install 'involuntary[parquet]'"
    )


def test_what_is_written_comes_back_with_kinds_units_and_gaps(tmp_path):
    channels = (
        Channel("ch1", ChannelKind.NEEDLE_EMG, "V", 23437.5, 400),
        Channel("ch2", ChannelKind.FORCE, "N", 23437.5, 400),
        Channel("ch3", ChannelKind.OTHER, "%", 23437.5, 400),
    )
    source = Recording.from_arrays([EMG, -EMG, EMG], channels).source
    gaps = Intervals.of((0.0, 100 / 23437.5), (3.0, 3.0 + 300 / 23437.5))
    write(Recording("memory", channels, source, segments=gaps), tmp_path / "a.parquet")
    again = read(tmp_path / "a.parquet")
    assert [(c.name, c.kind, c.unit, c.rate_hz) for c in again.channels] == [
        (c.name, c.kind, c.unit, c.rate_hz) for c in channels
    ]
    np.testing.assert_allclose([*again.segments], [*gaps], atol=1e-9)
    for index in range(3):
        np.testing.assert_array_equal(again.samples(index), source.read(index, 0, 400))


def test_channels_of_several_rates_do_not_fit_one_table(tmp_path):
    channels = [Channel("a", ChannelKind.EMG, "V", 1000, 4), Channel("b", ChannelKind.EMG, "V", 500, 2)]
    with pytest.raises(RecordingError) as refusal:
        write(Recording.from_arrays([np.zeros(4), np.zeros(2)], channels), tmp_path / "a.parquet")
    assert str(refusal.value) == (
        "a.parquet: a table holds channels of one rate and length; got 4 samples at 1000 Hz, 2 samples at 500 Hz;"
        " write EDF or BDF instead"
    )
