"""Neurodata Without Borders 2: the time series of a session's acquisition, read in blocks through h5py.

Source: NWB schema 2.x, types ``TimeSeries`` and ``ElectricalSeries``: value = data × conversion
(× channel_conversion) + offset, in ``unit``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.formats._hdf5 import check_hdf5, opened_hdf5
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.clock import measure_clock
from involuntary.formats.kinds import Stated, clean_name, identify, unique_names
from involuntary.model import Channel, Intervals, Recording

__all__ = ["FORMAT", "NwbFormat", "NwbSource"]

_ROOT = "acquisition"


@dataclass(frozen=True, slots=True)
class _Series:
    """One column of a data set, with the start of its clock."""

    place: str
    column: int
    n_samples: int
    rate_hz: float
    start_s: float
    gain: float
    offset: float
    stated: Stated


@dataclass(frozen=True, slots=True)
class NwbSource:
    """Samples of a file; each read opens it and takes only its own rows."""

    path: Path
    series: tuple[_Series, ...]

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        """Give samples ``start`` to ``stop`` of a channel in its unit."""
        series = self.series[channel]
        with opened_hdf5(self.path) as file, np.errstate(over="ignore", invalid="ignore"):
            data = file[series.place]
            raw = data[start:stop] if data.ndim == 1 else data[start:stop, series.column]
            values = np.asarray(raw, dtype=np.float64) * series.gain + series.offset
        if not np.all(np.isfinite(values)):
            place = start + int(np.flatnonzero(~np.isfinite(values))[0])
            name = printable(series.stated.name)
            raise RecordingError(self.path.name, f"samples of {name!r} must be finite", f"one that is not, at {place}")
        return values


class NwbFormat(RecordingFormat):
    """Series that begin and end together."""

    id = "nwb"
    name = "Neurodata Without Borders 2"
    suffixes = (".nwb",)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by HDF5's signature and the suffix."""
        return head.startswith(b"\x89HDF\r\n\x1a\n") and path.suffix.lower() == ".nwb"

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read what the series say of themselves; the subject's group is not looked at."""
        check_hdf5(path)
        with opened_hdf5(path) as file:
            found = list(_series(path, file, options)) if _ROOT in file else []
        if not found:
            raise RecordingError(
                path.name, "holds no time series of an acquisition", "", "check that this is the right file"
            )
        names, renamed = unique_names([series.stated.name for series in found])
        stated = [replace(series.stated, name=name) for series, name in zip(found, names, strict=True)]
        identities, unknown = identify(path.name, stated, options)
        _check_together(path, found)
        channels = tuple(
            Channel(s.name, i.kind, i.unit, series.rate_hz, series.n_samples, i.recorded_unit)
            for s, i, series in zip(stated, identities, found, strict=True)
        )
        source = NwbSource(
            path,
            tuple(
                replace(series, gain=series.gain * i.scale, offset=series.offset * i.scale)
                for series, i in zip(found, identities, strict=True)
            ),
        )
        longest = max(channel.duration_s for channel in channels)
        return Recording(self.id, channels, source, Intervals.of((0.0, longest)), notes=(*renamed, *unknown))


def _series(path: Path, file: Any, options: ReadOptions) -> Iterator[_Series]:
    for name, group in file[_ROOT].items():
        data = group.get("data") if hasattr(group, "keys") else None
        if data is None or data.ndim not in (1, 2) or data.dtype.kind not in "fiu" or not data.shape[0]:
            continue
        rate, start = _clock(path, group, options)
        gain, offset = float(data.attrs.get("conversion", 1.0)), float(data.attrs.get("offset", 0.0))
        count = 1 if data.ndim == 1 else data.shape[1]
        own = np.ravel(group["channel_conversion"][()]) if "channel_conversion" in group else np.ones(count)
        unit, hint = clean_name(str(data.attrs.get("unit", ""))), clean_name(str(group.attrs.get("description", "")))
        for column in range(count):
            label = clean_name(name) if count == 1 else f"{clean_name(name)}_{column + 1}"
            yield _Series(
                f"{_ROOT}/{name}/data", column, data.shape[0], rate, start, gain * float(own[column]), offset,
                Stated(label, unit, hint),
            )  # fmt: skip


def _clock(path: Path, group: Any, options: ReadOptions) -> tuple[float, float]:
    if "starting_time" in group:
        return float(group["starting_time"].attrs["rate"]), float(group["starting_time"][()])
    stamps = np.asarray(group["timestamps"][()], dtype=np.float64)
    clock = measure_clock(stamps, 1.0, path.name, "none")
    if len(clock.stretches) > 1:
        raise RecordingError(
            path.name, "time stamps must have no gap", f"{len(clock.stretches) - 1}", "export it in parts"
        )
    return clock.rate_hz, float(stamps[0])


def _check_together(path: Path, found: list[_Series]) -> None:
    for end in (lambda s: s.start_s, lambda s: s.start_s + s.n_samples / s.rate_hz):
        apart = max(map(end, found)) - min(map(end, found))
        if apart > 1.0 / min(series.rate_hz for series in found):
            raise RecordingError(
                path.name,
                "all series must begin and end together, to one sample",
                f"{apart:g} s apart",
                "export series of one span to a file",
            )


FORMAT = NwbFormat()
