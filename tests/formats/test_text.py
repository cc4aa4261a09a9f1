"""Text as other programs write it, and every refusal by its message."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from involuntary.errors import RecordingError
from involuntary.formats import ReadOptions, read
from involuntary.model import ChannelKind
from involuntary.testing.formats import FormatContract, refusal_of
from shared_data import shared

EMG = np.random.default_rng(5).normal(0, 20, 500).round(3)
TIME = np.arange(500) / 1000


class TestContract(FormatContract):
    id = "text"

    def fixture(self, folder):
        path = folder / "recording.csv"
        table = np.column_stack([TIME, EMG, EMG / 10])
        np.savetxt(path, table, delimiter=",", header="time_s,EMG (uV),acc_x [g]", comments="", fmt="%.10g")
        return path

    def truth(self):
        return [EMG * 1e-6, EMG / 10 * 9.80665]

    def test_no_identity_gets_through(self, tmp_path):
        pytest.skip("a table of numbers has no room for a name")


def _read(tmp_path, text, encoding="utf-8", **options):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    return read(path, ReadOptions(**options))


VARIANTS = {
    "comma": "time_s,emg_uv\n0,1.5\n0.001,-2\n0.002,3\n",
    "tab": "time_s\temg_uv\n0\t1.5\n0.001\t-2\n0.002\t3\n",
    "semicolon": "time_s;emg_uv\n0;1.5\n0.001;-2\n0.002;3\n",
    "decimal comma": "time_s;emg_uv\n0;1,5\n0,001;-2\n0,002;3\n",
    "tab and decimal comma": "time_s\temg_uv\n0\t1,5\n0,001\t-2\n0,002\t3\n",
    "carriage return": "time_s,emg_uv\r0,1.5\r0.001,-2\r0.002,3\r",
    "mixed line ends": "time_s,emg_uv\r\n0,1.5\r0.001,-2\n0.002,3",
    "quotes and blanks": '"time_s","emg_uv"\n"0","1.5"\n0.001 ,-2\n 0.002,3\n\n',
    "milliseconds": "t_ms,emg_uv\n0,1.5\n1,-2\n2,3\n",
    "microseconds": "Timestamp [us],EMG [uV]\n0,1.5\n1000,-2\n2000,3\n",
    "millivolt": "time_s,EMG (mV)\n0,0.0015\n0.001,-0.002\n0.002,0.003\n",
    "leading blank line": "\n\ntime_s,emg_uv\n0,1.5\n0.001,-2\n0.002,3\n",
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_one_table_in_every_spelling(tmp_path, variant, encoding):
    recording = _read(tmp_path, VARIANTS[variant], encoding)
    assert recording.channels[0].kind is ChannelKind.EMG
    assert recording.channels[0].rate_hz == 1000
    np.testing.assert_allclose(recording.samples(0), [1.5e-6, -2e-6, 3e-6], rtol=1e-12)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_micro_sign_in_either_encoding(tmp_path, encoding):
    recording = _read(tmp_path, "EMG [µV],Füße [µV]\n1,2\n3,4\n", encoding, rate_hz=100)
    assert [c.name for c in recording.channels] == ["EMG [µV]", "Füße [µV]"]
    assert recording.samples(0).tolist() == [1e-6, 3e-6]


def test_a_stated_rate_wins_over_the_time_column_and_says_so(tmp_path):
    recording = _read(tmp_path, VARIANTS["comma"], rate_hz=500.0)
    assert recording.channels[0].rate_hz == 500
    assert recording.notes == ("the time column 'time_s' is not used because a rate is stated",)


def test_a_time_column_without_unit_is_read_in_seconds_and_noted(tmp_path):
    recording = _read(tmp_path, "time,emg_uv\n0,1\n0.001,2\n0.002,3\n")
    assert recording.notes == ("the time column 'time' names no unit and is read in seconds",)


def test_a_table_without_header_takes_names_and_kinds_from_the_user(tmp_path):
    recording = _read(tmp_path, "1\n2\n", rate_hz=100.0, kinds={"column_1": "surface-emg:uV"})
    assert recording.channels[0].kind is ChannelKind.SURFACE_EMG


def test_amplifier_counts_have_no_physical_unit():
    path = shared("data", "voluntary-surface-emg", "emg.csv")
    recording = read(path, ReadOptions(rate_hz=1000.0))
    channel = recording.channels[0]
    assert (channel.kind, channel.unit, channel.calibrated) == (ChannelKind.EMG, "count", False)
    lines = path.read_text().split()
    assert recording.samples(0).tolist() == [float(cell) for cell in lines[1:]]


def test_the_phone_is_resampled_from_the_steps_it_has():
    for path in sorted(shared("data", "phone-tremor").glob("*.csv")):
        recording = read(path)
        assert [c.kind for c in recording.channels] == [ChannelKind.ACCELEROMETER] * 3
        assert [(c.unit, c.rate_hz) for c in recording.channels] == [("m/s²", 100.0)] * 3
        table = np.genfromtxt(path, delimiter=",", skip_header=1)
        assert f"longest {np.diff(table[:, 0]).max() * 1e3:.4g} ms" in recording.notes[0]
        grid = np.arange(recording.channels[1].n_samples) / 100
        np.testing.assert_allclose(recording.samples(1), np.interp(grid, table[:, 0] - table[0, 0], table[:, 2]))


EDITOR = "check the file in an editor"
REMOVE = "remove those rows; with a time column they become a gap"
REFUSED = {
    "no rate": (
        "emg_uv\n1\n2\n",
        "no rate: no column holds time and none is stated; got columns emg_uv; state it with --set rate_hz=…",
    ),
    "unknown unit": (
        "time_s,EMG (furlong)\n0,1\n1,2\n",
        ("the unit of channel 'EMG (furlong)' must be known; got 'furlong';"
        " state it with --channel 'EMG (furlong)'=emg:UNIT, such as uV"),
    ),
    "no unit": (
        "time_s,emg\n0,1\n1,2\n",
        "the unit of channel 'emg' must be known; got none; state it with --channel emg=emg:UNIT, such as uV",
    ),
    "not a number": (
        "time_s,emg_uv\n0,1\n1,nan\n",
        f"every cell must be a finite number; got 'nan' in line 3, column 'emg_uv'; {REMOVE}",
    ),
    "infinite": (
        "time_s,emg_uv\n0,1\n1,1e999\n",
        f"every cell must be a finite number; got '1e999' in line 3, column 'emg_uv'; {REMOVE}",
    ),
    "empty cell": (
        "time_s,emg_uv\n0,1\n1,\n",
        f"every cell must be a finite number; got '' in line 3, column 'emg_uv'; {REMOVE}",
    ),
    "word": (
        "time_s,emg_uv\n0,1\n1,high\n",
        f"every cell must be a finite number; got 'high' in line 3, column 'emg_uv'; {REMOVE}",
    ),
    "ragged": ("time_s,emg_uv\n0,1\n1,2,3\n", f"every row must hold 2 cells; got 3 in line 3; {EDITOR}"),
    "narrower than its header": (
        "time_s,emg_uv,x\n0,1\n1,2\n", f"every row must hold 3 cells; got 2 in line 2; {EDITOR}",
    ),
    "no row": ("time_s,emg_uv\n", "holds a header and no row of numbers; record or export it again"),
    "blank": ("\n\n", "holds no line of text; check that this is the right file"),
    "repeated time": (
        "time_s,emg_uv\n0,1\n0,2\n1,2\n",
        ("time must rise from row to row; got repeated time 0 after 0 in data row 2;"
        " sort the rows and remove repeated ones, or remove the time column and state the rate"),
    ),
    "repeated names": (
        "time_s,emg_uv,emg_uv\n0,1,1\n1,2,2\n",
        "column names must be unique; got 'emg_uv' repeated; rename one of them",
    ),
    "time of unknown unit": (
        "timestamp,emg_uv\n0,1\n1000,2\n2000,2\n",
        ("the unit of the time column 'timestamp' must be known; got none, and a median step of 1000;"
        " name the column time_s, time_ms or time_us, or state the rate with --set rate_hz=…"),
    ),
    "time alone": ("time_s\n0\n1\n", "holds no signal channel; check that this is the right file"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(tmp_path, case):
    text, message = REFUSED[case]
    with pytest.raises(RecordingError) as refusal:
        _read(tmp_path, text)
    assert str(refusal.value) == f"a.csv: {message}"


NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=40),
    delimiter=st.sampled_from([",", ";", "\t"]),
    comma=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_written_is_read(tmp_path, values, delimiter, comma, end):
    rows = [[f"{i / 250:.3f}", repr(a), repr(b)] for i, (a, b) in enumerate(values)]
    text = end.join(delimiter.join(row) for row in rows)
    if comma and delimiter != ",":
        text = text.replace(".", ",")
    recording = _read(tmp_path, delimiter.join(["time_s", "emg_V", "gyro_deg_s"]) + end + text)
    assert recording.channels[0].rate_hz == 250
    assert [tuple(row) for row in np.column_stack([recording.samples(0), recording.samples(1)])] == values


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text('0123456789.,;\t\n\r"-eE_nai s', max_size=200).map(str.encode)))
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path, raw):
    (tmp_path / "a.csv").write_bytes(raw)
    for options in (ReadOptions(), ReadOptions(rate_hz=100.0, kinds={"*": "other"})):
        assert "\n" not in refusal_of(tmp_path / "a.csv", options)
