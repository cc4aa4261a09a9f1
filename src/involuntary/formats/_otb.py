"""What the XML of an OT Bioelettronica archive says of each channel: where it lies and how a count becomes a voltage.

Sources: OT Bioelettronica's own readers, repository ``OTB-Matlab``. OTB4 (``OpenOTB4_v2.m``): value = count ×
ADC_Range / 2^ADC_Nbits / Gain × UnitOfMeasurementFactor in UnitOfMeasurement, all stated by each track. OTB+
(``OpenOTBfilesConvFact.m``): the archive does not state the converter's range; the readers hold a table of devices and
adapters, which `_PLUS` repeats. What is in neither stays in counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from involuntary.errors import RecordingError, printable
from involuntary.formats.kinds import Stated, clean_name

__all__ = ["Trace", "four_traces", "marks", "parse_xml", "plus_traces"]

# (device, start of the adapter's name): (range of the converter in volts, gain), all of 16 bits; first row that fits.
_PLUS = (
    (("QUATTROCENTO", "QUATTRO"), "Direct connection", (5.0, 0.5)),
    (("QUATTROCENTO", "QUATTRO"), "", (5.0, 150.0)),
    (("DUE+", "QUATTRO+"), "", (3.3, 202.0)),
    (("DUE",), "", (5.0, 200.0)),
    (("SYNCSTATION",), "Due+", (3.3, 202.0)),
    (("SYNCSTATION",), "Quattro+", (3.3, 202.0)),
    (("SYNCSTATION",), "Direct connection to Syncstation Input", (5.0, 0.5)),
    (("SYNCSTATION",), "AdapterLoadCell", (5.0, 205.0)),
    (("SYNCSTATION",), "", (4.8, 256.0)),
)
_CONTROLS = ("AdapterControl", "AdapterQuaternions")
_PLUS_BITS = 16
# The maker's codes of electrode grids and arrays, such as GR08MM1305 and HD04MM1305.
_GRID = re.compile(r"\b(GR|HD|EL|SA)\d+MM\d+", re.IGNORECASE)
_BYTES = (2, 3, 4, 8)
_FLOAT_BYTES = 8
_MOST_CHANNELS = 4096


@dataclass(frozen=True, slots=True)
class Trace:
    """One channel: its stream, its place in each row of it, and the factor from counts to its unit."""

    stream: str
    column: int
    n_columns: int
    n_bytes: int
    bits: int
    rate_hz: float
    gain: float
    stated: Stated


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Refuse what only bombs and thefts need."""
        raise ElementTree.ParseError("a document type")


def parse_xml(file: str, raw: bytes) -> ElementTree.Element:
    """Parse XML without entities.

    Raises
    ------
    RecordingError
        If it is no XML.
    """
    try:
        return ElementTree.fromstring(raw, ElementTree.XMLParser(target=_Builder()))  # noqa: S314 - no document type
    except (ElementTree.ParseError, ValueError, LookupError):
        raise RecordingError(file, "its XML must be whole", "a damaged part", "export it again") from None


