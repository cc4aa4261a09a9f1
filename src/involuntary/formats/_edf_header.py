"""The header of EDF and BDF files, checked field by field against the file's size before memory is taken.

Sources: Kemp et al., Electroencephalogr Clin Neurophysiol 1992;82:391 (EDF); Kemp & Olivan, Clin Neurophysiol
2003;114:1755 (EDF+); BioSemi's description of BDF (24-bit samples, first byte 255).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from involuntary.errors import RecordingError, printable
from involuntary.formats.kinds import clean_name

__all__ = ["BDF", "EDF", "Header", "Layout", "SignalHeader", "read_header"]

_FIXED = 256
_SHORTEST_RECORD_S, _LONGEST_RECORD_S = 1e-9, 1e6
# Width in bytes of each field of a signal, in the order in which the header lists them for all signals.
_SIGNAL_FIELDS = (
    ("label", 16),
    ("transducer", 80),
    ("unit", 8),
    ("physical minimum", 8),
    ("physical maximum", 8),
    ("digital minimum", 8),
    ("digital maximum", 8),
    ("prefiltering", 80),
    ("samples in each record", 8),
    ("reserved", 32),
)
_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Layout:
    """What tells EDF and BDF apart."""

    id: str
    magic: bytes
    bytes_per_sample: int

    @property
    def annotations_label(self) -> str:
        """Label of the signal that holds text instead of samples."""
        return f"{self.id.upper()} Annotations"

    @property
    def lowest(self) -> int:
        """The least digital value; the greatest is ``-lowest - 1``."""
        return int(-(1 << (8 * self.bytes_per_sample - 1)))


EDF = Layout("edf", b"0       ", 2)
BDF = Layout("bdf", b"\xffBIOSEMI", 3)


@dataclass(frozen=True, slots=True)
class SignalHeader:
    """One signal as the header describes it; `offset` is its first byte within a record."""

    label: str
    transducer: str
    unit: str
    physical_min: float
    physical_max: float
    digital_min: int
    digital_max: int
    samples: int
    offset: int
    is_annotation: bool

    @property
    def gain(self) -> float:
        """Physical units a digital step."""
        return (self.physical_max - self.physical_min) / (self.digital_max - self.digital_min)

    @property
    def zero(self) -> float:
        """Physical value of the digital value 0."""
        return self.physical_min - self.gain * self.digital_min


@dataclass(frozen=True, slots=True)
class Header:
    """What is needed to find and scale samples; patient, dates and place are not read at all."""

    layout: Layout
    n_records: int
    record_s: float
    record_bytes: int
    first_byte: int
    discontinuous: bool
    signals: tuple[SignalHeader, ...]
    notes: tuple[str, ...]


def read_header(path: Path, layout: Layout) -> Header:
    """Read and check the header.

    Raises
    ------
    RecordingError
        If a field is no number or out of range, or the header and the file's size do not agree.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        fixed = file.read(_FIXED)
        if fixed[:8] != layout.magic:
            raise RecordingError(
                path.name,
                f"does not begin as {layout.id.upper()} does, with {layout.magic!r}",
                repr(fixed[:8]),
                "check that this is the right file",
            )
        if size < _FIXED:
            raise _truncated_header(path, _FIXED, size)
        n_signals = _whole(path, "number of signals", fixed[252:256], 1)
        first_byte = _FIXED * (1 + n_signals)
        if size < first_byte:
            raise _truncated_header(path, first_byte, size)
        _equal(path, "size of the header", _whole(path, "size of the header", fixed[184:192], 1), first_byte)
        table = _columns(file.read(_FIXED * n_signals), n_signals)
    record_s = _decimal(path, "duration of a record", fixed[244:252])
    signals = _signals(path, layout, table, record_s)
    record_bytes = layout.bytes_per_sample * sum(signal.samples for signal in signals)
    claimed = _whole(path, "number of records", fixed[236:244], -1)
    n_records, notes = _checked_records(path, claimed, record_bytes, size - first_byte)
    discontinuous = fixed[192:197] == layout.id.upper().encode() + b"+D"
    return Header(layout, n_records, record_s, record_bytes, first_byte, discontinuous, signals, notes)


def _columns(raw: bytes, n_signals: int) -> list[dict[str, bytes]]:
    rows: list[dict[str, bytes]] = [{} for _ in range(n_signals)]
    start = 0
    for name, width in _SIGNAL_FIELDS:
        for row in rows:
            row[name] = raw[start : start + width]
            start += width
    return rows


