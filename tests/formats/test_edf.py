"""EDF against an independent writer (edfio), an independent reader (plain NumPy) and damaged files."""

import io
import struct

import edfio
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from involuntary.errors import RecordingError
from involuntary.formats import ReadOptions, read
from involuntary.model import Annotation, ChannelKind
from involuntary.testing.formats import IDENTITY, FormatContract, refusal_of
from shared_data import shared

RANDOM = np.random.default_rng(7)
EMG_UV = RANDOM.integers(-900, 900, 3000) / 2.0
ACC_G = RANDOM.integers(-900, 900, 300) / 1000.0


TWITCH = (edfio.EdfAnnotation(0.25, None, "twitch"),)


def _edf(signals=None, record_s=0.5, annotations=TWITCH, **more):
    signals = signals or [
        edfio.EdfSignal(
            EMG_UV,
            2000,
            label="EMG FDI",
            physical_dimension="uV",
            physical_range=(-16000, 16000),
            digital_range=(-32000, 32000),
        ),
        edfio.EdfSignal(
            ACC_G, 200, label="acc_x", physical_dimension="g", physical_range=(-32, 32), digital_range=(-32000, 32000)
        ),
    ]
    return edfio.Edf(
        signals,
        patient=edfio.Patient(name=IDENTITY, code="4711"),
        recording=edfio.Recording(investigator_technician_code=IDENTITY),
        data_record_duration=record_s,
        annotations=annotations,
        **more,
    )


def _bytes(edf):
    target = io.BytesIO()
    edf.write(target)
    return target.getvalue()


def _put(raw, place, text, width=8):
    return raw[:place] + text.encode().ljust(width) + raw[place + width :]


def _field(n_signals, name, signal):
    """Give the place of a signal's field in the header."""
    widths = {"label": 16, "transducer": 80, "unit": 8, "pmin": 8, "pmax": 8, "dmin": 8, "dmax": 8, "filter": 80}
    widths["samples"] = 8
    place = 256
    for field, width in widths.items():
        if field == name:
            return place + signal * width
        place += width * n_signals
    raise KeyError(name)


class TestContract(FormatContract):
    id = "edf"

    def fixture(self, folder):
        path = folder / "recording.edf"
        _edf().write(path)
        return path

    def truth(self):
        return [EMG_UV * 1e-6, ACC_G * 9.80665]


def _plain_numpy(path):
    """A second reader, for one signal: nothing shared with ours."""
    raw = path.read_bytes()
    low, high = float(raw[360:368]), float(raw[368:376])
    least, most = int(raw[376:384]), int(raw[384:392])
    digital = np.frombuffer(raw[512:], "<i2").astype(np.float64)
    return (digital - least) / (most - least) * (high - low) + low, int(raw[472:480]) / float(raw[244:252])


def test_all_needle_recordings_are_read_to_the_sample():
    files = sorted(shared("data", "needle-emg-als-myopathy").glob("*.edf"))
    files += sorted(shared("data", "needle-emg-example").glob("*.edf"))
    assert len(files) == 48
    for path in files:
        physical, rate = _plain_numpy(path)
        recording = read(path)
        channel = recording.channels[0]
        assert (channel.kind, channel.unit) == (ChannelKind.NEEDLE_EMG, "V")
        assert channel.rate_hz == rate == (4000 if "example" in str(path) else 23437.5)
        scale = {"uV": 1e-6, "mV": 1e-3}[path.read_bytes()[352:360].decode().strip()]
        step = (channel.highest - channel.lowest) / 65535
        got = recording.samples(0)
        assert got.size == physical.size
        assert np.max(np.abs(got - physical * scale)) < 1e-6 * step


def test_samples_at_the_ends_of_the_digital_range_equal_the_ends_of_the_channel(tmp_path):
    raw = _bytes(_edf())
    ends = np.array([-32000, 32000], "<i2").tobytes()
    (tmp_path / "a.edf").write_bytes(raw[:1024] + ends + raw[1028:])
    recording = read(tmp_path / "a.edf")
    assert recording.samples(0, 0, 2).tolist() == [recording.channels[0].lowest, recording.channels[0].highest]


