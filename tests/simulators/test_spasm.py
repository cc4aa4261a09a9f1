from collections import Counter

import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError


def _envelope(x, rate, seconds):
    n = int(seconds * rate)
    return np.sqrt(np.convolve(x * x, np.ones(n) / n, "same"))


def test_spasms_are_where_the_truth_says_and_the_limb_rests_between():
    recording, (tonic, _) = simulate("spasm", 120, 1)
    assert len(tonic) >= 3
    rate = recording.channels[0].rate_hz
    level = _envelope(recording.samples(0), rate, 0.1)
    at = np.arange(level.size) / rate
    inside = np.zeros(level.size, dtype=bool)
    for start, stop in zip(tonic.onset_s, tonic.stop_s, strict=True):
        inside |= (at > start + 0.2) & (at < start + (stop - start) * 0.4)
    outside = np.ones(level.size, dtype=bool)
    for start, stop in zip(tonic.onset_s, tonic.stop_s, strict=True):
        outside &= (at < start - 0.1) | (at > stop + 0.1)
    assert np.percentile(level[inside], 5) > 3 * np.percentile(level[outside], 95)


@pytest.mark.parametrize(("pattern", "first"), [("flexor", "tibialis anterior"), ("extensor", "quadriceps")])
def test_the_pattern_says_which_muscles_lead(pattern, first):
    size = Counter()  # a few large units make a muscle large or small: on average the leading one is largest
    for seed in range(1, 5):
        recording, (tonic, _) = simulate("spasm", 60, seed, pattern=pattern)
        size.update({c.name: float(recording.samples(i).std()) for i, c in enumerate(recording.channels)})
        assert set(tonic.channel) == {first}
    assert size.most_common(1)[0][0] == first


def test_clonus_beats_at_its_frequency():
    recording, (_, clonus) = simulate("spasm", 90, 3, clonus_share=1, clonus_hz=6, length_min_s=6, length_max_s=8)
    assert clonus.kind == "clonus"
    rate = recording.channels[0].rate_hz
    found = []
    for start, stop in zip(clonus.onset_s, clonus.stop_s, strict=True):
        level = _envelope(recording.samples(0), rate, 0.03)[int(start * rate) : int((stop - 0.5) * rate)]
        power = np.abs(np.fft.rfft((level - level.mean()) * np.hanning(level.size), 1 << 16)) ** 2
        frequency = np.fft.rfftfreq(1 << 16, 1 / rate)
        power[(frequency < 3) | (frequency > 10)] = 0
        found.append(frequency[np.argmax(power)])
    assert np.median(found) == pytest.approx(6.0, abs=0.3)


def test_an_unknown_pattern_is_refused():
    with pytest.raises(ParameterError) as caught:
        simulate("spasm", 10, pattern="leg")
    assert str(caught.value) == "spasm.pattern: must be one of flexor, extensor, adductor; got 'leg'"


def test_clonus_runs_from_its_first_beat_to_its_last():
    recording, (_, clonus) = simulate(
        "spasm", 120, 3, clonus_share=1, clonus_hz=5, length_min_s=4, noise_uv=0, mains_uv=0
    )
    rate = recording.channels[0].rate_hz
    level = _envelope(recording.samples(0), rate, 0.03)
    for start, stop, beats in zip(clonus.onset_s, clonus.stop_s, clonus.features["contractions_n"], strict=True):
        assert level[int((start - 0.03) * rate)] < 0.3 * level[int((start + 0.05) * rate)]
        assert beats - 1 < 5 * (stop - start) < beats - 0.5
