"""The records of EDF and BDF files: samples read block by block, and the texts between them.

`edfio` holds a whole BDF file in memory, so the samples are found here from the checked header; a block read
touches only its own records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError
from involuntary.formats._edf_header import Header, SignalHeader
from involuntary.model import Annotation, Intervals

__all__ = ["RecordSource", "read_times"]

# Small enough for a processor's cache, so that unpacking and scaling find the bytes there.
_READ_BYTES = 1 << 18
# Below this, skipping the other signals of a record costs more than reading them.
_WORTH_SKIPPING_BYTES = 4096
# Samples in the file from which loading compiled kernels takes less time than they save.
_COMPILED_FROM = 1 << 23


@dataclass(frozen=True, slots=True)
class RecordSource:
    """Samples of the signals of a file; holds no handle, so it may be shared by threads and sent to processes."""

    abreast: ClassVar[bool] = True
    path: Path
    header: Header
    signals: tuple[SignalHeader, ...]
    gains: tuple[tuple[float, float], ...]

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        """Give samples ``start`` to ``stop`` of a channel in its unit."""
        samples = np.empty(stop - start)
        self.read_into(channel, start, samples)
        return samples

    def read_into(self, channel: int, start: int, samples: NDArray[np.float64]) -> None:
        """Write the samples of a channel from ``start`` on, in its unit."""
        signal, (gain, zero) = self.signals[channel], self.gains[channel]
        if not samples.size:
            return
        stop, first, done = start + samples.size, start // signal.samples, 0
        for piece in _pieces(self.path, self.header, signal, first, -(-stop // signal.samples)):
            skipped = start - first * signal.samples if not done else 0
            part = samples[done : done + min(piece.records * signal.samples - skipped, samples.size - done)]
            if self.compiled:
                from involuntary.formats._edf_kernels import from_24_bits

                from_24_bits(piece.raw, piece.apart, piece.offset, signal.samples, skipped, gain, zero, part)
            else:
                digital = _DIGITAL[self.header.layout.bytes_per_sample](piece.column())
                np.multiply(digital[skipped : skipped + part.size], gain, out=part)
                part += zero
            done += part.size

    @property
    def compiled(self) -> bool:
        """Whether unpacking by a compiled kernel, which gives the same, is worth loading it."""
        per_record = sum(signal.samples for signal in self.signals)
        return self.header.layout.bytes_per_sample == 3 and per_record * self.header.n_records >= _COMPILED_FROM


class _Piece(NamedTuple):
    """Bytes of several records: each `apart` from the next, the wanted signal's `wide` bytes from `offset` on."""

    raw: NDArray[np.uint8]
    records: int
    apart: int
    offset: int
    wide: int

    def column(self) -> NDArray[np.uint8]:
        """Give the signal's bytes alone."""
        rows = self.raw.reshape(self.records, self.apart)[:, self.offset : self.offset + self.wide]
        return np.ascontiguousarray(rows).reshape(-1)


def _pieces(path: Path, header: Header, signal: SignalHeader, first: int, last: int) -> Iterator[_Piece]:
    """Give the bytes of one signal in records `first` to `last`, several records at a time, until the next are read."""
    wide, apart = signal.samples * header.layout.bytes_per_sample, header.record_bytes
    skips = _WORTH_SKIPPING_BYTES <= wide < apart
    kept, offset = (wide, 0) if skips else (apart, signal.offset)
    step = max(1, _READ_BYTES // kept)
    raw = np.empty(min(step, last - first) * kept, np.uint8)
    with path.open("rb", buffering=0) as file:
        for begin in range(first, last, step):
            count = min(step, last - begin)
            place, view = header.first_byte + begin * apart, raw[: count * kept].data
            if skips:
                for record in range(count):
                    at = place + signal.offset + record * apart
                    _fill(path, file, at, view[record * wide : (record + 1) * wide])
            else:
                _fill(path, file, place, view)
            yield _Piece(raw[: count * kept], count, kept, offset, wide)


def _fill(path: Path, file: FileIO, place: int, view: memoryview) -> None:
    """Read as many bytes as the view holds."""
    file.seek(place)
    done = file.readinto(view)
    while done < len(view):
        more = file.readinto(view[done:])
        if not more:
            raise RecordingError(
                path.name,
                f"must hold {place + len(view)} bytes",
                f"an end after {place + done}",
                "it changed while it was read: read it again",
            )
        done += more


def _from_16_bits(raw: NDArray[np.uint8]) -> NDArray[np.int16]:
    return raw.view("<i2")


def _from_24_bits(raw: NDArray[np.uint8]) -> NDArray[np.int32]:
    # Each sample is read as the upper three bytes of four; the shift drops the lowest and keeps the sign.
    padded = np.empty(raw.size + 1, dtype=np.uint8)
    padded[0] = 0
    padded[1:] = raw
    four: NDArray[np.int32] = np.ndarray(raw.size // 3, dtype="<i4", buffer=padded, strides=(3,))
    return four >> 8


_DIGITAL: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.signedinteger]]] = {2: _from_16_bits, 3: _from_24_bits}


