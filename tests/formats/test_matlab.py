"""MATLAB files as SciPy writes them, in the shape that OT BioLab exports."""

import struct

import numpy as np
import pytest
from scipy.io import savemat

from involuntary.errors import RecordingError
from involuntary.formats import ReadOptions, read
from involuntary.model import ChannelKind
from involuntary.testing.formats import IDENTITY, FormatContract

EMG = np.random.default_rng(16).normal(0, 0.1, (2048, 3))


def _write(path, **variables):
    savemat(path, variables)
    return path


class TestContract(FormatContract):
    id = "matlab"

    def fixture(self, folder):
        labels = np.array([f"EMG Tibialis - ({i}) [mV]" for i in range(3)], dtype=object)
        time = np.arange(2048) / 2048
        return _write(
            folder / "a.mat", Data=EMG, Time=time, SamplingFrequency=2048.0, Description=labels, OTBFile=IDENTITY
        )

    def truth(self):
        return list(EMG.T * 1e-3)


def test_the_longer_axis_is_time(tmp_path):
    recording = read(_write(tmp_path / "a.mat", emg=EMG.T, fs=1000), ReadOptions(unit="uV"))
    assert [c.name for c in recording.channels] == ["emg_1", "emg_2", "emg_3"]
    assert [(c.kind, c.rate_hz, c.n_samples) for c in recording.channels] == [(ChannelKind.EMG, 1000, 2048)] * 3


def test_times_give_the_rate(tmp_path):
    recording = read(_write(tmp_path / "a.mat", emg=EMG[:, 0], t=np.arange(2048) / 500), ReadOptions(unit="mV"))
    assert recording.channels[0].rate_hz == 500


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (
            {"a": EMG, "b": EMG},
            "one array must hold the samples; got a 2048×3, b 2048×3; save it alone, or under one of the names acc,"
            " accelerometer, data, emg, iemg, rawdata, samples, semg, signal, signals",
        ),
        (
            {"emg": EMG[:, 0]},
            "no rate: no column holds time and none is stated; got columns emg; state it with --set rate_hz=…",
        ),
        (
            {"emg": np.array([1.0, np.nan, 2.0]), "fs": 100},
            "samples of 'emg' must be finite; got one that is not, at sample 1; cut it out",
        ),
    ],
)
def test_refusals(tmp_path, variables, message):
    with pytest.raises(RecordingError) as refusal:
        read(_write(tmp_path / "a.mat", **variables), ReadOptions(unit="uV"))
    assert str(refusal.value) == f"a.mat: {message}"


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8"])
def test_every_type_of_number_is_read_as_scipy_wrote_it(tmp_path, dtype, compressed):
    random = np.random.default_rng(0)
    emg = random.integers(0, 100, (5, 40)).astype(dtype)
    savemat(tmp_path / "a.mat", {"emg": emg, "fs": 50.0, "x": "text", "s": {"a": 1}}, do_compression=compressed)
    recording = read(tmp_path / "a.mat", ReadOptions(unit="uV"))
    for index in range(5):
        np.testing.assert_allclose(recording.samples(index), emg[index] * 1e-6)


def test_a_damaged_file_is_refused(tmp_path):
    path = _write(tmp_path / "a.mat", emg=EMG, fs=100)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(RecordingError) as refusal:
        read(path)
    assert str(refusal.value) == (
        "a.mat: must be a whole MATLAB 5 file; got an element that ends after the file; save it again"
    )


def test_characters_that_are_fractions_are_refused(tmp_path):
    name, fractions = b"words\0\0\0", struct.pack("<2d", 101.5, 109.0)
    parts = [(6, struct.pack("<2I", 4, 0)), (5, struct.pack("<2i", 1, 2)), (1, name), (9, fractions)]
    body = b"".join(struct.pack("<2I", kind, len(content)) + content for kind, content in parts)
    path = tmp_path / "a.mat"
    path.write_bytes(b" " * 124 + b"\x00\x01IM" + struct.pack("<2I", 14, len(body)) + body)
    with pytest.raises(RecordingError, match=r"^a.mat: must be a whole .*; got characters that are no whole"):
        read(path)
