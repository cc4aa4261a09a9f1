"""HDF5 files as h5py writes them."""

import numpy as np
import pytest

from involuntary.formats import ReadOptions, read
from involuntary.testing.formats import IDENTITY, FormatContract

h5py = pytest.importorskip("h5py")

EMG = np.random.default_rng(17).integers(-500, 500, (1000, 2)).astype(np.int16)


class TestContract(FormatContract):
    id = "hdf5"

    def fixture(self, folder):
        with h5py.File(folder / "a.h5", "w") as file:
            file.create_dataset("session/emg", data=EMG)
            file.create_dataset("session/labels", data=["EMG left [uV]", "EMG right [uV]"])
            file["session"].attrs["sampling_rate"] = 1000.0
            file.attrs["subject"] = IDENTITY
        return folder / "a.h5"

    def truth(self):
        return [EMG[:, 0] * 1e-6, EMG[:, 1] * 1e-6]


def test_a_file_of_matlab_7_3_is_read(tmp_path):
    """It is HDF5 after a block of 512 bytes, with numbers as 1×1 arrays."""
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file.create_dataset("emg", data=EMG.T)
        file.create_dataset("fs", data=[[2000.0]])
    with (tmp_path / "a.mat").open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file".ljust(128))
    recording = read(tmp_path / "a.mat", ReadOptions(unit="mV"))
    assert recording.format == "hdf5"
    assert recording.channels[1].rate_hz == 2000
    np.testing.assert_allclose(recording.samples(1), EMG[:, 1] * 1e-3)
