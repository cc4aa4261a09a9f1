"""WFDB records written by hand: header and samples as the format's documentation describes them."""

import warnings

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import read
from involuntary.model import Annotation, ChannelKind
from involuntary.testing.formats import IDENTITY, FormatContract

wfdb = pytest.importorskip("wfdb")

EMG = np.random.default_rng(9).integers(-2000, 2000, 600).astype("<i2")
ACC = np.random.default_rng(10).integers(-2000, 2000, 300).astype("<i2")


def _write(folder, header_lines=()):
    """Two signals in format 16, the first at twice the frame rate; gain 200 and 1000 steps a unit."""
    folder.joinpath("a.hea").write_text(
        f"a 2 500 300\na.dat 16x2 200/mV 16 0 {EMG[0]} 0 0 EMG soleus\na.dat 16 1000/g 16 0 {ACC[0]} 0 0 acc x\n"
        f"# {IDENTITY} 1950\n" + "".join(header_lines)
    )
    np.column_stack([EMG.reshape(-1, 2), ACC]).astype("<i2").tofile(folder / "a.dat")
    return folder / "a.hea"


class TestContract(FormatContract):
    id = "wfdb"

    def fixture(self, folder):
        return _write(folder)

    def truth(self):
        return [EMG / 200 * 1e-3, ACC / 1000 * 9.80665]


def test_rates_kinds_and_annotations(tmp_path):
    path = _write(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wfdb.wrann("a", "atr", np.array([50, 125]), symbol=["N", "+"], aux_note=["", "cramp"], write_dir=str(tmp_path))
    recording = read(path)
    assert [(c.kind, c.rate_hz) for c in recording.channels] == [
        (ChannelKind.EMG, 1000),
        (ChannelKind.ACCELEROMETER, 500),
    ]
    assert recording.annotations == (Annotation(0.1, 0.0, "N"), Annotation(0.25, 0.0, "+ cramp"))


def test_missing_samples_are_refused_where_they_are(tmp_path):
    path = _write(tmp_path)
    raw = np.fromfile(tmp_path / "a.dat", "<i2")
    raw[3 * 40 + 2] = -32768
    raw.tofile(tmp_path / "a.dat")
    recording = read(path)
    recording.samples(1, 0, 40)
    with pytest.raises(RecordingError) as refusal:
        recording.samples(1)
    assert str(refusal.value) == (
        "a.hea: samples of 'acc x' must be there; got a missing one at sample 40;"
        " cut that stretch out or export it as a record of its own"
    )


def test_a_header_without_its_samples_is_refused(tmp_path):
    path = _write(tmp_path)
    (tmp_path / "a.dat").unlink()
    with pytest.raises(RecordingError, match=r"^a.hea: could not be read by wfdb; got "):
        read(path).samples(0)
