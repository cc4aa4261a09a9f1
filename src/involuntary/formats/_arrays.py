"""Named arrays of a MATLAB or HDF5 file as a table: which one holds samples, which the rate, the times, the labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.formats._table import Column, recording_of
from involuntary.formats.base import ReadOptions
from involuntary.formats.kinds import clean_name, unique_names
from involuntary.model import Recording

__all__ = ["is_rate", "recording_of_arrays"]

Floats = NDArray[np.float64]

# Names, in lower case and without underscores, that programs and laboratories give these.
_RATE = {"fs", "fsamp", "srate", "samplingfrequency", "samplingrate", "samplerate", "freq", "fsample"}
_DATA = {"data", "emg", "signal", "signals", "samples", "semg", "iemg", "rawdata", "acc", "accelerometer"}
_TIME = {"time", "t", "timestamps", "times"}
_LABELS = {"description", "labels", "channelnames", "chnames", "channels", "names"}


def _plain(name: str) -> str:
    return name.rpartition("/")[2].replace("_", "").lower()


def is_rate(name: str) -> bool:
    """Whether a name is one that programs give to the sampling rate."""
    return _plain(name) in _RATE


def recording_of_arrays(
    file: str, format_id: str, arrays: Mapping[str, NDArray[Any]], options: ReadOptions
) -> Recording:
    """Make a recording of the arrays of a file.

    Raises
    ------
    RecordingError
        If no array, or more than one, may hold the samples, or no rate is known.
    """
    name, samples = _samples(file, arrays)
    count = samples.shape[1]
    labels = next((_words(a) for n, a in arrays.items() if _plain(n) in _LABELS and len(_words(a)) >= count), [])
    base = clean_name(name.rpartition("/")[2])
    names = labels[:count] or ([base] if count == 1 else [f"{base}_{i + 1}" for i in range(count)])
    names, renamed = unique_names([clean_name(text) for text in names])
    columns = {n: Column(np.ascontiguousarray(samples[:, i])) for i, n in enumerate(names)}
    rate = next((float(a.ravel()[0]) for n, a in arrays.items() if _plain(n) in _RATE and _is_number(a)), None)
    times = next((a for n, a in arrays.items() if _plain(n) in _TIME and a.size == samples.shape[0]), None)
    if options.rate_hz is None and rate is not None:
        options = replace(options, rate_hz=rate)
    elif options.rate_hz is None and times is not None and times.dtype.kind in "fiu":
        columns = {"time_s": Column(_finite(file, "time", times.astype(np.float64).ravel())), **columns}
    recording = recording_of(file, format_id, columns, options)
    return replace(recording, notes=(*renamed, *recording.notes))


def _is_number(array: NDArray[Any]) -> bool:
    return array.size == 1 and array.dtype.kind in "fiu"


def _samples(file: str, arrays: Mapping[str, NDArray[Any]]) -> tuple[str, Floats]:
    held = {
        name: array
        for name, array in arrays.items()
        if array.dtype.kind in "fiu"
        and array.ndim <= 2
        and array.size > 1
        and _plain(name) not in _RATE | _TIME | _LABELS
    }
    named = {name: array for name, array in held.items() if _plain(name) in _DATA}
    chosen = named if named else held
    if len(chosen) != 1:
        listed = ", ".join(f"{printable(n, 40)} {'×'.join(map(str, a.shape))}" for n, a in arrays.items())
        raise RecordingError(
            file,
            "one array must hold the samples",
            printable(listed) or "no array",
            f"save it alone, or under one of the names {', '.join(sorted(_DATA))}",
        )
    name, array = next(iter(chosen.items()))
    table = array.reshape(-1, 1) if array.ndim == 1 else array
    # A recording has more samples than channels.
    table = table.T if table.shape[0] < table.shape[1] else table
    return name, _finite(file, name, table.astype(np.float64))


def _finite(file: str, name: str, values: Floats) -> Floats:
    if not np.all(np.isfinite(values)):
        place = int(np.flatnonzero(~np.isfinite(values).reshape(values.shape[0], -1).all(axis=1))[0])
        raise RecordingError(
            file, f"samples of {printable(name)!r} must be finite", f"one that is not, at sample {place}", "cut it out"
        )
    return values


def _words(array: NDArray[Any]) -> list[str]:
    """Give the texts in an array of strings, of cells, or of characters."""
    if array.dtype.kind not in "USO":
        return []
    found = []
    for item in array.ravel():
        inner = item.ravel()[0] if isinstance(item, np.ndarray) and item.size else item
        found.append(inner.decode("utf-8", "replace") if isinstance(inner, bytes) else str(inner))
    return found
