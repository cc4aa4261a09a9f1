"""Noraxon text exports, built from the published description of their layout."""

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import ReadOptions, read
from involuntary.model import Annotation, ChannelKind
from involuntary.testing.formats import IDENTITY, FormatContract

EMG = np.round(np.random.default_rng(41).normal(0, 30, (300, 2)), 3)
ACC = np.round(np.random.default_rng(42).normal(0, 900, 300), 2)
HEAD = (
    "type,begin_time,frequency,count,created with version,exported with version,measurement_date,record_name\n"
    f"record,0.00000,2000,300,Noraxon MR 4.0.22,4.0.22,2025-08-26T17:29:12.325+07:00,{IDENTITY}\n\n"
)
COLUMNS = (
    "time,Activity,Marker,LT BICEPS FEM. (uV),Ultium EMG.EMG 2 (uV),Ultium EMG.Internal Accel 1 Ax (mG),Mag (mGauss)"
)


def _write(folder, head=HEAD, columns=COLUMNS, change=lambda rows: rows):
    rows = [
        f"{i / 2000:.5f},{'REST' if i == 20 else ''},{'M1' if i == 100 else ''},{a!r},{b!r},{float(ACC[i])!r},0.5"
        for i, (a, b) in enumerate(EMG.tolist())
    ]
    (folder / "a.csv").write_text(head + columns + "\n" + "\n".join(change(rows)) + "\n", encoding="utf-8-sig")
    return folder / "a.csv"


class TestContract(FormatContract):
    id = "noraxon"
    tolerance = 1e-9

    def fixture(self, folder):
        return _write(folder)

    def truth(self):
        return [EMG[:, 0] * 1e-6, EMG[:, 1] * 1e-6, ACC * 1e-3 * 9.80665, np.full(300, 0.5)]


def test_names_kinds_and_remarks(tmp_path):
    recording = read(_write(tmp_path))
    assert [(c.name, c.kind, c.rate_hz) for c in recording.channels] == [
        ("LT BICEPS FEM.", ChannelKind.EMG, 2000),
        ("EMG 2", ChannelKind.EMG, 2000),
        ("Internal Accel 1 Ax", ChannelKind.ACCELEROMETER, 2000),
        ("Mag", ChannelKind.OTHER, 2000),
    ]
    assert recording.annotations == (Annotation(0.01, 0.0, "REST"), Annotation(0.05, 0.0, "M1"))


def test_a_unit_that_is_not_stated_is_asked_for(tmp_path):
    path = _write(tmp_path, columns="time,Activity,Marker,LT BICEPS FEM.,RT BICEPS FEM.,x,y")
    with pytest.raises(RecordingError, match=r"^a.csv: the unit of channel 'LT BICEPS FEM.' must be known; got none; "):
        read(path)
    recording = read(path, ReadOptions(kinds={"* BICEPS FEM.": "surface-emg:uV"}))
    np.testing.assert_allclose(recording.samples(1), EMG[:, 1] * 1e-6)


def test_the_file_of_one_signal(tmp_path):
    head = "type,name,time_units,begin_time,frequency,count,units\nsignal,Ultium_EMG-LT_BICEPS_FEM.,s,0,1000,3,uV\n\n"
    (tmp_path / "a.csv").write_text(head + "time,value\n0.000,1.5\n0.001,2.5\n0.002,-4\n")
    recording = read(tmp_path / "a.csv")
    assert [(c.name, c.kind) for c in recording.channels] == [("Ultium_EMG-LT_BICEPS_FEM.", ChannelKind.EMG)]
    np.testing.assert_allclose(recording.samples(0), [1.5e-6, 2.5e-6, -4e-6])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"change": lambda rows: rows[:-1]},
         "its head promises 300 rows; got 299; copy or export it again"),
        ({"head": HEAD.replace(",2000,", ",1000,")},
         "its times must agree with its frequency of 1000 Hz; got 0.1495 s for 300 rows;"
         " state the right one with --set rate_hz=…"),
        ({"head": HEAD.replace(",300,", ",many,")},
         "count must be a number; got 'many'; export it again"),
        ({"head": HEAD.replace("\n\n", "\nx\n")},
         "a Noraxon export needs an empty third line and then columns that begin with time; got"
         f" {COLUMNS}; export it again"),
    ],
)  # fmt: skip
def test_refusals(tmp_path, arguments, message):
    with pytest.raises(RecordingError) as refusal:
        read(_write(tmp_path, **arguments))
    assert str(refusal.value) == f"a.csv: {message}"


def test_an_empty_cell_is_refused(tmp_path):
    path = _write(tmp_path, change=lambda rows: [*rows[:9], rows[9].replace(",0.5", ","), *rows[10:]])
    with pytest.raises(RecordingError, match=r"^a.csv: every row must hold a number for time and each signal; got "):
        read(path)


def test_a_table_without_rows_is_refused_in_one_line(tmp_path):
    with pytest.raises(RecordingError, match=r"^a.csv: every cell must be a finite number; got no row; "):
        read(_write(tmp_path, change=lambda rows: []))
