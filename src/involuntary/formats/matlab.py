"""MATLAB files up to version 7.2 with one array of samples and its rate, such as OT BioLab exports."""

from __future__ import annotations

from pathlib import Path

from involuntary.formats._arrays import recording_of_arrays
from involuntary.formats._mat5 import read_mat5
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.model import Recording

__all__ = ["FORMAT", "MatlabFormat"]


class MatlabFormat(RecordingFormat):
    """Samples, rate, and perhaps times and labels under their usual names."""

    id = "matlab"
    name = "MATLAB arrays"
    suffixes = (".mat",)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the text that MATLAB 5 files begin with; 7.3 files are HDF5."""
        return head.startswith(b"MATLAB 5.0 MAT-file")

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read every variable of the file."""
        return recording_of_arrays(path.name, self.id, read_mat5(path), options)


FORMAT = MatlabFormat()