def read_times(path: Path, header: Header) -> tuple[Intervals, tuple[Annotation, ...], tuple[str, ...]]:
    """Read what the annotation signals say.

    Returns
    -------
    segments : Intervals
        Recorded stretches; the clock starts with the first record.
    annotations : tuple of Annotation
        Sorted by onset.
    notes : tuple of str
        How many texts could not be read.

    Raises
    ------
    RecordingError
        If a record of a discontinuous file has no time, or records overlap.
    """
    total_s = header.n_records * header.record_s
    texts: list[tuple[float, float, str]] = []
    starts = np.full(header.n_records, np.nan)
    broken = 0
    for position, signal in enumerate(s for s in header.signals if s.is_annotation):
        for record, raw in enumerate(_records(path, header, signal)):
            for place, listed in enumerate(raw.split(b"\x00")):
                if not listed:
                    continue
                parsed = _parsed(listed)
                if parsed is None:
                    broken += 1
                    continue
                onset, duration, lines = parsed
                if position == place == 0 and lines and not lines[0]:
                    starts[record] = onset
                texts += [(onset, duration, line) for line in lines if line]
    segments = _segments(path, header, starts) if header.discontinuous else _whole(total_s)
    zero = float(starts[0]) if header.n_records and np.isfinite(starts[0]) else 0.0
    annotations = tuple(Annotation(onset - zero, duration, text) for onset, duration, text in sorted(texts))
    return segments, annotations, (f"{broken} annotations could not be read",) if broken else ()


def _whole(total_s: float) -> Intervals:
    return Intervals.of((0.0, total_s)) if total_s > 0 else Intervals.empty()


def _records(path: Path, header: Header, signal: SignalHeader) -> Iterator[bytes]:
    wide = signal.samples * header.layout.bytes_per_sample
    for piece in _pieces(path, header, signal, 0, header.n_records):
        text = piece.column().tobytes()
        yield from (text[i : i + wide] for i in range(0, len(text), wide))


def _parsed(listed: bytes) -> tuple[float, float, list[str]] | None:
    """Read one time-stamped list: onset, perhaps duration, texts; None where it is none."""
    head, mark, rest = listed.partition(b"\x14")
    onset, _, duration = head.partition(b"\x15")
    try:
        when, long = float(onset), float(duration or b"0")
    except ValueError:
        return None
    if not mark or onset[:1] not in b"+-" or not (np.isfinite(when) and 0 <= long < np.inf):
        return None
    lines = rest.removesuffix(b"\x14").split(b"\x14")
    return when, long, ["".join(c for c in line.decode("utf-8", "replace") if c.isprintable()) for line in lines]


def _segments(path: Path, header: Header, starts: NDArray[np.float64]) -> Intervals:
    if not np.all(np.isfinite(starts)):
        first = int(np.flatnonzero(~np.isfinite(starts))[0])
        raise RecordingError(
            path.name,
            "every record of a discontinuous recording must state its time",
            f"none in record {first + 1}",
            "export the recording again",
        )
    half_sample = 0.5 * header.record_s / max(s.samples for s in header.signals if not s.is_annotation)
    steps = np.diff(starts) - header.record_s
    if np.any(steps < -half_sample):
        record = int(np.flatnonzero(steps < -half_sample)[0]) + 2
        raise RecordingError(
            path.name,
            "records must follow each other in time",
            f"record {record} starting {-steps[record - 2]:g} s before the end of the one before",
            "export the recording again",
        )
    firsts = np.concatenate([[0], np.flatnonzero(steps > half_sample) + 1])
    counts = np.diff(np.concatenate([firsts, [header.n_records]]))
    begin = starts[firsts] - starts[0]
    return Intervals(begin, begin + counts * header.record_s)
