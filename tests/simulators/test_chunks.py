import numpy as np

from involuntary.model import Channel, ChannelKind
from involuntary.simulators._chunks import CHUNK, Track, record


def _recording(n, seed=1, highest=np.inf, step=0.0):
    channels = tuple(Channel(name, ChannelKind.SURFACE_EMG, "V", 1000.0, n, highest=highest) for name in "ab")
    ramp = lambda first, stop, _: np.arange(first, stop, dtype=float)[None, :] * np.array([[1.0], [2.0]])  # noqa: E731
    draw = lambda first, stop, random: random.standard_normal((2, stop - first))  # noqa: E731
    return record([Track(channels, (ramp, draw), step)], np.random.default_rng(seed))


def test_a_read_across_chunks_is_the_whole_cut():
    n = 3 * CHUNK + 17
    whole = _recording(n).samples(1)
    assert np.array_equal(_recording(n).samples(1, CHUNK - 5, 2 * CHUNK + 9), whole[CHUNK - 5 : 2 * CHUNK + 9])
    assert abs(np.mean(whole - 2.0 * np.arange(n))) < 0.02


def test_chunks_and_layers_draw_their_own_numbers():
    noise = _recording(2 * CHUNK).samples(0) - np.arange(2 * CHUNK)
    assert abs(np.corrcoef(noise[:CHUNK], noise[CHUNK:])[0, 1]) < 0.02


def test_a_day_is_read_anywhere_without_making_the_rest():
    day = _recording(24 * 3600 * 1000)
    assert day.duration_s == 24 * 3600
    at = 23 * 3600 * 1000
    assert abs(np.mean(day.samples(0, at, at + 1000) - np.arange(at, at + 1000))) < 0.2


def test_the_converter_has_a_step_and_a_range():
    samples = _recording(1000, highest=100.0, step=0.5).samples(0)
    assert samples.max() == 100.0
    assert np.array_equal(samples, np.rint(samples * 2) / 2)
