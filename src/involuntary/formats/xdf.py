"""XDF, the container of the Lab Streaming Layer: streams with their own rates and stamps, through pyxdf."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.formats._extra import foreign_reader, optional_module
from involuntary.formats._xdf_chunks import check_chunks
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.clock import Clock, measure_clock
from involuntary.formats.kinds import Stated, clean_name, identify, unique_names
from involuntary.model import Annotation, Channel, Intervals, Recording

__all__ = ["FORMAT", "XdfFormat"]

Floats = NDArray[np.float64]


class XdfFormat(RecordingFormat):
    """Every numeric stream with a rate; texts become annotations."""

    id = "xdf"
    name = "XDF (Lab Streaming Layer)"
    suffixes = (".xdf",)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the first four bytes."""
        return head.startswith(b"XDF:")

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read all streams; their common time is kept."""
        pyxdf = optional_module("pyxdf", "formats", "reading XDF")
        check_chunks(path)
        with foreign_reader(path, "pyxdf"), _listening(path), path.open("rb") as file:
            streams, _ = pyxdf.load_xdf(file, dejitter_timestamps=False, verbose=False)
            numeric = [s for s in streams if _is_numeric(s)]
            texts = [s for s in streams if isinstance(s["time_series"], list)]
            stated = [channel for stream in numeric for channel in _stated(stream)]
        if not numeric:
            raise RecordingError(
                path.name, "holds no stream of samples with a rate", "", "check that this is the right file"
            )
        names, renamed = unique_names([channel.name for channel in stated])
        stated = [replace(channel, name=name) for channel, name in zip(stated, names, strict=True)]
        identities, unknown = identify(path.name, stated, options)
        zero = max(float(stream["time_stamps"][0]) for stream in numeric)
        clocks = [
            measure_clock(np.asarray(s["time_stamps"], float), 1.0, path.name, options.resampling) for s in numeric
        ]
        offsets = [float(s["time_stamps"][0]) - zero for s in numeric]
        segments = reduce(
            Intervals.intersection, (_shifted(c.segments, o) for c, o in zip(clocks, offsets, strict=True))
        )
        if not len(segments):
            raise RecordingError(path.name, "its streams must have time in common", "none", "export them one by one")
        segments = _from_zero(segments)
        with np.errstate(invalid="ignore"):  # what is no number is refused below
            columns = [
                (_cut(clock.apply(column), clock, offset, segments), clock.rate_hz)
                for stream, clock, offset in zip(numeric, clocks, offsets, strict=True)
                for column in np.asarray(stream["time_series"], dtype=np.float64).T
            ]
        channels = [
            Channel(s.name, i.kind, i.unit, rate, values.size, i.recorded_unit)
            for s, i, (values, rate) in zip(stated, identities, columns, strict=True)
        ]
        arrays = [values * i.scale for (values, _), i in zip(columns, identities, strict=True)]
        notes = [*renamed, *(note for clock in clocks for note in clock.notes), *unknown]
        annotations = [a for stream in texts for a in _annotations(stream, zero)]
        annotations.sort(key=lambda a: (a.onset_s, a.text))
        recording = Recording.from_arrays(arrays, channels, annotations=annotations, notes=notes, format=self.id)
        return replace(recording, segments=segments)


class _Heard(logging.Handler):
    """Keeps the gravest level that was logged."""

    gravest = logging.NOTSET

    def emit(self, record: logging.LogRecord) -> None:
        self.gravest = max(self.gravest, record.levelno)


@contextmanager
def _listening(path: Path) -> Iterator[None]:
    """Refuse what pyxdf would skip with a line in its log, and keep the log off the terminal."""
    logger, heard = logging.getLogger("pyxdf"), _Heard()
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(heard)
    try:
        yield
    finally:
        logger.removeHandler(heard)
        logger.propagate = propagates
    if heard.gravest >= logging.ERROR:
        raise RecordingError(path.name, "must be a whole XDF file", "damaged chunks", "copy or export it again")


def _first(info: Mapping[str, Any] | None, key: str) -> Any:
    values = (info or {}).get(key) or [""]
    return values[0]


def _is_numeric(stream: Mapping[str, Any]) -> bool:
    rated = float(_first(stream["info"], "nominal_srate") or 0) > 0
    return rated and isinstance(stream["time_series"], np.ndarray) and len(stream["time_stamps"]) > 1


def _stated(stream: Mapping[str, Any]) -> list[Stated]:
    info = stream["info"]
    listed = _first(_first(info, "desc") or None, "channels") or {}
    described = listed.get("channel", []) if isinstance(listed, Mapping) else []
    count = np.asarray(stream["time_series"]).shape[1]
    if len(described) != count:
        described = [{} for _ in range(count)]
    name, kind = clean_name(str(_first(info, "name"))), clean_name(str(_first(info, "type")))
    return [
        Stated(
            clean_name(str(_first(channel, "label"))) or f"{name} {position}",
            clean_name(str(_first(channel, "unit"))),
            f"{clean_name(str(_first(channel, 'type')))} {kind}".strip(),
        )
        for position, channel in enumerate(described, start=1)
    ]


def _shifted(intervals: Intervals, by_s: float) -> Intervals:
    return Intervals(intervals.start_s + by_s, intervals.stop_s + by_s)


def _from_zero(intervals: Intervals) -> Intervals:
    """Drop what lies before the common start, which rounding can leave at a few nanoseconds from zero."""
    return _shifted(intervals, -float(intervals.start_s[0]))


def _cut(values: Floats, clock: Clock, offset_s: float, segments: Intervals) -> Floats:
    """Give the samples in the common time, nearest to each stretch's start."""
    own = _shifted(clock.segments, offset_s)
    before = np.concatenate([[0.0], np.cumsum(own.stop_s - own.start_s)])
    parts = []
    for start, stop in segments:
        holder = max(int(np.searchsorted(own.start_s, start + 0.5 / clock.rate_hz, side="right")) - 1, 0)
        first = round((before[holder] + max(start - own.start_s[holder], 0.0)) * clock.rate_hz)
        parts.append(values[first : first + round((stop - start) * clock.rate_hz)])
    return np.concatenate(parts)


def _annotations(stream: Mapping[str, Any], zero: float) -> list[Annotation]:
    return [
        Annotation(float(at) - zero, 0.0, clean_name(str(text)))
        for at, texts in zip(stream["time_stamps"], stream["time_series"], strict=True)
        for text in texts
    ]


FORMAT = XdfFormat()
