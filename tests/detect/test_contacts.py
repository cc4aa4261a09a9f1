import numpy as np
import pytest

import involuntary as iv
from involuntary.detect import contacts, usable
from involuntary.detect.bench import Bench
from involuntary.detect.contacts import BridgeRule
from involuntary.detect.usable import UsableRule
from involuntary.model import Channel, ChannelKind, Recording
from simulated import mains

RATE = 2000.0


def rest(seconds=60, seed=1, channels=1, **settings):
    signals, _ = iv.simulate("rest", duration=seconds, seed=seed, channels=channels, **settings)
    return [signals.samples(i).copy() for i in range(channels)]


def recording(*arrays, kind=ChannelKind.SURFACE_EMG, reach=0.01, unit="V"):
    channels = [Channel(f"c{i}", kind, unit, RATE, x.size, "", -reach, reach) for i, x in enumerate(arrays)]
    return Recording.from_arrays(list(arrays), channels)


def reasons(x, **given):
    found = usable.detect(recording(x, **given), 0, UsableRule())
    return {reason: list(stretches) for reason, stretches in found.unusable}


def covers(spans, start, stop):
    """One stretch that holds what was lost and at most two seconds more."""
    ((first, last),) = spans
    return start - 2 <= first <= start and stop <= last <= stop + 2


@pytest.mark.parametrize("amplitude", [120.0, 800.0, 3000.0])
def test_an_electrode_that_picks_up_mains_alone_is_detached(amplitude):
    (x,) = rest()
    x[20 * 2000 : 35 * 2000] += mains(15 * 2000, RATE, amplitude) * 1e-6
    assert covers(reasons(x)["detached"], 20, 35)


def test_so_is_one_that_never_had_contact():
    (x,) = rest()
    assert covers(reasons(x + mains(x.size, RATE, 1500.0) * 1e-6)["detached"], 0, 60)


def test_a_noise_floor_that_jumps_and_stays_is_detached():
    (x,) = rest()
    x[20 * 2000 : 35 * 2000] += np.random.default_rng(0).normal(0, 80e-6, 15 * 2000)
    assert covers(reasons(x)["detached"], 20, 35)


def test_the_same_holds_without_a_gain():
    (x,) = rest()
    x[20 * 2000 : 35 * 2000] += mains(15 * 2000, RATE, 800.0) * 1e-6
    assert covers(reasons(1e6 * x, unit="count", reach=1e5)["detached"], 20, 35)


def test_a_converter_that_flickers_by_one_step_is_flat():
    (x,) = rest()
    x[20 * 2000 : 35 * 2000] = 1e-7 * (np.random.default_rng(0).random(15 * 2000) > 0.5)
    assert reasons(x)["flat but for the converter's step"] == [(20.0, 35.0)]


def test_an_amplifier_at_the_end_of_its_range_is_saturated():
    (x,) = rest()
    x[20 * 2000 : 35 * 2000] = 9.8e-3 + np.random.default_rng(0).normal(0, 20e-6, 15 * 2000)
    assert covers(reasons(x)["saturated"], 20, 35)
    assert "saturated" not in reasons(x, reach=np.inf)


def test_other_electrodes_are_not_looked_at():
    (x,) = rest()
    x[20 * 2000 : 35 * 2000] += mains(15 * 2000, RATE, 3000.0) * 1e-6
    assert reasons(x, kind=ChannelKind.EEG) == {}


CLEAN = [
    ("rest", {}),
    ("rest", {"mains_uv": 60}),
    ("rest", {"ecg_uv": 300}),
    ("voluntary", {"excitation_percent": 25, "pattern": "phasic"}),
    ("voluntary", {"excitation_percent": 80, "pattern": "phasic", "sampling_hz": 1000}),
    ("fasciculation", {"per_min": 120, "channels": 4}),
    ("cramp", {}),
    ("spasm", {}),
    ("hemifacial-spasm", {}),
]


@pytest.mark.parametrize(("name", "settings"), CLEAN)
def test_no_muscle_and_no_good_contact_raises_an_alarm(name, settings):
    signals, _ = iv.simulate(name, duration=30, seed=5, **settings)
    bench = Bench(signals)
    assert [bench.usable(channel).unusable for channel in range(len(signals.channels))] == [()] * len(signals.channels)


@pytest.mark.parametrize(("channels", "seconds"), [(8, 120), (64, 30)])
@pytest.mark.parametrize("mains_uv", [5, 200])
def test_clean_recordings_of_many_channels_raise_none(channels, seconds, mains_uv):
    signals, _ = iv.simulate("rest", duration=seconds, seed=6, channels=channels, mains_uv=mains_uv, ecg_uv=100)
    assert contacts.bridged(signals, BridgeRule()) == {}


@pytest.mark.parametrize("channels", [2, 3, 8])
def test_electrodes_that_run_into_one_are_bridged_while_they_do(channels):
    arrays = rest(120, channels=channels, mains_uv=100)
    random = np.random.default_rng(7)
    arrays[1][60 * 2000 :] = arrays[0][60 * 2000 :] + random.normal(0, 0.5e-6, 60 * 2000)
    signals = recording(*arrays)
    found = contacts.bridged(signals, BridgeRule())
    assert {channel: [(reason, list(spans)) for reason, spans in why] for channel, why in found.items()} == {
        0: [("bridged with c1", [(60.0, 120.0)])],
        1: [("bridged with c0", [(60.0, 120.0)])],
    }
    told = Bench(signals).summary().channels
    assert told[0].usable_fraction == told[1].usable_fraction == 0.5
    assert dict(told[0].unusable)["bridged with c1"].total_s == 60


def test_two_electrodes_over_one_muscle_are_not_bridged():
    muscle = iv.simulate("voluntary", duration=60, seed=8, excitation_percent=25)[0].samples(0)
    near, far = rest(60, channels=2)
    # Four milliseconds of conduction and a little less of it at the second pair.
    assert contacts.bridged(recording(near + muscle, far + 0.95 * np.roll(muscle, 8)), BridgeRule()) == {}


def test_channels_that_cannot_be_compared_are_not():
    (x,) = rest(30)
    assert contacts.bridged(recording(x), BridgeRule()) == {}
    assert contacts.bridged(recording(x, x, kind=ChannelKind.ACCELEROMETER, unit="m/s²"), BridgeRule()) == {}
    assert contacts.bridged(recording(x[:1000], x[:1000]), BridgeRule()) == {}