def _signals(path: Path, layout: Layout, rows: list[dict[str, bytes]], record_s: float) -> tuple[SignalHeader, ...]:
    signals: list[SignalHeader] = []
    offset = 0
    for position, row in enumerate(rows, start=1):
        signal = _signal(path, layout, row, position, offset)
        offset += signal.samples * layout.bytes_per_sample
        signals.append(signal)
    if not all(signal.is_annotation for signal in signals) and not _SHORTEST_RECORD_S <= record_s <= _LONGEST_RECORD_S:
        raise RecordingError(
            path.name, "the duration of a record must lie between 1e-9 and 1e6 s", f"{record_s:g} s", _ADVICE
        )
    return tuple(signals)


_ADVICE = "the header is damaged: export the recording again"


def _signal(path: Path, layout: Layout, row: dict[str, bytes], position: int, offset: int) -> SignalHeader:
    label = clean_name(_text(row["label"]))
    is_annotation = label == layout.annotations_label
    where = f"of signal {position} ({printable(label)!r})"
    samples = _whole(path, f"samples in each record {where}", row["samples in each record"], 1)
    if is_annotation:
        return SignalHeader(label, "", "", 0.0, 1.0, 0, 1, samples, offset, True)
    physical, digital = _range(path, layout, row, where)
    transducer, unit = clean_name(_text(row["transducer"])), clean_name(_text(row["unit"]))
    return SignalHeader(label, transducer, unit, *physical, *digital, samples, offset, False)


def _range(
    path: Path, layout: Layout, row: dict[str, bytes], where: str
) -> tuple[tuple[float, float], tuple[int, int]]:
    low, high = (_decimal(path, f"physical {end} {where}", row[f"physical {end}"]) for end in ("minimum", "maximum"))
    least, most = (
        _whole(path, f"digital {end} {where}", row[f"digital {end}"], layout.lowest) for end in ("minimum", "maximum")
    )
    if not least < most < -layout.lowest:
        raise RecordingError(
            path.name,
            f"the digital minimum {where} must be below the maximum, and both fit {8 * layout.bytes_per_sample} bits",
            f"{least} and {most}",
            _ADVICE,
        )
    if low == high:
        raise RecordingError(
            path.name, f"the physical minimum {where} must differ from the maximum", f"{low:g} and {high:g}", _ADVICE
        )
    return (low, high), (least, most)


def _checked_records(path: Path, claimed: int, record_bytes: int, held_bytes: int) -> tuple[int, tuple[str, ...]]:
    whole, rest = divmod(held_bytes, record_bytes)
    held = f"{_count(whole, 'record')}" + (f" and {_count(rest, 'byte')}" if rest else "")
    if claimed == -1:
        if not whole:
            raise RecordingError(path.name, "holds no complete record", held, "record or copy it again")
        return whole, (f"the recorder did not close the file (number of records -1); it holds {held}",)
    if claimed == 0:
        raise RecordingError(path.name, "the header promises no record", held, "record or copy it again")
    if claimed > whole:
        raise RecordingError(
            path.name,
            f"the header promises {_count(claimed, 'record')} of {_count(record_bytes, 'byte')}",
            f"a file that holds {held}",
            "it was cut short: copy or export it again",
        )
    surplus = held_bytes - claimed * record_bytes
    notes = (f"{_count(surplus, 'byte')} after the {_count(claimed, 'record')} that the header promises are not read",)
    return claimed, notes if surplus else ()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _text(raw: bytes) -> str:
    # The standard asks for ASCII; recorders write µ in Latin-1 or UTF-8 all the same.
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _number(path: Path, field: str, raw: bytes, pattern: re.Pattern[str], noun: str) -> str:
    text = raw.decode("latin-1").strip(" \x00")
    if not pattern.fullmatch(text, 0) or not text.isascii():
        raise RecordingError(path.name, f"the {field} must be {noun}", repr(printable(text)), _ADVICE)
    return text


def _whole(path: Path, field: str, raw: bytes, least: int) -> int:
    value = int(_number(path, field, raw, _WHOLE, "a whole number"))
    if value < least:
        raise RecordingError(path.name, f"the {field} must be at least {least}", str(value), _ADVICE)
    return value


def _decimal(path: Path, field: str, raw: bytes) -> float:
    value = float(_number(path, field, raw, _DECIMAL, "a number"))
    if abs(value) > 1e30:  # eight characters can write infinity as 1e999
        raise RecordingError(path.name, f"the {field} must be finite", f"{value:g}", _ADVICE)
    return value


def _equal(path: Path, field: str, got: int, wanted: int) -> None:
    if got != wanted:
        raise RecordingError(path.name, f"the {field} must be {_count(wanted, 'byte')}", str(got), _ADVICE)


def _truncated_header(path: Path, wanted: int, size: int) -> RecordingError:
    return RecordingError(
        path.name,
        f"the header needs {_count(wanted, 'byte')}",
        f"a file of {_count(size, 'byte')}",
        "it was cut short: copy or export it again",
    )
