"""What is written, read back by edfio and by ourselves."""

import edfio
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from involuntary.errors import RecordingError
from involuntary.formats import read, write
from involuntary.formats._edf_plan import _outward, labels_of
from involuntary.model import Annotation, Channel, ChannelKind, Intervals, Recording
from shared_data import shared

STEPS = {".edf": 65535, ".bdf": 16777215}


def _channel(samples, rate, name="EMG 1", kind=ChannelKind.SURFACE_EMG, unit="V", **more):
    return Channel(name, kind, unit, rate, len(samples), **more)


def _one(samples, rate=1000.0, **more):
    return Recording.from_arrays([samples], [_channel(samples, rate, **more)])


@pytest.mark.parametrize("suffix", STEPS)
def test_edfio_reads_what_we_write(tmp_path, suffix):
    emg, acc = np.random.default_rng(11).normal(0, 1e-4, 20_000), np.random.default_rng(11).normal(0, 5, 1000)
    recording = Recording.from_arrays(
        [emg, acc],
        [_channel(emg, 2000), _channel(acc, 100, "acc", ChannelKind.ACCELEROMETER, "m/s²", recorded_unit="g")],
        annotations=[Annotation(3.25, 0.5, "twitch, links µ")],
    )
    write(recording, tmp_path / f"a{suffix}")
    other = (edfio.read_edf if suffix == ".edf" else edfio.read_bdf)(tmp_path / f"a{suffix}")
    assert [s.physical_dimension for s in other.signals] == ["uV", "g"]
    assert [s.sampling_frequency for s in other.signals] == [2000, 100]
    assert other.data_record_duration == 1
    assert [(a.onset, a.duration, a.text) for a in other.annotations] == [(3.25, 0.5, "twitch, links µ")]
    assert (other.local_patient_identification, other.local_recording_identification) == (
        "X X X X",
        "Startdate X X X X",
    )
    for signal, samples, scale in zip(other.signals, (emg, acc), (1e-6, 9.80665), strict=True):
        step = (signal.physical_max - signal.physical_min) / STEPS[suffix]
        assert np.max(np.abs(signal.data - samples / scale)) <= 0.5001 * step
        # No range is wider than it must be.
        assert step * STEPS[suffix] < 1.03 * np.ptp(samples / scale)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    n=st.integers(1, 5000),
    rate=st.sampled_from([1.0, 50.0, 99.7, 128.0, 1000.0, 1024.0, 4000 / 3, 2048.0, 4000.0, 23437.5]),
    scale=st.sampled_from([1e-6, 1e-4, 1.0]),
    suffix=st.sampled_from(sorted(STEPS)),
    seed=st.integers(0, 99),
)
def test_a_round_trip_stays_within_one_step(tmp_path, n, rate, scale, suffix, seed):
    samples = np.random.default_rng(seed).normal(0, scale, n)
    write(_one(samples, rate), tmp_path / f"a{suffix}")
    again = read(tmp_path / f"a{suffix}")
    channel = again.channels[0]
    assert (channel.name, channel.kind, channel.unit) == ("EMG 1", ChannelKind.SURFACE_EMG, "V")
    assert channel.rate_hz == pytest.approx(rate, rel=1e-6)
    step = (channel.highest - channel.lowest) / STEPS[suffix]
    got = again.samples(0)
    assert np.max(np.abs(got[:n] - samples)) <= step
    # What fills the last record is the last sample, and an annotation says so.
    assert np.all(np.abs(got[n:] - samples[-1]) <= step)
    assert (got.size > n) == any(a.text == "padding" for a in again.annotations)


@pytest.mark.parametrize(("n", "rate"), [(20_000, 2000.0), (20_001, 2000.0), (9973, 1000.0), (261_000, 23437.5)])
def test_no_sample_is_added_where_a_record_divides_the_recording(tmp_path, n, rate):
    write(_one(np.random.default_rng(11).normal(size=n), rate), tmp_path / "a.edf")
    assert read(tmp_path / "a.edf").channels[0].n_samples == n


