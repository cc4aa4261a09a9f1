"""Recordings through neo's raw readers: headers and gains from neo, samples in blocks from its memory maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.formats._extra import foreign_reader, optional_module
from involuntary.formats.base import ReadOptions
from involuntary.formats.kinds import Identity, Stated, clean_name, identify
from involuntary.model import Annotation, Channel, Intervals, Recording

__all__ = ["open_with_neo"]

# neo 0.14 gives zeros for the last block of a read that ends with a Plexon file; without its last sample none does.
_LOST_AT_THE_END = {"PlexonRawIO": 1}


@dataclass(frozen=True, slots=True)
class _Trace:
    """Where neo keeps a channel, its gain and offset to the unit of the model, and the length of each segment."""

    stream: int
    position: int
    gain: float
    offset: float
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NeoSource:
    """Samples of a file that neo reads; opened once in each process."""

    path: Path
    reader: str
    traces: tuple[_Trace, ...]

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        """Give samples ``start`` to ``stop`` of a channel in its unit."""
        trace = self.traces[channel]
        samples = np.empty(stop - start)
        done = first = 0
        with foreign_reader(self.path, "neo"):
            raw_reader = _opened(self.reader, str(self.path))
            for segment, length in enumerate(trace.lengths):
                begin, end = max(start - first, 0), min(stop - first, length)
                first += length
                if begin >= end:
                    continue
                raw = raw_reader.get_analogsignal_chunk(0, segment, begin, end, trace.stream, None, None, None)
                samples[done : done + end - begin] = raw[:, trace.position]
                done += end - begin
        with np.errstate(over="ignore", invalid="ignore"):
            values = samples * trace.gain + trace.offset
        if not np.all(np.isfinite(values)):
            raise RecordingError(self.path.name, "samples must be finite", "one that is not", "export it again")
        return values


@lru_cache(maxsize=4)
def _opened(reader: str, path: str) -> Any:
    rawio = optional_module("neo.rawio", "formats", "reading this format")
    quiet = {"progress_bar": False} if reader == "PlexonRawIO" else {}
    opened = getattr(rawio, reader)(filename=path, **quiet)
    opened.parse_header()
    return opened


def open_with_neo(
    path: Path,
    reader: str,
    format_id: str,
    options: ReadOptions,
    *,
    first_marker: int = 0,
    unit: str = "",
    held_bytes: int | None = None,
) -> Recording:
    """Open a recording with a raw reader of neo.

    Parameters
    ----------
    path : Path
        The file.
    reader : str
        Name of the class in ``neo.rawio``.
    format_id : str
        What the recording's `format` is.
    options : ReadOptions
        Kinds and units that the file does not state.
    first_marker : int
        Number that the format gives the first sample in its markers.
    unit : str
        Unit of channels for which neo states none.
    held_bytes : int or None
        Size of the file where it alone holds all samples, uncompressed.

    Raises
    ------
    RecordingError
        If neo cannot read it, or streams and segments do not share one clock.
    """
    with foreign_reader(path, "neo"):
        _opened.cache_clear()
        raw = _opened(reader, str(path))
        header = raw.header
        if header["nb_block"] != 1:
            raise RecordingError(
                path.name, "must hold one block", f"{header['nb_block']}", "export one recording a file"
            )
        listed = [
            (stream, position, info)
            for stream, name in enumerate(header["signal_streams"])
            for position, info in enumerate(
                header["signal_channels"][header["signal_channels"]["stream_id"] == name["id"]]
            )
        ]
        stated = [Stated(clean_name(str(info["name"])), str(info["units"]) or unit) for _, _, info in listed]
        n_segments = int(header["nb_segment"][0])
        lost = _LOST_AT_THE_END.get(reader, 0)
        sizes = [[int(raw.get_signal_size(0, s, stream)) - lost for s in range(n_segments)] for stream, _, _ in listed]
        starts = [[raw.get_signal_t_start(0, s, stream) for s in range(n_segments)] for stream, _, _ in listed]
        rates = [float(info["sampling_rate"]) for _, _, info in listed]
        annotations = _annotations(raw, n_segments, min(map(min, starts), default=0.0), first_marker)
        widths = [np.dtype(str(info["dtype"])).itemsize for _, _, info in listed]
        promised = sum(sum(n) * width for n, width in zip(sizes, widths, strict=True))
        if held_bytes is not None and promised > held_bytes:
            rule = f"its header promises {promised} bytes of samples"
            raise RecordingError(path.name, rule, f"a file of {held_bytes}", "copy or export it again")
        _check_ends(path, raw, {stream: n for (stream, _, _), n in zip(listed, sizes, strict=True)})
    identities, notes = identify(path.name, stated, options)
    notes = (*notes, *(("the last sample is left out: neo cannot give it",) if lost else ()))
    rows = list(zip(listed, stated, identities, sizes, rates, strict=True))
    channels = tuple(_channel(info, s, i, sum(n), rate) for (_, _, info), s, i, n, rate in rows)
    traces = tuple(
        _Trace(stream, position, float(info["gain"]) * i.scale, float(info["offset"]) * i.scale, tuple(n))
        for (stream, position, info), _, i, n, _ in rows
    )
    recording = Recording(format_id, channels, NeoSource(path, reader, traces), annotations=annotations, notes=notes)
    return replace(recording, segments=_segments(path, starts, sizes, rates)) if channels else recording


def _check_ends(path: Path, raw: Any, sizes: dict[int, list[int]]) -> None:
    """Touch the last sample of every segment: a damaged count shows before memory is taken for it."""
    for stream, lengths in sizes.items():
        for segment, length in enumerate(lengths):
            if length and len(raw.get_analogsignal_chunk(0, segment, length - 1, length, stream)) != 1:
                raise RecordingError(
                    path.name, f"the header promises {length} samples", "fewer", "copy or export it again"
                )


def _channel(info: Any, stated: Stated, identity: Identity, n_samples: int, rate_hz: float) -> Channel:
    dtype = np.dtype(str(info["dtype"]))
    ends = (-np.inf, np.inf)
    if dtype.kind in "iu":
        gain, offset = float(info["gain"]) * identity.scale, float(info["offset"]) * identity.scale
        limits = np.iinfo(dtype)
        low, high = sorted((limits.min * gain + offset, limits.max * gain + offset))
        ends = (low, high)
    return Channel(stated.name, identity.kind, identity.unit, rate_hz, n_samples, identity.recorded_unit, *ends)


def _segments(
    path: Path, starts: Sequence[Sequence[float]], sizes: Sequence[Sequence[int]], rates: Sequence[float]
) -> Intervals:
    """Give the recorded stretches, from the fastest stream; the others must begin and end with it."""
    lead = int(np.argmax(rates))
    begin = np.asarray(starts[lead], dtype=np.float64)
    stop = begin + np.asarray(sizes[lead]) / rates[lead]
    for start, size, rate in zip(starts, sizes, rates, strict=True):
        late = max(
            np.max(np.abs(np.asarray(start) - begin)),
            np.max(np.abs(np.asarray(start) + np.asarray(size) / rate - stop)),
        )
        if late > 1.0 / rate:
            raise RecordingError(
                path.name,
                "all channels must begin and end together, to one sample",
                f"{late:g} s apart",
                "export channels of one span to a file",
            )
    if np.any(begin[1:] < stop[:-1] - 0.5 / rates[lead]):
        raise RecordingError(
            path.name, "segments must follow each other in time", "segments that overlap", "export them one by one"
        )
    stop[:-1] = np.minimum(stop[:-1], begin[1:])
    return Intervals(begin - begin[0], stop - begin[0])


def _annotations(raw: Any, n_segments: int, zero: float, first_marker: int) -> tuple[Annotation, ...]:
    found = []
    for position, _ in enumerate(raw.header["event_channels"]):
        for segment in range(n_segments):
            stamps, durations, labels = raw.get_event_timestamps(0, segment, position)
            onsets = raw.rescale_event_timestamp(np.asarray(stamps) - first_marker, "float64", position) - zero
            longs = np.zeros(len(onsets)) if durations is None else np.asarray(durations, dtype=np.float64)
            found += [
                Annotation(float(onset), float(long), clean_name(str(label)))
                for onset, long, label in zip(onsets, longs, labels, strict=True)
            ]
    return tuple(sorted(found, key=lambda a: (a.onset_s, a.duration_s, a.text)))
