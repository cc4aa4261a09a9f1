import numpy as np
import pytest

from involuntary.detect.discharges import DischargeRule, detect
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Recording

RATE = 20_000.0
RULE = DischargeRule()


def _recording(samples, unit="V", rate=RATE):
    channel = Channel("needle", ChannelKind.NEEDLE_EMG, unit, rate, samples.size)
    return Recording.from_arrays([samples], [channel])


def _unit(amplitude, width_ms=0.5):
    """A triphasic potential of that size peak to peak, about eight widths long."""
    time = np.arange(-6, 6, 1e3 / RATE)
    wave = -np.gradient(np.gradient(np.exp(-((time / width_ms) ** 2))))
    return amplitude * wave / np.ptp(wave)


def _train(amplitude=400e-6, noise=3e-6, seconds=5.0, seed=0, every_s=0.08):
    random = np.random.default_rng(seed)
    samples = noise * random.standard_normal(round(seconds * RATE))
    at = np.arange(0.05, seconds - 0.05, every_s) + random.uniform(
        -0.01, 0.01, len(np.arange(0.05, seconds - 0.05, every_s))
    )
    wave = _unit(amplitude)
    for t in at:
        first = round(t * RATE) - wave.size // 2
        samples[first : first + wave.size] += wave
    return samples, at


@pytest.mark.parametrize("amplitude", [60e-6, 400e-6, 4e-3])
def test_every_discharge_is_found_with_its_size(amplitude):
    samples, at = _train(amplitude, noise=1e-6)
    found = detect(_recording(samples), 0, RULE)
    assert len(found.events) == len(at)
    np.testing.assert_allclose(found.events.features["peak_s"], at, atol=1e-3)
    np.testing.assert_allclose(found.events.features["amplitude_uv"], amplitude * 1e6, rtol=0.12)
    assert np.mean(found.events.features["phases"] == 3) > 0.95
    assert found.noise == pytest.approx(1.0, rel=0.15)


def test_a_wider_potential_lasts_longer():
    short, long = (np.concatenate([_unit(400e-6, w), np.zeros(2000)]) for w in (0.4, 0.8))
    noise = np.random.default_rng(1).standard_normal(20 * short.size) * 1e-6
    durations = [
        np.median(detect(_recording(np.tile(x, 20) + noise), 0, RULE).events.duration_s) for x in (short, long)
    ]
    assert durations[1] == pytest.approx(2 * durations[0], rel=0.15)
    assert 1.2e-3 < durations[0] < 3e-3


def test_noise_silence_and_slow_movement_hold_no_discharge():
    random = np.random.default_rng(2)
    time = np.arange(100_000) / RATE
    for samples in (5e-6 * random.standard_normal(100_000), np.zeros(100_000)):
        assert len(detect(_recording(samples), 0, RULE).events) == 0
    moved = 2e-3 * np.sin(2 * np.pi * 3 * time) + 3e-6 * random.standard_normal(100_000)
    assert len(detect(_recording(moved), 0, RULE).events) == 0


def test_lone_samples_are_mended_and_counted():
    samples, at = _train()
    samples[np.arange(997, samples.size, 5003)] += 2e-3
    found = detect(_recording(samples), 0, RULE)
    assert found.glitches >= 18
    assert abs(len(found.events) - len(at)) <= 2


def test_blocks_do_not_matter(monkeypatch):
    samples, _ = _train(seconds=4.0)
    whole = detect(_recording(samples), 0, RULE).events
    monkeypatch.setattr("involuntary.detect.discharges._BLOCK", 20_000)
    parts = detect(_recording(samples), 0, RULE).events
    np.testing.assert_allclose(parts.features["peak_s"], whole.features["peak_s"], atol=1e-4)
    np.testing.assert_allclose(parts.features["amplitude_uv"], whole.features["amplitude_uv"], rtol=0.02)


def test_counts_have_no_microvolts_and_slow_channels_are_refused():
    samples, at = _train()
    found = detect(_recording(np.rint(samples * 1e7), unit="count"), 0, RULE)
    assert "amplitude_count" in found.events.features
    assert len(found.events) == len(at)
    with pytest.raises(ParameterError) as refused:
        detect(_recording(samples, rate=1000.0), 0, RULE)
    assert str(refused.value) == "needle: needle potentials need at least 2000 Hz; got 1000 Hz"
