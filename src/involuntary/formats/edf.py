"""EDF and EDF+ (continuous and discontinuous): 16-bit samples in records of any duration."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from involuntary.formats._bids import in_dataset
from involuntary.formats._edf_header import BDF, EDF, Header, Layout, SignalHeader, read_header
from involuntary.formats._edf_records import RecordSource, read_times
from involuntary.formats._edf_write import write_records
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.kinds import Identity, Stated, identify, unique_names
from involuntary.model import Channel, Recording

__all__ = ["BDF", "EDF", "FORMAT", "RecordFormat"]


class RecordFormat(RecordingFormat):
    """EDF or BDF, as the layout says."""

    writes = True

    def __init__(self, layout: Layout, name: str) -> None:
        self.layout = layout
        self.id, self.name, self.suffixes = layout.id, name, (f".{layout.id}",)  # type: ignore[misc]

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the first eight bytes; a file of a BIDS dataset is read with what lies beside it."""
        return head.startswith(self.layout.magic) and not in_dataset(path)

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read header and annotations; samples stay on disk."""
        return self.open_as(path, options, self.stated(path))

    def stated(self, path: Path) -> list[Stated]:
        """Give what the header says of each signal channel."""
        signals = [signal for signal in read_header(path, self.layout).signals if not signal.is_annotation]
        names = unique_names([signal.label for signal in signals])[0]
        return [Stated(n, s.unit, s.transducer) for n, s in zip(names, signals, strict=True)]

    def open_as(self, path: Path, options: ReadOptions, stated: list[Stated]) -> Recording:
        """Open a file whose signal channels are what `stated` says."""
        header = read_header(path, self.layout)
        signals = tuple(signal for signal in header.signals if not signal.is_annotation)
        names, renamed = unique_names([signal.label for signal in signals])
        identities, unknown = identify(path.name, stated, options)
        segments, annotations, unread = read_times(path, header) if signals else (None, (), ())
        gains = tuple((s.gain * i.scale, s.zero * i.scale) for s, i in zip(signals, identities, strict=True))
        channels = tuple(_channel(header, *row) for row in zip(names, signals, identities, gains, strict=True))
        recording = Recording(
            self.id,
            channels,
            RecordSource(path, header, signals, gains),
            annotations=annotations,
            notes=(*header.notes, *renamed, *unread, *unknown),
        )
        return recording if segments is None else replace(recording, segments=segments)

    def write(self, recording: Recording, path: Path) -> None:
        """Write without identity, gaps and annotations kept."""
        write_records(recording, path, self.layout)


def _channel(
    header: Header, name: str, signal: SignalHeader, identity: Identity, gains: tuple[float, float]
) -> Channel:
    gain, zero = gains
    ends = sorted(digital * gain + zero for digital in (signal.digital_min, signal.digital_max))
    return Channel(
        name,
        identity.kind,
        identity.unit,
        float(signal.samples / Fraction(repr(header.record_s))),  # 400 / 0.1 is 4000 exactly
        signal.samples * header.n_records,
        identity.recorded_unit,
        *ends,
    )


FORMAT = RecordFormat(EDF, "European Data Format, EDF and EDF+")
