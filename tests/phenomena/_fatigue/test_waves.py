"""Which electrodes waves pass in turn, with waves that are the same but for their delay."""

import numpy as np
import pytest

from involuntary.detect.lines import Lines
from involuntary.detect.spectra import WindowSpectra
from involuntary.phenomena._fatigue.waves import WaveRule, runs, travelled

HZ = np.arange(20.0, 451.0)
RULE = WaveRule(2, 1, 3.0, 6.0, 0.7, 4)
LINE = Lines(5.0, (tuple(range(12)),))


def seen(delays_s, windows=8, noise=0.02, hz=HZ):
    """Spectra of one wave at these delays from a place, as electrodes see them."""
    random = np.random.default_rng(0)
    colour = (hz / 80) ** 2 / (1 + (hz / 80) ** 4)
    wave = colour * (random.standard_normal((windows, hz.size)) + 1j * random.standard_normal((windows, hz.size)))
    grain = random.standard_normal((len(delays_s), windows, hz.size)) * noise
    return {
        i: WindowSpectra(np.arange(float(windows)), hz, wave * np.exp(-2j * np.pi * hz * delay) + grain[i])
        for i, delay in enumerate(delays_s)
    }


def whole(count, windows=8):
    return {i: np.ones(windows, dtype=bool) for i in range(count)}


def test_waves_from_the_middle_are_followed_either_way():
    # 4 m/s away from a place between two electrodes: no signal that reaches over it is used.
    spectra = seen(np.abs(np.arange(16) - 7.4) * 0.005 / 4)
    found = runs(spectra, whole(16), Lines(5.0, (tuple(range(16)),)), RULE)
    assert [run.channels[-1] for run in found] == [0, 15]
    assert max(found[0].channels) <= 7 < 8 <= min(found[1].channels)
    assert travelled(found, HZ, 5.0, RULE).velocity_m_s == pytest.approx(np.full(8, 4.0), abs=0.02)


def test_a_bad_channel_costs_its_signals_in_its_windows_alone():
    spectra, usable = seen(np.arange(12) * 0.005 / 4), whole(12)
    spectra[6].values[3] += 100.0
    usable[6][3] = False
    found = runs(spectra, usable, LINE, RULE)
    assert [run.channels for run in found] == [tuple(range(12))]
    waves = travelled(found, HZ, 5.0, RULE)
    assert np.flatnonzero(~waves.usable).tolist() == [3]
    assert waves.velocity_m_s[waves.usable] == pytest.approx(np.full(7, 4.0), abs=0.02)


def test_waves_that_turn_in_the_second_half_are_no_run():
    forth, back = seen(np.arange(12) * 0.005 / 4), seen(-np.arange(12) * 0.005 / 4)
    for i in range(12):
        forth[i].values[4:] = back[i].values[4:]
    assert runs(forth, whole(12), LINE, RULE) == ()


def test_a_tone_and_what_stands_still_do_not_travel():
    delays = np.arange(12) * 0.005 / 4
    tone = seen(delays, noise=0.0)
    for one in tone.values():
        one.values[:, (HZ < 50) | (HZ > 54)] = 0
    assert runs(tone, whole(12), LINE, RULE) == ()
    standing = seen(np.zeros(12))
    for i, one in standing.items():
        one.values[:] *= 1 + i**2
    assert runs(standing, whole(12), LINE, RULE) == ()
    assert runs(seen(delays * 3), whole(12), LINE, RULE) == ()
    assert runs(seen(delays / 4), whole(12), LINE, RULE) == ()


def test_too_short_a_line_is_left_out():
    spectra = seen(np.arange(5) * 0.005 / 4)
    assert runs(spectra, whole(5), Lines(5.0, (tuple(range(5)),)), RULE) == ()
    assert runs(spectra, whole(5), Lines(5.0, (tuple(range(5)),)), WaveRule(1, 1, 3.0, 6.0, 0.7, 4)) != ()
