"""BrainVision files as pybv writes them."""

import sys

import numpy as np
import pybv
import pytest

from involuntary.errors import MissingExtraError, RecordingError
from involuntary.formats import read
from involuntary.model import Annotation, ChannelKind
from involuntary.testing.formats import FormatContract

pytest.importorskip("neo")

EMG = np.random.default_rng(1).integers(-3000, 3000, 1000) / 10


def _write(folder, **more):
    pybv.write_brainvision(
        data=np.stack([EMG * 1e-6, EMG[::-1] * 1e-6]),
        sfreq=1000,
        ch_names=["EMG ADM", "EEG Cz"],
        fname_base="a",
        folder_out=folder,
        overwrite=True,
        events=[{"onset": 0, "description": 1, "type": "Stimulus"}, {"onset": 250, "description": 2, "duration": 10}],
        resolution=0.1,
        fmt="binary_int16",
        unit="µV",
        **more,
    )
    return folder / "a.vhdr"


class TestContract(FormatContract):
    id = "brainvision"
    tolerance = 1.01e-7  # pybv cuts off what is below its resolution of 0.1 µV

    def fixture(self, folder):
        return _write(folder)

    def truth(self):
        return [EMG * 1e-6, EMG[::-1] * 1e-6]

    def test_no_identity_gets_through(self, tmp_path):
        recording = read(_write(tmp_path, meas_date="20190304050607000000"))
        assert "2019" not in repr((recording.channels, recording.annotations, recording.notes))


def test_every_sample_is_that_of_the_binary_file(tmp_path):
    recording = read(_write(tmp_path))
    raw = np.fromfile(tmp_path / "a.eeg", "<i2").reshape(-1, 2)
    for index in range(2):
        np.testing.assert_allclose(recording.samples(index), raw[:, index] * 1e-7, rtol=1e-12)


def test_kinds_markers_and_range(tmp_path):
    recording = read(_write(tmp_path))
    assert [c.kind for c in recording.channels] == [ChannelKind.EMG, ChannelKind.EEG]
    # The format counts samples from one.
    assert {(a.onset_s, a.text) for a in recording.annotations} >= {(0.0, "S  1"), (0.25, "S  2")}
    assert recording.channels[0].highest == pytest.approx(3276.7e-6)
    assert isinstance(recording.annotations[0], Annotation)


def test_a_header_without_its_samples_is_refused(tmp_path):
    path = _write(tmp_path)
    (tmp_path / "a.eeg").unlink()
    with pytest.raises(RecordingError) as refusal:
        read(path)
    assert str(refusal.value).startswith("a.vhdr: could not be read by neo; got ")


def test_without_the_package_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    path = _write(tmp_path)
    monkeypatch.setitem(sys.modules, "neo.rawio", None)
    with pytest.raises(MissingExtraError) as refusal:
        read(path)
    assert str(refusal.value) == (
        "reading this format: needs the package neo; install it with: pip install 'involuntary[formats]'"
    )
