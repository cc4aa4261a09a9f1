"""EMG-BIDS: a dataset of EDF or BDF files with tables of channels and events beside them.

Source: Brain Imaging Data Structure 1.11, section "Electromyography".
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from involuntary._version import __version__
from involuntary.errors import RecordingError, UnitError, printable
from involuntary.formats._bids import Rows, data_files, in_dataset, read_sidecar, read_table
from involuntary.formats._bids_electrodes import electrode_rows, read_electrodes, spaces
from involuntary.formats._edf_plan import ascii_unit, labels_of
from involuntary.formats._edf_write import write_records
from involuntary.formats.base import ReadOptions, RecordingFormat
from involuntary.formats.bdf import FORMAT as BDF_FORMAT
from involuntary.formats.edf import BDF
from involuntary.formats.edf import FORMAT as EDF_FORMAT
from involuntary.formats.kinds import Stated, clean_name
from involuntary.model import Annotation, Channel, ChannelKind, Recording
from involuntary.units import parse_unit

__all__ = ["FORMAT", "EmgBidsFormat"]

_MISSING = "n/a"
_LISTED = 3
_DATA = "sub-01_task-recording"
_TYPES = {
    ChannelKind.EMG: "EMG",
    ChannelKind.SURFACE_EMG: "EMG",
    ChannelKind.NEEDLE_EMG: "EMG",
    ChannelKind.EEG: "EEG",
    ChannelKind.EOG: "EOG",
    ChannelKind.ECG: "ECG",
    ChannelKind.ACCELEROMETER: "ACCEL",
    ChannelKind.GYROSCOPE: "GYRO",
    ChannelKind.ANGLE: "JNTANG",
    ChannelKind.DISPLACEMENT: "POS",
    ChannelKind.STIMULUS: "TRIG",
}


class EmgBidsFormat(RecordingFormat):
    """A dataset's only EMG recording by its folder, or one of several by its file."""

    id = "emg-bids"
    name = "EMG-BIDS dataset"
    suffixes = ()
    writes = True
    folder = True

    def sniff(self, path: Path, head: bytes) -> bool:
        """Tell by the dataset's description above a folder, or by a table of channels beside a file."""
        return in_dataset(path)

    def open(self, path: Path, options: ReadOptions) -> Recording:
        """Read the signals with the kinds, units and events of the tables."""
        data = _data_file(path)
        plain = EDF_FORMAT if data.suffix == ".edf" else BDF_FORMAT
        header = plain.stated(data)
        rows = _matched(data, [channel.name for channel in header], read_table(data, "channels.tsv"))
        stated = [_joined(data, channel, row) for channel, row in zip(header, rows, strict=True)]
        recording = plain.open_as(data, options, stated)
        return replace(
            recording,
            format=self.id,
            annotations=_annotations(recording, read_table(data, "events.tsv")),
            notes=(*recording.notes, *_notes(data, rows)),
            electrodes=read_electrodes(data, rows, [channel.name for channel in recording.channels]),
        )

    def write(self, recording: Recording, path: Path) -> None:
        """Write a dataset of one person and one recording, without identity."""
        folder = path / "sub-01" / "emg"
        folder.mkdir(parents=True)
        write_records(recording, folder / f"{_DATA}_emg.bdf", BDF)
        _tables(recording, folder)
        description = {
            "Name": "EMG recording",
            "BIDSVersion": "1.11.0",
            "DatasetType": "raw",
            "GeneratedBy": [{"Name": "involuntary", "Version": __version__}],
        }
        _json(path / "dataset_description.json", description)
        readme = "One recording, written by involuntary. Identity and dates are left out.\n"
        (path / "README.md").write_text(readme, encoding="utf-8")
        _table(path / "participants.tsv", ["participant_id"], [["sub-01"]])


def _data_file(path: Path) -> Path:
    if path.is_file():
        return path
    files = data_files(path)
    if len(files) == 1:
        return files[0]
    if not files:
        raise RecordingError(
            path.name, "holds no EMG recording", "", "give the folder of a dataset with *_emg.bdf or .edf"
        )
    shown = ", ".join(str(f.relative_to(path)) for f in files[:_LISTED]) + (", …" if len(files) > _LISTED else "")
    raise RecordingError(path.name, f"holds {len(files)} recordings", "", f"give one of them: {printable(shown)}")


def _matched(data: Path, names: list[str], rows: Rows) -> Rows:
    """Give each channel its row of the table: by name, or by order where the file's labels were cut short."""
    by_name = {row.get("name", ""): row for row in rows}
    if not rows or all(name in by_name for name in names):
        return [by_name.get(name, {"name": name}) for name in names]
    if len(rows) != len(names):
        rule = f"channels.tsv must describe its {len(names)} channels"
        raise RecordingError(data.name, rule, f"{len(rows)} rows", "correct the table")
    return rows


