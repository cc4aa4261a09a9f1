"""BDF against edfio's writer."""

import edfio
import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import read
from involuntary.testing.formats import IDENTITY, FormatContract

EMG_UV = np.random.default_rng(8).integers(-(2**22), 2**22, 4000) / 8.0


class TestContract(FormatContract):
    id = "bdf"

    def fixture(self, folder):
        path = folder / "recording.bdf"
        signal = edfio.BdfSignal(
            EMG_UV,
            2000,
            label="EMG tib ant",
            physical_dimension="uV",
            physical_range=(-1_000_000, 1_000_000),
            digital_range=(-8_000_000, 8_000_000),
        )
        edfio.Bdf(
            [signal],
            patient=edfio.Patient(name=IDENTITY),
            data_record_duration=0.25,
            annotations=[edfio.EdfAnnotation(0.5, 0.1, "jerk")],
        ).write(path)
        return path

    def truth(self):
        return [EMG_UV * 1e-6]

    def test_annotations(self, tmp_path):
        assert [(a.onset_s, a.duration_s, a.text) for a in self._read(tmp_path).annotations] == [(0.5, 0.1, "jerk")]


def test_other_bytes_named_bdf_are_refused(tmp_path):
    (tmp_path / "a.bdf").write_bytes(b"plain words")
    with pytest.raises(RecordingError) as refusal:
        read(tmp_path / "a.bdf")
    assert str(refusal.value) == (
        "a.bdf: does not begin as BDF does, with b'\\xffBIOSEMI'; got b'plain wo'; check that this is the right file"
    )
