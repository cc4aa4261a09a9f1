"""HDF5 with one array of samples and its rate; MATLAB's version 7.3 files are such too."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.formats._arrays import is_rate, recording_of_arrays
from involuntary.formats._extra import optional_module
from involuntary.formats._hdf5 import check_hdf5, opened_hdf5
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.model import Recording

__all__ = ["FORMAT", "Hdf5Format", "read_hdf5_arrays"]

_MAGIC = b"\x89HDF\r\n\x1a\n"
_MATLAB_HEADER = 512
# Damaged sizes are told by promising more than any recording was ever compressed.
_BEST_COMPRESSION = 200


class Hdf5Format(RecordingFormat):
    """Samples, rate, and perhaps times and labels, as datasets or attributes under their usual names."""

    id = "hdf5"
    name = "HDF5 and MATLAB 7.3 arrays"
    suffixes = (".h5", ".hdf5")

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the signature, at the start or after MATLAB's own header."""
        signed = head.startswith(_MAGIC) or head[_MATLAB_HEADER:].startswith(_MAGIC)
        return signed and path.suffix.lower() != ".nwb"

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read every array of the file."""
        return recording_of_arrays(path.name, self.id, read_hdf5_arrays(path), options)


def read_hdf5_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Give all data sets, and the attributes that are called as rates are, by path."""
    h5py = optional_module("h5py", "formats", "reading HDF5")
    arrays: dict[str, NDArray[Any]] = {}
    most = path.stat().st_size * _BEST_COMPRESSION

    def visit(found: str | bytes, item: Any) -> None:
        # A name that is no UTF-8 comes as bytes.
        name = found if isinstance(found, str) else found.decode("latin-1")
        arrays.update({f"{name}/{key}": np.asarray(item.attrs[key]) for key in item.attrs if is_rate(str(key))})
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiuSUO" and h5py.check_ref_dtype(item.dtype) is None:
            if item.nbytes > most or item.dtype.itemsize * math.prod(item.chunks or ()) > most:
                raise RecordingError(
                    path.name, "data sets must fit the file", f"{item.nbytes} bytes", "export it again"
                )
            arrays[name] = np.asarray(item[()])

    check_hdf5(path)
    with opened_hdf5(path) as file:
        visit("", file)
        file.visititems(visit)
    return arrays


FORMAT = Hdf5Format()
