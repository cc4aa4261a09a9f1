"""NWB files laid out with h5py after the schema."""

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import read
from involuntary.model import ChannelKind
from involuntary.testing.formats import IDENTITY, FormatContract

h5py = pytest.importorskip("h5py")

EMG = np.random.default_rng(21).integers(-5000, 5000, (2000, 2)).astype(np.int16)
ACC = np.random.default_rng(22).normal(0, 3, 200)


def _write(folder, acc_start=0.0, stamps=None):
    path = folder / "a.nwb"
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.7.0"
        file.create_dataset("general/subject/subject_id", data=IDENTITY)
        emg = file.create_dataset("acquisition/EMG/data", data=EMG, chunks=(256, 2))
        emg.attrs.update({"unit": "volts", "conversion": 2e-7, "offset": 0.0})
        file["acquisition/EMG"].create_dataset("channel_conversion", data=[1.0, 0.5])
        file["acquisition/EMG"].create_dataset("starting_time", data=0.0).attrs["rate"] = 1000.0
        acc = file.create_dataset("acquisition/wrist/data", data=ACC)
        acc.attrs.update({"unit": "m/s^2", "conversion": 1.0})
        if stamps is None:
            file["acquisition/wrist"].create_dataset("starting_time", data=acc_start).attrs["rate"] = 100.0
        else:
            file["acquisition/wrist"].create_dataset("timestamps", data=stamps)
    return path


class TestContract(FormatContract):
    id = "nwb"

    def fixture(self, folder):
        return _write(folder)

    def truth(self):
        return [EMG[:, 0] * 2e-7, EMG[:, 1] * 1e-7, ACC]


def test_kinds_and_rates_from_starts_or_stamps(tmp_path):
    for stamps in (None, np.arange(200) / 100):
        recording = read(_write(tmp_path, stamps=stamps))
        assert [(c.name, c.kind, c.rate_hz) for c in recording.channels] == [
            ("EMG_1", ChannelKind.EMG, 1000),
            ("EMG_2", ChannelKind.EMG, 1000),
            ("wrist", ChannelKind.ACCELEROMETER, 100),
        ]


def test_series_of_other_spans_are_refused(tmp_path):
    with pytest.raises(RecordingError) as refusal:
        read(_write(tmp_path, acc_start=0.5))
    assert str(refusal.value) == (
        "a.nwb: all series must begin and end together, to one sample; got 0.5 s apart;"
        " export series of one span to a file"
    )


def test_a_file_without_acquisition_is_refused(tmp_path):
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file.attrs["nwb_version"] = "2.7.0"
    with pytest.raises(RecordingError, match=r"^a.nwb: holds no time series of an acquisition; check"):
        read(tmp_path / "a.nwb")
