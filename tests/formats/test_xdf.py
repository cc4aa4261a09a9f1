"""XDF files built chunk by chunk from the format's description, independent of its reader."""

import struct
from time import process_time

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import read
from involuntary.model import Annotation, ChannelKind
from involuntary.testing.formats import IDENTITY, FormatContract

pytest.importorskip("pyxdf")

EMG = np.random.default_rng(12).normal(0, 20, 1000).astype("<f4")
ACC = np.random.default_rng(13).normal(0, 1, 100).astype("<f4")


def _chunk(tag, content):
    body = struct.pack("<H", tag) + content
    return b"\x04" + struct.pack("<I", len(body)) + body


def _header(number, name, kind, rate, form, label="", unit=""):
    channels = f"<desc><channels><channel><label>{label}</label><unit>{unit}</unit></channel></channels></desc>"
    xml = (
        f"<?xml version='1.0'?><info><name>{name}</name><type>{kind}</type><channel_count>1</channel_count>"
        f"<nominal_srate>{rate}</nominal_srate><channel_format>{form}</channel_format><source_id>{IDENTITY}</source_id>"
        f"<hostname>{IDENTITY}</hostname>{channels if label else '<desc/>'}</info>"
    )
    return _chunk(2, struct.pack("<I", number) + xml.encode())


def _samples(number, stamps, values):
    rows = b"".join(b"\x08" + struct.pack("<d", stamp) + value for stamp, value in zip(stamps, values, strict=True))
    return _chunk(3, struct.pack("<I", number) + b"\x04" + struct.pack("<I", len(values)) + rows)


def _footer(number, first, last, count):
    xml = (
        f"<?xml version='1.0'?><info><first_timestamp>{first}</first_timestamp><last_timestamp>{last}</last_timestamp>"
        f"<sample_count>{count}</sample_count></info>"
    )
    return _chunk(6, struct.pack("<I", number) + xml.encode())


def _text(words):
    return b"\x01" + struct.pack("<B", len(words)) + words.encode()


def _file(folder, emg_start=100.0, acc_start=100.0):
    emg_stamps, acc_stamps = emg_start + np.arange(1000) / 1000, acc_start + np.arange(100) / 100
    path = folder / "a.xdf"
    path.write_bytes(
        b"XDF:"
        + _chunk(1, b"<?xml version='1.0'?><info><version>1.0</version></info>")
        + _header(1, "amp", "EMG", 1000, "float32", "FDI", "microvolts")
        + _header(2, "watch", "Accelerometer", 100, "float32", "x", "g")
        + _header(3, "marks", "Markers", 0, "string")
        + _samples(1, emg_stamps, [v.tobytes() for v in EMG])
        + _samples(2, acc_stamps, [v.tobytes() for v in ACC])
        + _samples(3, [100.25], [_text("cramp")])
        + _footer(1, emg_stamps[0], emg_stamps[-1], 1000)
        + _footer(2, acc_stamps[0], acc_stamps[-1], 100)
        + _footer(3, 100.25, 100.25, 1)
    )
    return path


class TestContract(FormatContract):
    id = "xdf"

    def fixture(self, folder):
        return _file(folder)

    def truth(self):
        return [EMG.astype(float) * 1e-6, ACC.astype(float) * 9.80665]


def test_kinds_rates_and_markers(tmp_path):
    recording = read(_file(tmp_path))
    assert [(c.name, c.kind, c.rate_hz) for c in recording.channels] == [
        ("FDI", ChannelKind.EMG, 1000),
        ("x", ChannelKind.ACCELEROMETER, 100),
    ]
    assert recording.annotations == (Annotation(0.25, 0.0, "cramp"),)


def test_only_the_time_that_streams_share_is_kept(tmp_path):
    recording = read(_file(tmp_path, acc_start=100.3))
    np.testing.assert_allclose([*recording.segments], [(0.0, 0.7)], atol=1e-9)
    np.testing.assert_allclose(recording.samples(0), EMG[300:].astype(float) * 1e-6, rtol=1e-12)
    np.testing.assert_allclose(recording.samples(1), ACC[:70].astype(float) * 9.80665, rtol=1e-12)
    assert recording.annotations[0].onset_s == pytest.approx(-0.05)


def test_streams_that_never_meet_are_refused(tmp_path):
    with pytest.raises(RecordingError, match=r"^a.xdf: its streams must have time in common; got none; export"):
        read(_file(tmp_path, acc_start=200.0))


def test_damaged_chunks_are_refused_in_silence(tmp_path, capfd, caplog):
    path = _file(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[-400:-350] = b"\xff" * 50
    path.write_bytes(raw)
    with pytest.raises(
        RecordingError, match=r"^a.xdf: (must be a whole XDF file; got damaged chunks|its XML must be whole)"
    ):
        read(path)
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


@pytest.mark.parametrize(
    ("sound", "damaged"),
    [
        (b"\x04" + struct.pack("<I", 1) + b"\x08", b"\x04" + struct.pack("<I", 1 << 25) + b"\x08"),  # one text, or many
        (b"\x04" + struct.pack("<I", 1000) + b"\x08", b"\x04" + struct.pack("<I", 999) + b"\x08"),
        (b"<channel_count>1<", b"<channel_count>9<"),
        (b"<channel_format>string<", b"<channel_format>int8<!--<"),
        (b"\x01\x05cramp", b"\x08\x05cramp"),
    ],
    ids=["texts", "numbers", "channels", "form", "length"],
)
def test_a_count_that_does_not_fill_its_chunk_is_refused_before_there_is_room_for_it(tmp_path, sound, damaged):
    path = _file(tmp_path)
    raw = path.read_bytes()
    assert raw.count(sound) >= 1
    path.write_bytes(raw.replace(sound, damaged, 1))
    begun = process_time()
    with pytest.raises(RecordingError, match=r"^a.xdf: (must be a whole XDF file; got damaged|its XML must be whole)"):
        read(path)
    assert process_time() - begun < 1.0
