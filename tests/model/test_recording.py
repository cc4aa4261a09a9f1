import numpy as np
import pytest

from involuntary.errors import ParameterError, RecordingError, UnknownNameError
from involuntary.model import ArraySource, Channel, ChannelKind, Intervals, Recording


def _recording(n=1000, rate=100.0, **more):
    channel = Channel("calf", ChannelKind.SURFACE_EMG, "V", rate, n)
    return Recording("memory", (channel,), ArraySource((np.arange(n, dtype=float),)), **more)


@pytest.mark.parametrize("length", [1, 7, 250, 999, 1000, 5000])
@pytest.mark.parametrize("overlap", [0, 1, 300])
def test_blocks_cover_every_sample_once_and_carry_their_surroundings(length, overlap):
    recording = _recording()
    blocks = list(recording.blocks(0, length, overlap))
    assert np.array_equal(np.concatenate([b.samples[b.start : b.stop] for b in blocks]), np.arange(1000.0))
    for block in blocks:
        assert np.array_equal(block.samples, np.arange(block.first, block.first + block.samples.size))
        assert block.start == min(overlap, block.first + block.start)


def test_a_source_that_cannot_fill_memory_is_read_as_ever():
    lent = np.zeros(1000)
    samples = _recording().samples(0, 10, 20, lambda n: lent[:n])
    assert samples.tolist() == list(range(10, 20))
    assert not lent.any()


def test_no_block_crosses_a_gap_and_times_follow_the_clock():
    recording = _recording(segments=Intervals.of((0.0, 4.0), (10.0, 16.0)))
    assert recording.segment_samples(0) == ((0, 400), (400, 1000))
    assert [b.first for b in recording.blocks(0, 300, 50)] == [0, 250, 400, 650]
    assert recording.time_s(0, np.array([0, 399, 400, 999])) == pytest.approx([0.0, 3.99, 10.0, 15.99])
    assert recording.duration_s == 10.0


def test_channels_are_found_by_name_and_kind():
    recording = _recording()
    assert recording.index("calf") == 0
    assert recording.channels_of(ChannelKind.SURFACE_EMG) == (0,)
    assert recording.channels_of(ChannelKind.EEG) == ()
    with pytest.raises(
        UnknownNameError, match=r"^calv: is no channel of this recording \(did you mean 'calf'\?\); channels: calf$"
    ):
        recording.index("calv")


def test_samples_outside_the_channel_are_refused():
    with pytest.raises(ParameterError, match="^calf: holds samples 0 to 1000; got 5 to 1001$"):
        _recording().samples(0, 5, 1001)


def test_a_sample_that_is_no_number_is_refused():
    channel = Channel("calf", ChannelKind.EMG, "V", 100.0, 3)
    with pytest.raises(
        RecordingError, match="^calf: samples must be finite; got nan at sample 1; cut that stretch out"
    ):
        Recording.from_arrays([np.array([0.0, np.nan, 1.0])], [channel])
    with pytest.raises(RecordingError, match=r"^calf: needs 3 samples; got an array of shape \(2,\)$"):
        Recording.from_arrays([np.zeros(2)], [channel])


def test_infinities_that_cancel_are_refused_and_large_samples_are_not():
    channel = Channel("calf", ChannelKind.EMG, "V", 100.0, 3)
    with pytest.raises(RecordingError, match="got inf at sample 0"):
        Recording.from_arrays([np.array([np.inf, -np.inf, 1.0])], [channel])
    assert Recording.from_arrays([np.full(3, 1e308)], [channel]).samples(0).max() == 1e308


@pytest.mark.parametrize("rate", [0.0, -1.0, np.nan, np.inf])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(
        RecordingError, match="^calf: the sampling rate must be finite and above zero; got .* Hz; state it"
    ):
        Channel("calf", ChannelKind.EMG, "V", rate, 3)


def test_two_channels_of_one_name_are_refused():
    channel = Channel("calf", ChannelKind.EMG, "V", 100.0, 3)
    with pytest.raises(
        RecordingError, match="^calf: channel names must be unique; got it 2 times; rename one of them$"
    ):
        Recording.from_arrays([np.zeros(3)] * 2, [channel] * 2)


@pytest.mark.parametrize("rate", [100.0, 148.15, 2048.0])
def test_a_sample_is_found_again_at_its_time(rate):
    lengths = np.array([400, 77, 523]) / rate
    starts = np.array([0.5, 10.0, 31.7])
    recording = _recording(rate=rate, segments=Intervals(starts, starts + lengths))
    samples = np.arange(1000)
    np.testing.assert_array_equal(recording.sample_at(0, recording.time_s(0, samples)), samples)