def plus_traces(file: str, root: ElementTree.Element, stream: str) -> tuple[list[Trace], tuple[str, ...]]:
    """Give the channels that an OTB+ device description lists, and why some stay in counts.

    Raises
    ------
    RecordingError
        If a number is missing or impossible, or samples are not of 16 bits.
    """
    device = root.get("Name", "").partition(";")[0].strip()
    rate = _number(file, "SampleFrequency", root.get("SampleFrequency"), 0)
    total = int(_number(file, "DeviceTotalChannels", root.get("DeviceTotalChannels"), 0, _MOST_CHANNELS))
    bits = int(_number(file, "ad_bits", root.get("ad_bits"), 0))
    if bits != _PLUS_BITS:
        raise RecordingError(
            file, "OTB+ is documented for samples of 16 bits alone", f"{bits}", "export it as OTB4 or MATLAB"
        )
    traces, uncalibrated = [], dict[str, None]()
    for adapter in root.iter("Adapter"):
        name, first = adapter.get("ID", ""), _number(file, "ChannelStartIndex", adapter.get("ChannelStartIndex"))
        span, gain = _plus_scale(device, name, adapter.get("Gain", "1"))
        if span is None and not name.startswith(_CONTROLS):
            uncalibrated[f"{device} {name}".strip()] = None
        factor, unit = (1.0, "count") if span is None else (span / 2**bits / gain, "V")
        for channel in adapter.iter("Channel"):
            column = int(first + _number(file, "Index", channel.get("Index")))
            _check_column(file, column, total)
            stated = _plus_stated(column, name, channel, unit)
            traces.append(Trace(stream, column, total, bits // 8, bits, rate, factor, stated))
    note = (f"kept in counts because the maker's table of gains does not cover: {printable(', '.join(uncalibrated))}",)
    return traces, note if uncalibrated else ()


def _plus_scale(device: str, adapter: str, stated: str) -> tuple[float | None, float]:
    """Give range and gain, or no range where the table and the file's own gain do not agree."""
    if adapter.startswith(_CONTROLS):
        return None, 1.0
    row = next((scale for names, start, scale in _PLUS if device in names and adapter.startswith(start)), None)
    # A gain of 1 stands where the adapter does not amplify and the device does.
    if row is None or stated.strip() not in {"1", "1.0", f"{row[1]:g}", f"{row[1]:.1f}"}:
        return None, 1.0
    return row


def _plus_stated(column: int, adapter: str, channel: ElementTree.Element, unit: str) -> Stated:
    texts = [channel.get(key, "") for key in ("Muscle", "Side", "Prefix", "ID")]
    name = " ".join(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if adapter.startswith(_CONTROLS):
        return Stated(clean_name(f"{name or adapter} {column + 1}"), unit, "misc")
    return Stated(clean_name(f"{name or adapter} {column + 1}"), unit, _hint(f"{name} {adapter}"))


def _hint(text: str) -> str:
    return "surface emg" if _GRID.search(text) else ""


def four_traces(file: str, root: ElementTree.Element) -> tuple[list[Trace], tuple[str, ...]]:
    """Give the channels of an OTB4 list of tracks.

    Raises
    ------
    RecordingError
        If a number is missing or impossible.
    """
    found = [(track, _text(track, "IsProcessing").lower() == "true") for track in root.iter("TrackInfo")]
    computed = [clean_name(_text(track, "SubTitle") or _text(track, "Title")) for track, skip in found if skip]
    traces = [trace for track, skip in found if not skip for trace in _track(file, track)]
    note = f"computed tracks are left out: {printable(', '.join(computed))}"
    return traces, ((note,) if computed else ())


def _track(file: str, track: ElementTree.Element) -> Iterator[Trace]:
    def number(key: str, least: float = -math.inf, most: float = math.inf) -> float:
        return _number(file, key, _text(track, key), least, most)

    total, n_bytes = int(number("TotalChannelsInFile", 0, _MOST_CHANNELS)), int(number("SampleSize"))
    if n_bytes not in _BYTES:
        raise RecordingError(file, "samples must have 2, 3, 4 or 8 bytes", f"{n_bytes}", "export it again")
    count, first = int(number("NumberOfChannels", 0, _MOST_CHANNELS)), int(number("AcquisitionChannel", -1))
    title, subtitle = clean_name(_text(track, "Title")), clean_name(_text(track, "SubTitle"))
    label = " ".join(dict.fromkeys(filter(None, (title, subtitle)))) or "track"
    unit, bits, factor = clean_name(_text(track, "UnitOfMeasurement")), 0, 1.0
    if n_bytes != _FLOAT_BYTES:
        bits = int(number("ADC_Nbits", -1, 8 * n_bytes + 1))
        factor = number("UnitOfMeasurementFactor")
        if bits:
            factor *= number("ADC_Range") / 2**bits / number("Gain", 0)
    sensor = " ".join(_text(track, key) for key in ("StringsDescriptions/OriginalSensor", "Description/Name"))
    control = _text(track, "IsControl").lower() == "true"
    for i in range(count):
        _check_column(file, first + i, total)
        name = label if count == 1 else f"{label} {i + 1}"
        stated = Stated(name, unit, "misc" if control else _hint(f"{label} {sensor}"))
        stream = _text(track, "SignalStreamPath")
        yield Trace(stream, first + i, total, n_bytes, bits, number("SamplingFrequency", 0), factor, stated)


def marks(file: str, root: ElementTree.Element) -> list[tuple[float, str]]:
    """Give time in seconds and text of each marker."""
    return [
        (_number(file, "Milliseconds", _text(mark, "Milliseconds")) / 1000, clean_name(_text(mark, "Description")))
        for mark in root.iter("Marker")
    ]


def _text(parent: ElementTree.Element, path: str) -> str:
    return (parent.findtext(path) or "").strip()


def _check_column(file: str, column: int, total: int) -> None:
    if not 0 <= column < total:
        raise RecordingError(
            file, f"channels must lie within the {total} of their stream", f"one at {column + 1}", "export it again"
        )


def _number(file: str, key: str, text: str | None, above: float = -math.inf, most: float = math.inf) -> float:
    """Read a finite number above `above` and up to `most`."""
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and above < value <= most):
        raise RecordingError(file, f"{key} must be stated and possible", repr(printable(text or "")), "export it again")
    return value
