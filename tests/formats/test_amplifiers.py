"""Files packed by hand from the descriptions of their formats; neo reads them."""

import gc
import struct
import warnings

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import _neo, read
from involuntary.model import ChannelKind
from involuntary.testing.formats import IDENTITY, FormatContract

pytest.importorskip("neo")
# neo's reader of these files leaves them to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

EMG = np.random.default_rng(20).integers(-8000, 8000, (600, 2)).astype("<i2")


@pytest.fixture(autouse=True)
def _close_what_neo_leaves_open():
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        _neo._opened.cache_clear()
        gc.collect()


def _write(folder):
    """Two channels at 2 kHz; 32764 steps are 8191 µV."""
    labels = (b"EMG left", b"EMG right")
    basic = struct.pack(
        "<8s2BI16s256sII8HI", b"NEURALCD", 2, 3, 314 + 66 * 2, b"2 kS/s", IDENTITY.encode(), 15, 30000,
        2026, 1, 4, 1, 2, 3, 4, 5, 2,
    )  # fmt: skip
    extended = b"".join(
        struct.pack(
            "<2sH16s2B4h16sIIHIIH",
            b"CC",
            i + 1,
            label,
            0,
            i,
            -32764,
            32764,
            -8191,
            8191,
            b"uV",
            300,
            1,
            1,
            7500000,
            3,
            1,
        )
        for i, label in enumerate(labels)
    )
    path = folder / "a.ns3"
    path.write_bytes(basic + extended + struct.pack("<BII", 1, 0, len(EMG)) + EMG.tobytes())
    return path


class TestContract(FormatContract):
    id = "amplifiers"
    tolerance = 1e-9

    def fixture(self, folder):
        return _write(folder)

    def truth(self):
        return [column * 8191 / 32764 * 1e-6 for column in EMG.T.astype(float)]


class _Other(FormatContract):
    """Two channels of the same numbers in another vendor's file."""

    id = "amplifiers"
    tolerance = 1e-9
    step_v = 1e-6

    def truth(self):
        return [column * self.step_v for column in EMG.T.astype(float)]


class TestAxon(_Other):
    """ABF 1.x, gap-free: a header of fixed places (Molecular Devices, ABF File Support Pack)."""

    step_v = 10.0 / 32768 * 1e-3  # ±10 V in 2^15 steps, a scale of 1 V/mV

    def fixture(self, folder):
        head = bytearray(12 * 512)

        def put(place, layout, *values):
            struct.pack_into("<" + layout, head, place, *values)

        put(0, "4sfhi", b"ABF ", 1.83, 3, EMG.size)  # 3: gap-free
        put(16, "iii", 1, 20260104, 3600)
        put(40, "i", len(head) // 512)
        put(120, "hf", 2, 250.0)  # microseconds from one conversion to the next
        put(244, "f", 10.0)
        put(252, "i", 32768)
        put(410, "16h", 0, 1, *[-1] * 14)
        put(442, "10s10s", b"EMG left  ", b"EMG right ")
        put(602, "8s8s", b"mV      ", b"mV      ")
        for place in (730, 922, 1050):  # gains and scales
            put(place, "16f", *[1.0] * 16)
        put(4898, "384s", IDENTITY.encode())
        (folder / "a.abf").write_bytes(head + EMG.tobytes())
        return folder / "a.abf"


def _text(text):
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw)) + raw


class TestIntan(_Other):
    """RHD 2.0: header, then blocks of 128 samples channel by channel, offset by 2^15 (Intan RHD2000 data formats)."""

    step_v = 0.195e-6

    def fixture(self, folder):
        channels = b"".join(
            _text(f"A-00{i}") + _text(name) + struct.pack("<10h2f", i, i, 0, 1, i, 0, 0, 0, 0, 0, 1e4, 0.0)
            for i, name in enumerate(["EMG left", "EMG right"])
        )
        head = struct.pack("<I2hfh6fh2f", 0xC6912702, 2, 0, 2000.0, 0, *[1.0] * 6, 0, 1e3, 1e3)
        head += _text(IDENTITY) + _text("") * 2 + struct.pack("<2h", 0, 0) + _text("n/a")
        head += struct.pack("<h", 1) + _text("Port A") + _text("A") + struct.pack("<3h", 1, 2, 2) + channels
        blocks = [
            np.arange(start, start + 128, dtype="<i4").tobytes()
            + (EMG[start : start + 128].astype(int) + 32768).astype("<u2").T.tobytes()
            for start in range(0, 512, 128)
        ]
        (folder / "a.rhd").write_bytes(head + b"".join(blocks))
        return folder / "a.rhd"

    def truth(self):
        return [column[:512] for column in super().truth()]

    def test_no_identity_gets_through(self, tmp_path):
        path = self.fixture(tmp_path)
        assert IDENTITY.encode("utf-16-le") in path.read_bytes()
        recording = read(path)
        assert IDENTITY not in repr((recording.channels, recording.annotations, recording.notes))


