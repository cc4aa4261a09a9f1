"""HDF5 files are walked through by another process before they are opened."""

import os
import struct
import subprocess
import sys
import time

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import _hdf5, read

h5py = pytest.importorskip("h5py")


def _file(path, n=1000):
    with h5py.File(path, "w") as file:
        file.create_dataset("emg (uV)", data=np.arange(n) % 7, chunks=(100,))
        file.attrs["fs"] = 1000.0
    return path


def _probe_of(code):
    """A process in the probe's place that does something else with what it is asked."""
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    "act",
    [
        "import time; input(); time.sleep(60)",
        "import os; input(); os.abort()",
        "input(); print('greedy')",
    ],
)
def test_a_file_on_which_the_library_hangs_or_crashes_is_refused_in_time(tmp_path, monkeypatch, act):
    path = _file(tmp_path / "a.h5")
    _hdf5._end()
    monkeypatch.setattr(_hdf5, "_LIMIT_S", 0.5)
    _hdf5._probes[os.getpid()] = _probe_of(act)
    begun = time.monotonic()
    with pytest.raises(RecordingError) as refusal:
        read(path)
    assert time.monotonic() - begun < 3
    assert str(refusal.value) == (
        "a.h5: must be a whole HDF5 file; got one on which its library hangs, crashes or runs out of memory;"
        " export it again"
    )
    # The next file has a new probe.
    monkeypatch.undo()
    assert read(path).channels[0].n_samples == 1000


def test_one_probe_serves_many_files(tmp_path):
    path = _file(tmp_path / "a.h5")
    read(path)
    first = _hdf5._probes[os.getpid()].pid
    read(path)
    assert _hdf5._probes[os.getpid()].pid == first


def test_the_probe_touches_indices_of_chunks(tmp_path):
    """A walk over a file whose index leads nowhere ends, and the reader refuses the file."""
    path = _file(tmp_path / "a.h5")
    raw = bytearray(path.read_bytes())
    place = raw.rindex(b"TREE")
    raw[place + 6 : place + 8] = b"\xff\xff"
    path.write_bytes(raw)
    with pytest.raises(RecordingError, match=r"^a.h5: could not be read by h5py; got "):
        read(path)


def test_a_long_file_is_checked_without_its_samples(tmp_path):
    path = _file(tmp_path / "a.h5", 100)
    begun = time.monotonic()
    _hdf5.check_hdf5(path)
    short = time.monotonic() - begun
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_dataset("emg", shape=(1 << 33,), chunks=(1 << 16,), dtype="i2")[-1] = 1
    begun = time.monotonic()
    _hdf5.check_hdf5(tmp_path / "b.h5")
    assert time.monotonic() - begun < short + 1


def test_a_damaged_length_of_a_text_takes_no_memory(tmp_path):
    """A length of 900 MiB within a file of kilobytes is met by the probe."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("emg", data=np.arange(1000))
        file.create_dataset("labels", data=["EMG [uV]"])
        file.attrs["fs"] = 1000.0
    raw = bytearray(path.read_bytes())
    # A text is its length, the address of its heap, and its place in that.
    place = raw.index(struct.pack("<IQI", len("EMG [uV]"), raw.index(b"GCOL"), 1))
    raw[place : place + 4] = (900 << 20).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(RecordingError, match=r"^a.h5: must be a whole HDF5 file; got one on which its library hangs,"):
        read(path)


def test_a_probe_that_does_not_start_is_said_so(tmp_path, monkeypatch):
    path = _file(tmp_path / "a.h5")
    _hdf5._end()
    monkeypatch.setattr(_hdf5.sys, "executable", "/nowhere/python")
    with pytest.raises(RecordingError) as refusal:
        read(path)
    assert str(refusal.value) == (
        "HDF5: checking HDF5 files needs a process of its own; got No such file or directory; allow it to start one"
    )


def test_the_current_folder_lends_no_module(tmp_path, monkeypatch):
    path = _file(tmp_path / "a.h5")
    (tmp_path / "h5py.py").write_text("raise SystemExit")
    _hdf5._end()
    monkeypatch.chdir(tmp_path)
    assert read(path).channels[0].n_samples == 1000
