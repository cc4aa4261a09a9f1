"""Write EDF+ and BDF+ record by record: the header is edfio's, and memory does not grow with the recording."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.formats._edf_header import BDF, Layout
from involuntary.formats._edf_plan import Plan, Trace, plan_of
from involuntary.model import Recording

__all__ = ["write_records"]

_CHUNK_BYTES = 4 << 20


def write_records(recording: Recording, path: Path, layout: Layout) -> None:
    """Write a recording without identity.

    Samples are written to the nearest step of a range that holds them all. Where no record duration divides the
    recording, the last record is filled up with the last sample and the annotation ``padding`` says from where.

    Raises
    ------
    RecordingError
        If rates have no common record, or a sample lies beyond its channel's stated range.
    """
    plan = plan_of(recording, layout, path.name)
    texts = _texts(recording, plan)
    width = -(-max(len(text) for text in texts) // layout.bytes_per_sample) * layout.bytes_per_sample
    header, ranges = _header(plan, width, len(texts))
    with path.open("wb") as file:
        file.write(header)
        done = 0
        for segment, count in enumerate(plan.segments):
            _write_segment(file, recording, plan, ranges, segment, texts[done : done + count], width)
            done += count


Range = tuple[float, float, int]


def _header(plan: Plan, text_bytes: int, n_records: int) -> tuple[bytes, list[Range]]:
    """Let edfio build the header of a file of one record; counts, text width and gaps are put in after."""
    import edfio

    bdf = plan.layout is BDF
    signal_class: Any
    file_class: Any
    signal_class, file_class = (edfio.BdfSignal, edfio.Bdf) if bdf else (edfio.EdfSignal, edfio.Edf)
    least = plan.layout.lowest
    signals = [
        signal_class.from_digital(
            np.zeros(trace.samples, np.int32 if bdf else np.int16),
            trace.samples / plan.record_s,
            label=trace.label,
            transducer_type=trace.kind,
            physical_dimension=trace.unit,
            physical_range=(trace.physical_min, trace.physical_max),
            digital_range=(least, -least - 1),
        )
        for trace in plan.traces
    ]
    one = file_class(signals, data_record_duration=plan.record_s, annotations=())
    raw = bytearray(one.to_bytes()[: one.bytes_in_header_record])
    raw[236:244] = str(n_records).encode().ljust(8)
    if len(plan.segments) > 1:
        raw[192:197] = plan.layout.id.upper().encode() + b"+D"
    samples_field = len(raw) - 32 * (len(signals) + 1) - 8
    raw[samples_field : samples_field + 8] = str(text_bytes // plan.layout.bytes_per_sample).encode().ljust(8)
    steps = -2 * least - 1
    return bytes(raw), [(s.physical_min, (s.physical_max - s.physical_min) / steps, least) for s in signals]


def _texts(recording: Recording, plan: Plan) -> list[bytes]:
    """Give each record's time and the annotations that begin in it."""
    starts = np.concatenate(
        [start + np.arange(n) * plan.record_s for start, n in zip(plan.starts_s, plan.segments, strict=True)]
    )
    lists = [[_stamped(start, 0.0, "")] for start in starts.tolist()]
    for onset, duration, text in _annotations(recording, plan):
        record = max(int(np.searchsorted(starts, onset, side="right")) - 1, 0)
        lists[record].append(_stamped(onset, duration, text))
    return [b"".join(items) for items in lists]


def _annotations(recording: Recording, plan: Plan) -> Iterator[tuple[float, float, str]]:
    for annotation in recording.annotations:
        yield annotation.onset_s, annotation.duration_s, annotation.text
    for start, stop, n in zip(plan.starts_s, recording.segments.stop_s.tolist(), plan.segments, strict=True):
        filled = start + n * plan.record_s - stop
        if filled > 1e-9:
            yield stop, filled, "padding"


def _stamped(onset: float, duration: float, text: str) -> bytes:
    clean = "".join(c for c in text if c.isprintable())
    when = np.format_float_positional(onset, trim="-", sign=True)
    long = f"\x15{np.format_float_positional(duration, trim='-')}" if duration > 0 else ""
    return f"{when}{long}\x14{clean}\x14\x00".encode()


def _write_segment(
    file: BinaryIO, recording: Recording, plan: Plan, ranges: list[Range], segment: int, texts: list[bytes], width: int
) -> None:
    record_bytes = width + plan.layout.bytes_per_sample * sum(trace.samples for trace in plan.traces)
    step = max(1, _CHUNK_BYTES // record_bytes)
    for first in range(0, len(texts), step):
        count = min(step, len(texts) - first)
        parts = [
            _encoded(recording, plan.layout, trace, limits, segment, first, count)
            for trace, limits in zip(plan.traces, ranges, strict=True)
        ]
        listed = b"".join(text.ljust(width, b"\x00") for text in texts[first : first + count])
        parts.append(np.frombuffer(listed, np.uint8).reshape(count, width))
        file.write(np.concatenate(parts, axis=1).tobytes())


def _encoded(
    recording: Recording, layout: Layout, trace: Trace, limits: Range, segment: int, first: int, count: int
) -> NDArray[np.uint8]:
    begin, end = recording.segment_samples(trace.channel)[segment]
    start = min(begin + first * trace.samples, end)
    samples = recording.samples(trace.channel, start, min(start + count * trace.samples, end))
    if samples.size < count * trace.samples:
        last = recording.samples(trace.channel, end - 1, end)
        samples = np.concatenate([samples, np.repeat(last, count * trace.samples - samples.size)])
    lowest, gain, least = limits
    digital = np.rint((samples / trace.scale - lowest) / gain)
    if digital.min() < 0 or digital.max() > -2 * least - 1:
        channel = recording.channels[trace.channel]
        raise RecordingError(
            channel.name,
            f"samples must lie in the channel's range, {channel.lowest:g} to {channel.highest:g} {channel.unit}",
            f"{samples.min():g} to {samples.max():g}",
            "correct the range of the channel",
        )
    whole = (digital + least).astype("<i4").view(np.uint8).reshape(-1, 4)[:, : layout.bytes_per_sample]
    return np.ascontiguousarray(whole).reshape(count, -1)
