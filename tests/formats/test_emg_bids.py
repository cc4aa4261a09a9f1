"""EMG-BIDS: read with what lies beside the data, written as the official validator accepts it."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import edfio
import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import read, write
from involuntary.model import Annotation, Channel, ChannelKind, Electrode, Recording
from involuntary.testing.formats import IDENTITY, FormatContract

EMG = np.random.default_rng(4).integers(-900, 900, 2000) / 8.0
ACC = np.random.default_rng(5).integers(-900, 900, 200) / 1000.0
CHANNELS = "name\ttype\tunits\tstatus\nTA left\tEMG\tuV\tgood\nwrist\tACCEL\tg\tbad\n"


def _dataset(folder, channels=CHANNELS, units=("uV", "")):
    emg = folder / "data" / "sub-07" / "ses-1" / "emg"
    emg.mkdir(parents=True)
    (folder / "data" / "dataset_description.json").write_text('{"Name": "x", "BIDSVersion": "1.11.0"}')
    (folder / "data" / "participants.tsv").write_text(f"participant_id\tname\nsub-07\t{IDENTITY}\n")
    (folder / "data" / "task-hold_emg.json").write_text('{"PowerLineFrequency": 50}')
    (emg / "sub-07_ses-1_task-hold_channels.tsv").write_text(channels)
    (emg / "sub-07_ses-1_task-hold_events.tsv").write_text("onset\tduration\ttrial_type\n0.5\tn/a\thold\n")
    signals = [
        edfio.EdfSignal(
            data,
            rate,
            label=label,
            physical_dimension=unit,
            physical_range=(-span, span),
            digital_range=(-32000, 32000),
        )
        for data, rate, label, unit, span in (
            (EMG, 2000, "TA left", units[0], 4000),
            (ACC, 200, "wrist", units[1], 32),
        )
    ]
    path = emg / "sub-07_ses-1_task-hold_emg.edf"
    edfio.Edf(
        signals,
        patient=edfio.Patient(name=IDENTITY),
        data_record_duration=0.5,
        annotations=[edfio.EdfAnnotation(0.25, None, "twitch")],
    ).write(path)
    return path


class TestContract(FormatContract):
    id = "emg-bids"

    def fixture(self, folder):
        shutil.rmtree(folder / "data", ignore_errors=True)
        return _dataset(folder)

    def truth(self):
        return [EMG * 1e-6, ACC * 9.80665]


def test_a_dataset_is_read_with_what_lies_beside_the_data(tmp_path):
    _dataset(tmp_path)
    recording = read(tmp_path / "data")
    assert [c.kind for c in recording.channels] == [ChannelKind.EMG, ChannelKind.ACCELEROMETER]
    assert [c.unit for c in recording.channels] == ["V", "m/s²"]
    assert recording.annotations == (Annotation(0.25, 0.0, "twitch"), Annotation(0.5, 0.0, "hold"))
    assert recording.notes == (
        "channels.tsv marks as bad: wrist",
        "mains frequency 50 Hz, as the dataset states",
    )


def test_several_recordings_are_asked_about(tmp_path):
    path = _dataset(tmp_path)
    shutil.copy(path, path.with_name("sub-07_ses-1_task-rest_emg.edf"))
    with pytest.raises(RecordingError) as refusal:
        read(tmp_path / "data")
    assert str(refusal.value) == (
        "data: holds 2 recordings; give one of them: sub-07/ses-1/emg/sub-07_ses-1_task-hold_emg.edf,"
        " sub-07/ses-1/emg/sub-07_ses-1_task-rest_emg.edf"
    )
    assert read(path).format == "emg-bids"


def test_an_empty_dataset_and_a_plain_folder_are_refused(tmp_path):
    with pytest.raises(RecordingError, match=r"is of no known recording format"):
        read(tmp_path)
    (tmp_path / "dataset_description.json").write_text("{}")
    with pytest.raises(RecordingError, match=r": holds no EMG recording; give the folder of a dataset with \*_emg.bdf"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        (CHANNELS.replace("uV", "mV"), "channels.tsv and the file must agree on the unit of 'TA left';"
         " got 'mV' and 'uV'; correct the table"),
        ("name\ttype\tunits\nx\tEMG\tuV\n", "channels.tsv must describe its 2 channels; got 1 rows; correct the table"),
    ],
)  # fmt: skip
def test_tables_that_contradict_the_file_are_refused(tmp_path, channels, message):
    path = _dataset(tmp_path, channels)
    with pytest.raises(RecordingError) as refusal:
        read(path)
    assert str(refusal.value) == f"{path.name}: {message}"


def _recording():
    random = np.random.default_rng(6)
    kinds = [
        (k, u)
        for k, u in zip(
            ChannelKind,
            ["V", "V", "V", "V", "V", "V", "m/s²", "deg/s", "deg", "N", "N·m", "m", "count", "%"],
            strict=True,
        )
    ]
    channels = [Channel(f"channel {k} of the left leg", k, u, 100.0 + 100 * (i % 2), 1000 + 1000 * (i % 2))
                for i, (k, u) in enumerate(kinds)]  # fmt: skip
    return Recording.from_arrays(
        [random.normal(size=c.n_samples) for c in channels],
        channels,
        annotations=[Annotation(1.5, 0.25, "cramp"), Annotation(2.0, 0.0, "")],
    )


def test_a_written_dataset_comes_back(tmp_path):
    recording = _recording()
    write(recording, tmp_path / "out")
    again = read(tmp_path / "out")
    assert [c.kind for c in again.channels] == [c.kind for c in recording.channels]
    assert [(c.unit, c.rate_hz) for c in again.channels] == [(c.unit, c.rate_hz) for c in recording.channels]
    assert Annotation(1.5, 0.25, "cramp") in again.annotations
    for index in range(len(recording.channels)):
        np.testing.assert_allclose(again.samples(index), recording.samples(index), atol=1e-6)


def _errors(validator, dataset):
    done = subprocess.run([validator, "--json", str(dataset)], capture_output=True, text=True, check=False)
    return [issue for issue in json.loads(done.stdout)["issues"]["issues"] if issue.get("severity") == "error"]


def test_the_official_validator_finds_no_error(tmp_path):
    validator = shutil.which("bids-validator-deno", path=str(Path(sys.executable).parent))
    if validator is None:
        pytest.skip("needs bids-validator-deno")
    user = _recording().channels[1].name
    electrodes = (
        Electrode("E1", 8.0, 0.0, unit="mm", system="leg", group="G", channels=(user,)),
        Electrode("E2", 16.0, 0.0),
    )
    written = {"none": (), "plain": electrodes[1:], "two": electrodes}
    for name, placed in written.items():
        write(replace(_recording(), electrodes=placed), tmp_path / name)
        assert _errors(validator, tmp_path / name) == []
    assert len(list((tmp_path / "two").rglob("*_coordsystem.json"))) == 2
    # It can fail: without the table of channels' required column it does.
    table = next((tmp_path / "two").rglob("*_channels.tsv"))
    table.write_text(table.read_text().replace("units", "unity", 1))
    assert _errors(validator, tmp_path / "two")


ELECTRODES = "name\tx\ty\tz\tcoordinate_system\tgroup\nE1\t0\t8.5\tn/a\tgrid1\tG\nE2\t0\t16\tn/a\tgrid1\tG\n"


def _with_electrodes(folder, electrodes=ELECTRODES):
    path = _dataset(folder, "name\ttype\tunits\tsignal_electrode\nTA left\tEMG\tuV\tE2\nwrist\tACCEL\tg\tn/a\n")
    (path.parent / "sub-07_ses-1_electrodes.tsv").write_text(electrodes)
    (folder / "data" / "space-grid1_coordsystem.json").write_text('{"EMGCoordinateUnits": "mm"}')
    return path


def test_electrodes_are_read_with_their_space_and_channels(tmp_path):
    electrodes = read(_with_electrodes(tmp_path)).electrodes
    assert [(e.name, e.x, e.y, e.unit, e.system, e.group, e.channels) for e in electrodes] == [
        ("E1", 0, 8.5, "mm", "grid1", "G", ()),
        ("E2", 0, 16, "mm", "grid1", "G", ("TA left",)),
    ]
    assert np.isnan(electrodes[0].z)


def test_electrodes_come_back(tmp_path):
    recording = read(_with_electrodes(tmp_path))
    write(recording, tmp_path / "out")
    assert repr(read(tmp_path / "out").electrodes) == repr(recording.electrodes)


@pytest.mark.parametrize(
    ("electrodes", "message"),
    [
        (ELECTRODES.replace("8.5", "left"), "the position of electrode 'E1' must be numbers; got 'left'"),
        (ELECTRODES.replace("E2", "E1"), "electrodes must have names of their own; got 'E1'"),
    ],
)
def test_electrodes_that_cannot_be_are_refused(tmp_path, electrodes, message):
    path = _with_electrodes(tmp_path, electrodes)
    with pytest.raises(RecordingError) as refusal:
        read(path)
    assert str(refusal.value) == f"{path.name}: {message}; correct electrodes.tsv"


def test_a_folder_that_holds_something_is_not_overwritten(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").touch()
    with pytest.raises(RecordingError, match=r"^out: the folder must be new or empty; choose another name$"):
        write(_recording(), tmp_path / "out")
