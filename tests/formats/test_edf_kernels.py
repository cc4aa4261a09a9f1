import numpy as np
import pytest

from involuntary.formats import _edf_records, read, write
from involuntary.model import Channel, ChannelKind, Recording


@pytest.mark.parametrize("rates", [(50.0, 50.0), (2000.0, 50.0, 2000.0), (2000.0,)])
def test_long_files_are_unpacked_as_by_the_slow_twin_whatever_is_asked_for(rates, tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    arrays = [random.normal(0, 1e-3, round(7 * rate)) for rate in rates]
    channels = [
        Channel(f"c{i}", ChannelKind.SURFACE_EMG, "V", rate, x.size)
        for i, (rate, x) in enumerate(zip(rates, arrays, strict=True))
    ]
    write(Recording.from_arrays(arrays, channels), tmp_path / "x.bdf")
    recording = read(tmp_path / "x.bdf")
    for channel, rate in enumerate(rates):
        n, second = round(7 * rate), round(rate)
        asked = [(0, n), (0, 1), (n - 1, n), (second - 1, second + 1), (second, 3 * second), (3, n - 5), (7, 7)]
        monkeypatch.setattr(_edf_records, "_COMPILED_FROM", 1 << 60)
        slow = [recording.samples(channel, *span) for span in asked]
        monkeypatch.setattr(_edf_records, "_COMPILED_FROM", 0)
        for span, expected in zip(asked, slow, strict=True):
            np.testing.assert_array_equal(recording.samples(channel, *span), expected)


def test_samples_are_read_into_memory_that_is_lent(tmp_path):
    x = np.random.default_rng(1).normal(0, 1e-3, 400)
    write(Recording.from_arrays([x], [Channel("c", ChannelKind.SURFACE_EMG, "V", 50.0, x.size)]), tmp_path / "x.bdf")
    recording, lent = read(tmp_path / "x.bdf"), np.empty(400)
    blocks = recording.blocks(0, 150, 20, lambda n: lent[:n])
    for first, stop in ((0, 170), (130, 320), (280, 400)):
        samples = next(blocks).samples
        assert samples.base is lent
        np.testing.assert_array_equal(samples, recording.samples(0, first, stop))


def test_the_smallest_and_the_largest_number_come_out():
    from involuntary.formats._edf_kernels import from_24_bits

    raw, out = np.frombuffer(b"\x00\x00\x80\xff\xff\x7f\xff\xff\xff\x01\x00\x00", dtype=np.uint8), np.empty(4)
    from_24_bits(raw.copy(), 12, 0, 4, 0, 2.0, 1.0, out)
    assert out.tolist() == [2.0 * n + 1.0 for n in (-(2**23), 2**23 - 1, -1, 1)]
