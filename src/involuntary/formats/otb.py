"""OT Bioelettronica OTB+ and OTB4: a tar archive of sample streams and the XML that describes them, read in blocks."""

from __future__ import annotations

import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from involuntary.errors import RecordingError, printable
from involuntary.formats._otb import Trace, four_traces, marks, parse_xml, plus_traces
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import Identity, Stated, identify, unique_names
from involuntary.model import Annotation, Channel, Intervals, Recording

__all__ = ["FORMAT", "OtbFormat", "OtbSource"]

_TRACKS = "Tracks_000.xml"
_MOST_XML_BYTES = 1 << 24
_DTYPES = {2: "<i2", 4: "<i4", 8: "<f8"}
_INT24 = np.array([1, 1 << 8, 1 << 16], dtype=np.int32)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a channel's samples lie in the archive, and their factor to the unit of the model."""

    offset: int
    n_samples: int
    n_columns: int
    n_bytes: int
    column: int
    gain: float


@dataclass(frozen=True, slots=True)
class OtbSource:
    """Samples of an archive; each read maps only its own rows."""

    path: Path
    places: tuple[_Place, ...]

    def read(self, channel: int, start: int, stop: int) -> NDArray[np.float64]:
        """Give samples ``start`` to ``stop`` of a channel in its unit."""
        place = self.places[channel]
        if stop <= start:
            return np.empty(0)
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                values = _rows(self.path, place, start, stop) * place.gain
        except (OSError, ValueError):
            raise RecordingError(self.path.name, "was changed after it was opened", "", "open it again") from None
        if not np.all(np.isfinite(values)):
            raise RecordingError(self.path.name, "samples must be finite", "one that is not", "export it again")
        return values


def _rows(path: Path, place: _Place, start: int, stop: int) -> NDArray[np.float64]:
    begin = place.offset + start * place.n_columns * place.n_bytes
    shape: tuple[int, ...] = (stop - start, place.n_columns)
    if place.n_bytes in _DTYPES:
        rows = np.memmap(path, _DTYPES[place.n_bytes], "r", begin, shape)
        return rows[:, place.column].astype(np.float64)
    three = np.memmap(path, np.uint8, "r", begin, (*shape, place.n_bytes))[:, place.column].astype(np.int32)
    unsigned = three @ _INT24
    return np.where(unsigned >= 1 << 23, unsigned - (1 << 24), unsigned).astype(np.float64)


class OtbFormat(RecordingFormat):
    """Archives of OT BioLab+ and its predecessors; what the patient's part holds is not looked at."""

    id = "otb"
    name = "OT Bioelettronica OTB+ and OTB4"
    suffixes = (".otb", ".otb+", ".otb4")

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the suffix and the mark of a tar archive."""
        return path.suffix.lower() in self.suffixes and head[257:262] == b"ustar"

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read the descriptions; samples stay in the archive."""
        try:
            with tarfile.open(path, "r:") as archive:
                members = {m.name.removeprefix("./"): m for m in archive.getmembers() if m.isreg() and not m.issparse()}
                documents = {n: _document(path, archive, m) for n, m in members.items() if _is_wanted(n)}
        except (tarfile.TarError, OSError, ValueError, OverflowError, RecursionError):
            raise RecordingError(path.name, "must be a whole tar archive", "a damaged one", "export it again") from None
        traces, notes = _traces(path, members, documents)
        names, renamed = unique_names([trace.stated.name for trace in traces])
        stated = [Stated(n, t.stated.unit, t.stated.hint) for n, t in zip(names, traces, strict=True)]
        identities, unknown = identify(path.name, stated, options)
        places = [_place(path, members, t, i) for t, i in zip(traces, identities, strict=True)]
        channels = [_channel(s, t, i, p) for s, t, i, p in zip(stated, traces, identities, places, strict=True)]
        _check_together(path, channels)
        longest = max((channel.duration_s for channel in channels), default=0.0)
        return Recording(
            self.id,
            tuple(channels),
            OtbSource(path, tuple(places)),
            Intervals.of((0.0, longest)) if longest else Intervals.empty(),
            annotations=_annotations(path, documents),
            notes=(*notes, *renamed, *unknown),
        )


def _is_wanted(name: str) -> bool:
    return name.endswith(".xml") and name != "patient.xml"


def _document(path: Path, archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > _MOST_XML_BYTES:
        raise RecordingError(path.name, "its XML must be under 16 MiB", f"{member.size} bytes", "export it again")
    content = archive.extractfile(member)
    return content.read() if content is not None else b""


def _traces(
    path: Path, members: Mapping[str, tarfile.TarInfo], documents: Mapping[str, bytes]
) -> tuple[list[Trace], tuple[str, ...]]:
    others = sorted(name for name in documents if "Tracks_" in name and name != _TRACKS)
    if _TRACKS in documents:
        traces, notes = four_traces(path.name, parse_xml(path.name, documents[_TRACKS]))
        left = f"further lists of tracks are left out: {printable(', '.join(others))}"
        return traces, (*notes, left) if others else notes
    streams = sorted(name for name in members if name.endswith(".sig"))
    if len(streams) != 1 or f"{streams[0].removesuffix('.sig')}.xml" not in documents:
        raise RecordingError(
            path.name,
            "must hold one stream of samples with its description",
            f"{len(streams)} streams",
            "export one recording a file",
        )
    root = parse_xml(path.name, documents[f"{streams[0].removesuffix('.sig')}.xml"])
    return plus_traces(path.name, root, streams[0])


def _place(path: Path, members: Mapping[str, tarfile.TarInfo], trace: Trace, identity: Identity) -> _Place:
    member = members.get(trace.stream)
    if member is None:
        raise RecordingError(path.name, "every track needs its stream", printable(trace.stream), "export it again")
    row = trace.n_columns * trace.n_bytes
    if member.size % row or member.offset_data + member.size > path.stat().st_size:
        rule = f"the stream {printable(trace.stream)!r} must hold whole rows of {trace.n_columns} channels"
        raise RecordingError(path.name, rule, f"{member.size} bytes", "copy or export it again")
    gain = trace.gain * identity.scale
    return _Place(member.offset_data, member.size // row, trace.n_columns, trace.n_bytes, trace.column, gain)


def _channel(stated: Stated, trace: Trace, identity: Identity, place: _Place) -> Channel:
    # A stream of wider integers than the converter's is held to the wider.
    ends = (-(2.0 ** (8 * trace.n_bytes - 1)), 2.0 ** (8 * trace.n_bytes - 1) - 1)
    low, high = sorted(end * place.gain for end in ends) if trace.bits == 8 * trace.n_bytes else (-np.inf, np.inf)
    return Channel(
        stated.name, identity.kind, identity.unit, trace.rate_hz, place.n_samples, identity.recorded_unit, low, high
    )


def _check_together(path: Path, channels: Sequence[Channel]) -> None:
    lasts = [channel.duration_s for channel in channels]
    if lasts and max(lasts) - min(lasts) > 1.0 / min(channel.rate_hz for channel in channels):
        raise RecordingError(
            path.name,
            "all tracks must be of one length, to one sample",
            f"{min(lasts):g} to {max(lasts):g} s",
            "export tracks of one span to a file",
        )


def _annotations(path: Path, documents: Mapping[str, bytes]) -> tuple[Annotation, ...]:
    found = {
        mark
        for name, raw in documents.items()
        if name.startswith("marker")
        for mark in marks(path.name, parse_xml(path.name, raw))
    }
    return tuple(Annotation(onset, 0.0, text) for onset, text in sorted(found))


FORMAT = OtbFormat()