def _joined(data: Path, channel: Stated, row: dict[str, str]) -> Stated:
    """Join what the header and the table say; a channel's type and transducer together tell its kind."""
    unit = "" if row.get("units", _MISSING) == _MISSING else row["units"]
    if _scale(unit) != _scale(channel.unit) and None not in (_scale(unit), _scale(channel.unit)):
        raise RecordingError(
            data.name,
            f"channels.tsv and the file must agree on the unit of {printable(channel.name)!r}",
            f"{printable(unit)!r} and {printable(channel.unit)!r}",
            "correct the table",
        )
    return Stated(channel.name, channel.unit or unit, f"{row.get('type', '')} {channel.hint}".strip())


def _scale(unit: str) -> float | None:
    try:
        return parse_unit(unit).scale
    except UnitError:
        return None


def _annotations(recording: Recording, rows: Rows) -> tuple[Annotation, ...]:
    events = [
        Annotation(float(row["onset"]), _seconds(row.get("duration", "")), clean_name(_text(row)))
        for row in rows
        if _is_number(row.get("onset", ""))
    ]
    both = dict.fromkeys([*recording.annotations, *events])
    return tuple(sorted(both, key=lambda a: (a.onset_s, a.duration_s, a.text)))


def _text(row: dict[str, str]) -> str:
    return next((row[k] for k in ("trial_type", "event_type", "value") if row.get(k, _MISSING) != _MISSING), "event")


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _seconds(text: str) -> float:
    return max(float(text), 0.0) if _is_number(text) else 0.0


def _notes(data: Path, rows: Rows) -> tuple[str, ...]:
    bad = [row.get("name", "") for row in rows if row.get("status") == "bad"]
    lines = read_sidecar(data).get("PowerLineFrequency")
    return (
        *((f"channels.tsv marks as bad: {printable(', '.join(bad))}",) if bad else ()),
        *((f"mains frequency {lines:g} Hz, as the dataset states",) if isinstance(lines, int | float) else ()),
    )


def _tables(recording: Recording, folder: Path) -> None:
    channels = recording.channels
    main = max(channel.rate_hz for channel in channels)
    labels = labels_of([channel.name for channel in channels])
    rows = [
        [label, _TYPES.get(c.kind, "MISC"), _unit(c), f"{c.rate_hz:.10g}", printable(c.name)]
        for label, c in zip(labels, channels, strict=True)
    ]
    header = ["name", "type", "units", "sampling_frequency", "description"]
    if recording.electrodes:
        header.append("signal_electrode")
        users = {name: printable(e.name) for e in recording.electrodes for name in e.channels}
        rows = [[*row, users.get(c.name, _MISSING)] for row, c in zip(rows, channels, strict=True)]
        _table(folder / f"{_DATA}_electrodes.tsv", *electrode_rows(recording.electrodes))
        for label, content in spaces(recording.electrodes).items():
            _json(folder / f"{_DATA}{f'_space-{label}' if label else ''}_coordsystem.json", content)
    _table(folder / f"{_DATA}_channels.tsv", header, rows)
    events = [[f"{a.onset_s!r}", f"{a.duration_s!r}", printable(a.text) or _MISSING] for a in recording.annotations]
    if events:
        _table(folder / f"{_DATA}_events.tsv", ["onset", "duration", "trial_type"], events)
        levels = {"trial_type": {"Description": "Remark in the recording"}}
        _json(folder / f"{_DATA}_events.json", levels)
    sidecar = {
        "TaskName": "recording",
        "SamplingFrequency": main,
        "EMGPlacementScheme": "Other",
        "EMGPlacementSchemeDescription": "not stated in the recording",
        "EMGReference": _MISSING,
        "PowerLineFrequency": _MISSING,
        "SoftwareFilters": _MISSING,
        "RecordingType": "discontinuous" if len(recording.segments) > 1 else "continuous",
        "RecordingDuration": recording.duration_s,
        "EMGChannelCount": sum(channel.kind.is_emg for channel in channels),
        "TriggerChannelCount": sum(channel.kind is ChannelKind.STIMULUS for channel in channels),
    }
    _json(folder / f"{_DATA}_emg.json", sidecar)


def _unit(channel: Channel) -> str:
    unit = ascii_unit(channel)
    return _MISSING if unit == "count" or not unit else unit


def _json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _table(path: Path, header: list[str], rows: list[list[str]]) -> None:
    lines = ["\t".join(cells) for cells in (header, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


FORMAT = EmgBidsFormat()
