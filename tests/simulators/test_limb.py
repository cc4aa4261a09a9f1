import numpy as np
import pytest
from scipy.signal import lsim

from involuntary.simulators._discharges import Discharges
from involuntary.simulators._limb import Limb, Twitches, force, movement, twitches, with_gain

ONE = Twitches(np.array([0.1]), np.array([0.06]))


def _regular(rate_hz, seconds=4.0):
    return Discharges.by_unit([np.arange(0.1, seconds, 1 / rate_hz)])


def _made(layer, seconds, rate_hz):
    return layer(0, round(seconds * rate_hz), None)[0]


def test_twitches_span_the_published_ranges():
    muscle = twitches(120)
    assert muscle.force_n[-1] / muscle.force_n[0] == pytest.approx(100, rel=0.05)
    assert muscle.contraction_s[0] == pytest.approx(0.09, rel=0.02)
    assert muscle.contraction_s[-1] == pytest.approx(0.03, rel=1e-6)


def test_a_twitch_peaks_once_with_its_force_and_time():
    wave = _made(force(Discharges.by_unit([np.array([0.1])]), ONE, 1000.0), 1.0, 1000)
    assert wave.max() == pytest.approx(0.1, rel=1e-3)
    assert np.argmax(wave) == 160
    assert not wave[:100].any()


def test_force_saturates_with_rate():
    steady = [_made(force(_regular(rate), ONE, 500.0), 4.0, 500)[1500:].mean() for rate in (3, 8, 15, 30, 60)]
    gained = np.diff(steady) / np.diff([3, 8, 15, 30, 60])
    assert np.all(np.diff(steady) > 0)
    # Steepest between unfused and fused, flat where fused.
    assert gained[1] > gained[0]
    assert gained[3] < 0.1 * gained.max()
    # Fuglevand's tetanus: force of the unit over its twitch lies between 3 and 10 for such a contraction time.
    assert 3 < steady[4] / 0.1 < 10


def test_the_gain_is_one_while_twitches_are_unfused():
    slow, fast = (with_gain(_regular(rate), ONE).gain for rate in (5.0, 40.0))
    assert np.allclose(slow, 1.0)
    assert fast[0] == 1.0
    x = 0.06 * 40
    expected = (1 - np.exp(-2 * x**3)) / x / ((1 - np.exp(-2 * 0.4**3)) / 0.4)
    assert np.allclose(fast[1:], expected)


def test_force_does_not_depend_on_the_sampling_rate():
    random = np.random.default_rng(1)
    fired = Discharges.by_unit([np.sort(random.uniform(0, 3, 40)) for _ in range(5)])
    slow, fast = (_made(force(fired, twitches(5), rate), 3.0, rate) for rate in (100, 2000))
    assert np.abs(slow - fast[::20]).max() < 0.01 * fast.max()


def test_the_limb_follows_its_differential_equation():
    """Independent: SciPy's simulation of the same system under the same torque."""
    limb, rate = Limb(), 2000
    fired = _regular(12.0, 2.0)
    torque = _made(movement(fired, ONE, limb, rate, "torque"), 3.0, rate)
    turn = 2 * np.pi * limb.natural_hz
    system = ([1 / limb.inertia_kg_m2], [1, 2 * limb.damping_ratio * turn, turn**2])
    _, angle, _ = lsim(system, torque, np.arange(torque.size) / rate)
    found = {name: _made(movement(fired, ONE, limb, rate, name), 3.0, rate)
             for name in ("angle", "velocity", "acceleration")}  # fmt: skip
    assert np.allclose(found["angle"], np.degrees(angle), atol=0.003 * np.degrees(angle).max())
    assert np.allclose(np.gradient(found["angle"], 1 / rate), found["velocity"], atol=0.01 * found["velocity"].max())
    pull = np.gradient(np.radians(found["velocity"]), 1 / rate) * limb.radius_m
    assert np.allclose(pull, found["acceleration"], atol=0.02 * np.abs(pull).max())


def test_blocks_equal_the_whole():
    layer = movement(_regular(9.0), ONE, Limb(), 200.0, "acceleration")
    parts = [layer(a, b, None)[0] for a, b in ((0, 333), (333, 700), (700, 800))]
    assert np.array_equal(np.concatenate(parts), layer(0, 800, None)[0])