def test_edfio_reads_the_same_samples_from_the_wrist():
    path = shared("data", "wrist-parkinson", "wrist.bdf")
    recording = read(path)
    assert [c.kind for c in recording.channels] == [ChannelKind.GYROSCOPE] * 3
    for index, signal in enumerate(edfio.read_bdf(path).signals):
        np.testing.assert_allclose(recording.samples(index), signal.data, rtol=0, atol=1e-9)


def test_annotations_are_read_and_never_a_signal(tmp_path):
    notes = [edfio.EdfAnnotation(0.1, 0.3, "cramp, links – begin"), edfio.EdfAnnotation(1.2, None, "stop")]
    _edf(annotations=notes).write(tmp_path / "a.edf")
    recording = read(tmp_path / "a.edf")
    assert recording.annotations == (Annotation(0.1, 0.3, "cramp, links – begin"), Annotation(1.2, 0.0, "stop"))
    assert [c.name for c in recording.channels] == ["EMG FDI", "acc_x"]


def test_the_clock_starts_with_the_first_record(tmp_path):
    import datetime

    _edf(starttime=datetime.time(1, 2, 3, 250_000)).write(tmp_path / "a.edf")
    assert read(tmp_path / "a.edf").annotations == (Annotation(0.25, 0.0, "twitch"),)


def _discontinuous(onsets):
    """Rewrite the record times that edfio wrote; the annotation signal is the last of three."""
    raw = bytearray(_bytes(_edf(annotations=[])).replace(b"EDF+C", b"EDF+D"))
    header = 256 * 4
    size = (len(raw) - header) // 3
    width = int(raw[_field(3, "samples", 2) : _field(3, "samples", 2) + 8]) * 2
    for record, onset in enumerate(onsets):
        end = header + (record + 1) * size
        raw[end - width : end] = f"+{onset:g}\x14\x14\x00".encode().ljust(width, b"\x00")[:width]
    return bytes(raw)


def test_gaps_become_segments(tmp_path):
    (tmp_path / "d.edf").write_bytes(_discontinuous([0, 0.5, 9]))
    recording = read(tmp_path / "d.edf")
    assert list(recording.segments) == [(0.0, 1.0), (9.0, 9.5)]
    assert recording.duration_s == 1.5
    assert recording.segment_samples(0) == ((0, 2000), (2000, 3000))
    np.testing.assert_allclose(recording.samples(0), EMG_UV * 1e-6, atol=1e-15)


@pytest.mark.parametrize(
    ("onsets", "message"),
    [
        ([0, 0.4, 9], ("d.edf: records must follow each other in time; got record 2 starting 0.1 s before the end of"
         " the one before; export the recording again")),
    ],
)  # fmt: skip
def test_records_that_overlap_are_refused(tmp_path, onsets, message):
    (tmp_path / "d.edf").write_bytes(_discontinuous(onsets))
    with pytest.raises(RecordingError) as refusal:
        read(tmp_path / "d.edf")
    assert str(refusal.value) == message


def test_a_discontinuous_record_without_a_time_is_refused(tmp_path):
    raw = _discontinuous([0, 0.5, 9]).replace(b"+9\x14\x14", b"9\x14\x14 ")
    (tmp_path / "d.edf").write_bytes(raw)
    with pytest.raises(RecordingError) as refusal:
        read(tmp_path / "d.edf")
    assert str(refusal.value) == (
        "d.edf: every record of a discontinuous recording must state its time; got none in record 3;"
        " export the recording again"
    )