def test_real_recordings_come_back_bit_for_bit(tmp_path):
    for path in (
        shared("data", "needle-emg-example", "emg_neuropathy.edf"),
        shared("data", "needle-emg-als-myopathy", "N2001A01BB01.edf"),
        shared("data", "wrist-parkinson", "wrist_acc.bdf"),
    ):
        first = read(path)
        write(first, tmp_path / path.name)
        second = read(tmp_path / path.name)
        assert [c.kind for c in second.channels] == [c.kind for c in first.channels]
        for index, channel in enumerate(first.channels):
            assert second.channels[index].rate_hz == channel.rate_hz
            step = (channel.highest - channel.lowest) / STEPS[path.suffix]
            np.testing.assert_allclose(second.samples(index), first.samples(index), rtol=0, atol=1e-6 * step)


def test_gaps_are_kept(tmp_path):
    samples = np.random.default_rng(11).normal(size=3000)
    recording = Recording(
        "memory",
        (_channel(samples, 1000.0),),
        _one(samples).source,
        segments=Intervals.of((0.0, 2.0), (7.5, 8.5)),
        annotations=(Annotation(7.75, 0.0, "after the gap"),),
    )
    write(recording, tmp_path / "a.bdf")
    again = read(tmp_path / "a.bdf")
    assert again.segments == recording.segments
    assert again.annotations == recording.annotations
    np.testing.assert_allclose(again.samples(0), samples, atol=1e-6)


def test_a_constant_channel_is_written(tmp_path):
    write(_one(np.full(1000, 3e-5)), tmp_path / "a.edf")
    np.testing.assert_allclose(read(tmp_path / "a.edf").samples(0), 3e-5, atol=1e-9)


def test_a_stated_range_is_kept_so_that_clipping_is_found_again(tmp_path):
    samples = np.clip(np.random.default_rng(11).normal(0, 2e-3, 4000), -2.503e-3, 2.503e-3)
    write(_one(samples, lowest=-2.503e-3, highest=2.503e-3, recorded_unit="mV"), tmp_path / "a.edf")
    again = read(tmp_path / "a.edf")
    assert np.sum(again.samples(0) == again.channels[0].highest) == np.sum(samples == 2.503e-3) > 10


def test_a_sample_beyond_the_stated_range_is_refused(tmp_path):
    with pytest.raises(RecordingError) as refusal:
        write(_one(np.array([0.0, 2e-3]), lowest=-1e-3, highest=1e-3), tmp_path / "a.edf")
    assert str(refusal.value) == (
        "EMG 1: samples must lie in the channel's range, -0.001 to 0.001 V; got 0 to 0.002;"
        " correct the range of the channel"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_empty_channel_is_refused(tmp_path):
    with pytest.raises(RecordingError, match=r"^a.edf: every channel needs samples to be written; leave empty"):
        write(_one(np.empty(0)), tmp_path / "a.edf")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RecordingError, match=r"^a.edf: cannot be written; got No such file or directory; check"):
        write(_one(np.zeros(10)), tmp_path / "none" / "a.edf")


def test_long_and_foreign_names_stay_apart():
    assert labels_of(["Tibialis anterior left", "Tibialis anterior right", "Füße", "Füße", "µ", "日本"]) == [
        "Tibialis anterio",
        "Tibialis anter~2",
        "Fue",
        "Fue~2",
        "u",
        "channel",
    ]


@pytest.mark.parametrize(
    ("value", "down", "written"),
    [
        (1.114, False, 1.114),
        (-1.11401, True, -1.11401),
        (2502.9999999999995, False, 2503.0),
        (-0.00012345678, True, -0.00013),
        (0.00012345678, False, 0.000124),
        (123456.78912, False, 123456.8),
        (-123456.78912, True, -123457),
    ],
)
def test_ranges_are_rounded_away_from_the_signal(value, down, written):
    assert _outward(value, down=down) == written
    text = repr(written).removesuffix(".0")
    assert len(text) <= 8 or "e" in text