class TestMicromed(_Other):
    """Header type 4: zones of codes and electrodes, then unsigned samples in turn (Micromed, System 98)."""

    step_v = 6553 / 65536 * 1e-6  # physical over logical range

    def fixture(self, folder):
        names = ("ORDER", "LABCOD", "NOTE", "FLAGS", "TRONCA", "IMPED_B", "IMPED_E", "MONTAGE", "COMPRESS", "AVERAGE",
                 "HISTORY", "DVIDEO", "EVENT A", "EVENT B", "TRIGGER")  # fmt: skip
        start, zone = 640, 1024
        head = bytearray(start + zone * len(names))
        struct.pack_into("<32s", head, 0, b"* MICROMED  Brain-Quick file *")
        struct.pack_into("<22s", head, 64, IDENTITY.encode())
        struct.pack_into("<6bxxxxIHHHH", head, 128, 4, 1, 126, 1, 2, 3, len(head), 2, 4, 2000, 2)
        struct.pack_into("<b", head, 175, 4)
        for i, name in enumerate(names):
            length = 0 if name in {"NOTE", "EVENT A", "EVENT B", "TRIGGER"} else zone
            struct.pack_into("<8sII", head, 176 + 16 * i, name.ljust(8).encode(), start + zone * i, length)
        struct.pack_into("<2H", head, start, 0, 1)
        for i, name in enumerate((b"EMG L", b"EMG R")):
            place = start + zone + 128 * i
            electrode = (name, b"G2", 0, 65535, 32768, 0, 6553, 0)
            struct.pack_into("<xx6s6s5ih8xH", head, place, *electrode, 1)
        (folder / "a.trc").write_bytes(head + (EMG.astype(int) + 32768).astype("<u2").tobytes())
        return folder / "a.trc"


def _pascal(text, size):
    return struct.pack(f"<B{size - 1}s", len(text), text)


class TestSpike2(_Other):
    """SON version 8: a header of each channel, and blocks that name the one after them (CED, SON filing system)."""

    step_v = 1 / 6553.6 * 1e-3  # a scale of 1 mV

    def fixture(self, folder):
        items, block = 200, 20 + 2 * 200
        first = 512 + 140 * 2
        head = struct.pack(
            "<h10s8s3hi5hidBh52s", 8, b"(C) CED 87", b"", 10, 1, 0, first, 2, 0, 0, block, 0, 0, 1e-6, 0, 0, b""
        )
        head = (head + _pascal(IDENTITY.encode(), 80)).ljust(512, b"\0")
        n_blocks = len(EMG) // items
        blocks = b""
        for i, name in enumerate((b"EMG L", b"EMG R")):
            begin = first + i * n_blocks * block
            head += struct.pack(
                "<h3i6h72s2ih10sfBb2f6sh", 0, 0, begin, begin + (n_blocks - 1) * block, n_blocks, 0, 0, 0, 0, items,
                _pascal(b"", 72), 50 * len(EMG), 50, i, _pascal(name, 10), 2000.0, 1, 0, 1.0, 0.0, _pascal(b"mV", 6), 0,
            ).ljust(140, b"\0")  # fmt: skip
            for k in range(n_blocks):
                after = begin + (k + 1) * block if k + 1 < n_blocks else -1
                start = 50 * items * k
                stop = start + 50 * (items - 1)
                blocks += struct.pack("<4i2h", begin + (k - 1) * block if k else -1, after, start, stop, i + 1, items)
                blocks += EMG[k * items : (k + 1) * items, i].tobytes()
        (folder / "a.smr").write_bytes(head + blocks)
        return folder / "a.smr"


class TestPlexon(_Other):
    """Version 106: headers of channels, then blocks of one channel each (Plexon offline files SDK)."""

    step_v = 5000 / (0.5 * 2**16 * 1000) * 1e-3

    def fixture(self, folder):
        head = struct.pack(
            "<4si128s14id4B3H18s18s10s", b"PLEX", 106, IDENTITY.encode(), 40000, 0, 0, 2, 0, 0, 2026, 1, 4, 1, 2, 3, 0,
            40000, 0.3, 1, 1, 16, 16, 3000, 5000, 1, b"", b"", b"",
        ) + bytes(4 * (650 + 650 + 512))  # fmt: skip
        channels = b"".join(
            struct.pack("<32s6i128sBBH108s", name, i, 2000, 100, 1, 10, 0, b"", 0, 0, 0, b"")
            for i, name in enumerate((b"EMG1", b"EMG2"))
        )
        blocks = b"".join(
            struct.pack("<2HI4H", 5, 0, start * 20, i, 0, 1, 100) + EMG[start : start + 100, i].tobytes()
            for start in range(0, len(EMG), 100)
            for i in range(2)
        )
        (folder / "a.plx").write_bytes(head + channels + blocks)
        return folder / "a.plx"

    def truth(self):
        return [column[:-1] for column in super().truth()]


def test_names_kinds_and_rate(tmp_path):
    recording = read(_write(tmp_path))
    assert [(c.name, c.kind, c.unit, c.rate_hz) for c in recording.channels] == [
        ("EMG left", ChannelKind.EMG, "V", 2000),
        ("EMG right", ChannelKind.EMG, "V", 2000),
    ]


def test_a_header_that_promises_more_than_the_file_holds_is_refused_at_once(tmp_path):
    path = _write(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(struct.pack("<BII", 1, 0, len(EMG)), struct.pack("<BII", 1, 0, 4_000_000_000)))
    assert path.read_bytes() != whole
    with pytest.raises(RecordingError, match=r"^a.ns3: "):
        read(path)


def test_a_block_that_promises_more_than_the_file_holds_is_refused_at_once(tmp_path):
    path = TestPlexon().fixture(tmp_path)
    raw = bytearray(path.read_bytes().replace(b"EMG2", b"EMX2"))  # a stream of its own
    raw[-204:-200] = struct.pack("<2H", 60000, 60000)  # traces and samples of the last block
    path.write_bytes(raw)
    with pytest.raises(RecordingError, match=r"^a.plx: its header promises \d+ bytes of samples; got a file of "):
        read(path)