ADVICE = "the header is damaged: export the recording again"
CUT = "it was cut short: copy or export it again"
DAMAGE = {
    "cut in the header": (lambda raw: raw[:300], f"the header needs 1024 bytes; got a file of 300 bytes; {CUT}"),
    "cut in the data": (
        lambda raw: raw[:-1000],
        "the header promises 3 records of 2220 bytes; got a file that holds 2 records and 1220 bytes; " + CUT,
    ),
    "promises more": (
        lambda raw: _put(raw, 236, "99999999"),
        "the header promises 99999999 records of 2220 bytes; got a file that holds 3 records; " + CUT,
    ),
    "promises huge records": (
        lambda raw: _put(raw, _field(3, "samples", 0), "99999999"),
        "the header promises 3 records of 200000218 bytes; got a file that holds 0 records and 6660 bytes; " + CUT,
    ),
    "no EDF": (
        lambda raw: b"not an EDF file at all" + raw,
        "does not begin as EDF does, with b'0       '; got b'not an E'; check that this is the right file",
    ),
    "no record": (
        lambda raw: _put(raw, 236, "0"),
        "the header promises no record; got 3 records; record or copy it again",
    ),
    "records no number": (lambda raw: _put(raw, 236, "many"), (f"the number of records must be a whole number; got"
                          f" 'many'; {ADVICE}")),
    "signals no number": (lambda raw: _put(raw, 252, "3.5", 4), (f"the number of signals must be a whole number; got"
                          f" '3.5'; {ADVICE}")),
    "header size": (lambda raw: _put(raw, 184, "512"), f"the size of the header must be 1024 bytes; got 512; {ADVICE}"),
    "no duration": (
        lambda raw: _put(raw, 244, "0"),
        f"the duration of a record must lie between 1e-9 and 1e6 s; got 0 s; {ADVICE}",
    ),
    "infinite duration": (
        lambda raw: _put(raw, 244, "1e999"),
        f"the duration of a record must be finite; got inf; {ADVICE}",
    ),
    "digital range": (
        lambda raw: _put(raw, _field(3, "dmin", 0), "32767"),
        ("the digital minimum of signal 1 ('EMG FDI') must be below the maximum, and both fit 16 bits;"
        f" got 32767 and 32000; {ADVICE}"),
    ),
    "physical range": (
        lambda raw: _put(raw, _field(3, "pmin", 1), "32"),
        ("the physical minimum of signal 2 ('acc_x') must differ from the maximum;"
        f" got 32 and 32; {ADVICE}"),
    ),
    "no samples": (
        lambda raw: _put(raw, _field(3, "samples", 1), "0"),
        f"the samples in each record of signal 2 ('acc_x') must be at least 1; got 0; {ADVICE}",
    ),
    "physical no number": (
        lambda raw: _put(raw, _field(3, "pmax", 0), "nan"),
        f"the physical maximum of signal 1 ('EMG FDI') must be a number; got 'nan'; {ADVICE}",
    ),
    "unit unknown": (
        lambda raw: _put(raw, _field(3, "unit", 0), "furlong"),
        ("the unit of channel 'EMG FDI' must be known; got 'furlong';"
        " state it with --channel 'EMG FDI'=emg:UNIT, such as uV"),
    ),
    "unit missing": (
        lambda raw: _put(raw, _field(3, "unit", 0), ""),
        ("the unit of channel 'EMG FDI' must be known; got none;"
        " state it with --channel 'EMG FDI'=emg:UNIT, such as uV"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_refused_with_what_it_claims_and_holds(tmp_path, damage):
    change, message = DAMAGE[damage]
    (tmp_path / "bad.edf").write_bytes(change(_bytes(_edf())))
    with pytest.raises(RecordingError) as refusal:
        read(tmp_path / "bad.edf")
    assert str(refusal.value) == f"bad.edf: {message}"


def test_a_recorder_that_did_not_close_the_file_is_noted(tmp_path):
    (tmp_path / "open.edf").write_bytes(_put(_bytes(_edf()), 236, "-1")[:-5])
    recording = read(tmp_path / "open.edf")
    assert recording.channels[0].n_samples == 2000
    assert recording.notes == (
        "the recorder did not close the file (number of records -1); it holds 2 records and 2215 bytes",
    )


def test_bytes_after_the_last_record_are_noted(tmp_path):
    (tmp_path / "long.edf").write_bytes(_bytes(_edf()) + b"xyz")
    assert read(tmp_path / "long.edf").notes == ("3 bytes after the 3 records that the header promises are not read",)


def test_annotations_alone_are_no_recording(tmp_path):
    edfio.Edf([], annotations=[edfio.EdfAnnotation(0, None, "x")]).write(tmp_path / "a.edf")
    with pytest.raises(RecordingError, match=r"^a.edf: holds no signal channel; check that this is the right file$"):
        read(tmp_path / "a.edf")


def test_repeated_labels_are_numbered_and_noted(tmp_path):
    signals = [edfio.EdfSignal(EMG_UV, 2000, label=label, physical_dimension="uV") for label in ("EMG", "EMG", "EMG")]
    _edf(signals).write(tmp_path / "a.edf")
    recording = read(tmp_path / "a.edf")
    assert [c.name for c in recording.channels] == ["EMG", "EMG (2)", "EMG (3)"]
    assert recording.notes == ("labels were empty or repeated; numbered: EMG (2), EMG (3)",)


def test_control_characters_leave_names(tmp_path):
    raw = _put(_bytes(_edf()), _field(3, "label", 0), "EMG\x07 \x1b[2JFDI", 16)
    (tmp_path / "a.edf").write_bytes(raw)
    assert read(tmp_path / "a.edf").channels[0].name == "EMG [2JFDI"


def test_a_micro_sign_in_latin_1_is_read(tmp_path):
    raw = _bytes(_edf())
    place = _field(3, "unit", 0)
    (tmp_path / "a.edf").write_bytes(raw[:place] + b"\xb5V" + raw[place + 2 :])
    assert read(tmp_path / "a.edf").channels[0].recorded_unit == "µV"


def test_the_user_overrides_kind_and_unit(tmp_path):
    _edf().write(tmp_path / "a.edf")
    recording = read(tmp_path / "a.edf", ReadOptions(kinds={"EMG*": "needle-emg:mV"}))
    assert recording.channels[0].kind is ChannelKind.NEEDLE_EMG
    np.testing.assert_allclose(recording.samples(0), EMG_UV * 1e-3, rtol=1e-12)


def test_a_falling_physical_range_turns_the_signal_over(tmp_path):
    raw = _bytes(_edf())
    raw = _put(_put(raw, _field(3, "pmin", 0), "16000"), _field(3, "pmax", 0), "-16000")
    (tmp_path / "a.edf").write_bytes(raw)
    recording = read(tmp_path / "a.edf")
    assert recording.channels[0].lowest < 0 < recording.channels[0].highest
    np.testing.assert_allclose(recording.samples(0), -EMG_UV * 1e-6, atol=1e-15)


def test_a_block_reads_only_its_own_records(tmp_path):
    """Sparse file of 4 GiB: only possible if nothing but the block is read."""
    raw = _bytes(_edf(annotations=None))
    size = (len(raw) - 768) // 3
    count = (4 << 30) // size
    with (tmp_path / "big.edf").open("wb") as file:
        file.write(_put(raw[:768], 236, str(count)))
        file.seek(768 + (count - 1) * size)
        file.write(raw[768 : 768 + size])
    recording = read(tmp_path / "big.edf")
    n = recording.channels[0].n_samples
    np.testing.assert_allclose(recording.samples(0, n - 1000), EMG_UV[:1000] * 1e-6, atol=1e-15)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1023), st.binary(min_size=1, max_size=10)), min_size=1, max_size=4))
def test_a_mutated_header_is_read_or_refused(tmp_path, changes):
    raw = bytearray(_bytes(_edf()))
    for place, patch in changes:
        raw[place : place + len(patch)] = patch
    (tmp_path / "m.edf").write_bytes(raw)
    assert "\n" not in refusal_of(tmp_path / "m.edf", ReadOptions())


def test_the_24_bit_unpacking_keeps_every_sign():
    from involuntary.formats._edf_records import _from_24_bits

    values = [0, 1, -1, 127, -128, 8388607, -8388608, 65536, -65537]
    raw = b"".join(struct.pack("<i", v)[:3] for v in values)
    assert _from_24_bits(np.frombuffer(raw, np.uint8)).tolist() == values
