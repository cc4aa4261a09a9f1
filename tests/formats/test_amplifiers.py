"""A Blackrock file (NSx 2.3) packed by hand from the format's description; neo reads it."""

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
