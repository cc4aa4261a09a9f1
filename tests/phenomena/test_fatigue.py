"""Velocity and spectrum of a contraction that is held, against the simulator and against waves of another make."""

import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError
from involuntary.model import Channel, ChannelKind, Recording, State
from involuntary.phenomena import observe
from involuntary.phenomena._fatigue.waves import WaveRule, Waves
from involuntary.phenomena.fatigue import FatigueParameters, _believed

RATE, SECONDS, MANY = 2048.0, 16, 8
N = round(RATE * SECONDS)
TIME = np.arange(N) / RATE


def seen(observation):
    return {m.id.split("@")[0].removeprefix("fatigue."): m for m in observation.measurements}


def array(rows, unit_v=50e-6):
    channels = [Channel(f"E{i + 1}", ChannelKind.SURFACE_EMG, "V", RATE, N) for i in range(len(rows))]
    return Recording.from_arrays([unit_v * row for row in rows], channels)


def look(recording, **settings):
    return observe(recording, ["fatigue"], {key: str(value) for key, value in {"spacing_mm": 5, **settings}.items()})


def passing(velocity_m_s, seed=0, peak_hz=90.0, places=None):
    """Noise of the colour of muscle, seen later at each electrode; no fibre, no conductor."""
    random = np.random.default_rng(seed)
    hz = np.fft.rfftfreq(N, 1 / RATE)
    wave = np.fft.rfft(random.standard_normal(N)) * (hz / peak_hz) ** 2 / (1 + (hz / peak_hz) ** 2) ** 3
    late = (np.arange(MANY) if places is None else np.asarray(places))[:, None] * 0.005 / velocity_m_s
    rows = np.fft.irfft(wave * np.exp(-2j * np.pi * hz * late), N)
    return rows / rows.std()


def grain(level, seed=1, rows=MANY):
    return level * np.random.default_rng(seed).standard_normal((rows, N))


def beats():
    at = np.arange(0.5, SECONDS, 0.85)[:, None]
    return np.sum(np.exp(-0.5 * ((TIME - at) / 0.01) ** 2), axis=0)


@pytest.fixture(scope="module")
def tired():
    return simulate("fatigue", 33, 4)


def test_the_velocity_of_each_window_and_its_slope_are_those_of_the_fibres(tired):
    recording, (truth,) = tired
    observation = observe(recording, ["fatigue"])
    (windows,) = observation.events
    true = dict(zip(truth.onset_s.tolist(), truth.features["velocity_m_s"].tolist(), strict=True))
    held = [true[at] for at in windows.onset_s.tolist()]
    error = windows.features["velocity_m_s"] - held
    assert len(windows) > 25
    assert np.all(np.abs(error) < 0.15)
    assert abs(error.mean()) < 0.05
    line = np.polyfit(windows.onset_s - windows.onset_s[0], held, 1)
    values = seen(observation)
    _, high = values["velocity_slope"].interval
    assert values["velocity_slope"].value == pytest.approx(100 * line[0] / line[1], abs=0.05)
    assert high < 0
    assert values["velocity_start"].value == pytest.approx(line[1], abs=0.05)
    assert values["signals"].value == 6
    assert values["velocity"].quality == "good"


def test_the_spectrum_falls_with_it_and_nobody_takes_the_one_for_the_other(tired):
    observation = observe(tired[0], ["fatigue"])
    values = seen(observation)
    assert values["median_frequency_slope"].value == pytest.approx(values["velocity_slope"].value, abs=0.3)
    assert values["mean_frequency_slope"].interval[1] < 0
    assert 15 < values["signal_to_noise"].value < 30
    assert any("no slope of the velocity" in note for note in observation.notes)
    (finding,) = observation.findings
    assert finding.state is State.NOT_ASSESSED
    assert finding.rule == (
        "fatigue: not assessed: no limits are agreed; it holds for a contraction of one force and one length; compare a"
        " person with themselves"
    )


@pytest.mark.parametrize("velocity", [3.2, 4.4, 5.8])
@pytest.mark.parametrize(("noise", "within"), [(0.1, 0.08), (0.316, 0.15)], ids=["20 dB", "10 dB"])
def test_waves_of_another_make_too(velocity, noise, within):
    (windows,) = look(array(passing(velocity) + grain(noise))).events
    found = windows.features["velocity_m_s"]
    found = found[np.isfinite(found)]
    assert found.size >= SECONDS / 2
    assert abs(np.mean(found) - velocity) < within
    assert np.std(found) < 0.15


def test_on_both_sides_of_an_innervation_zone():
    both = passing(4.0, places=np.abs(np.arange(16) - 7.3))
    observation = look(array(both + grain(0.05, rows=16)))
    assert seen(observation)["velocity"].value == pytest.approx(4.0, abs=0.05)
    assert seen(observation)["signals"].method.endswith("E7 to E1, E9 to E16")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (grain(1.0), "noise"),
        (np.zeros((MANY, N)), "silence"),
        (np.linspace(1, 3, MANY)[:, None] ** 2 * passing(4.0)[:1] + grain(0.1), "one field over all, not even"),
        (np.linspace(1, 3, MANY)[:, None] ** 2 * beats() + grain(0.02), "the heart"),
        (3 * np.sin(2 * np.pi * 50 * TIME + np.linspace(0, 2, MANY)[:, None]) + grain(0.1), "mains out of phase"),
        (3 * np.sin(2 * np.pi * 63 * (TIME - 0.00125 * np.arange(MANY)[:, None])) + grain(0.1), "a tone that travels"),
        (np.sin(7 * (TIME - 0.005 * np.arange(MANY)[:, None])) ** 9 + grain(0.05), "movement that travels"),
        (passing(20.0) + grain(0.1), "far too fast"),
        (passing(1.0) + grain(0.1), "far too slow"),
        (passing(4.0, places=np.abs(np.arange(MANY) - 3.5)) + grain(0.05), "an innervation zone in the middle"),
        (passing(4.0)[:5] + grain(0.05, rows=5), "three double differences"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_measured_where_no_wave_passes_fibres(rows, why):
    observation = look(array(rows), differences_n=2, fewest_signals_n=4 if len(rows) > 5 else 6)
    assert observation.measurements == ()
    assert observation.events == ()
    assert any("fewer than" in note for note in observation.notes), why


def test_beyond_the_limits_it_says_how_fast():
    observation = look(array(passing(4.0) + grain(0.05)), spacing_mm=10)
    velocity = seen(observation)["velocity"]
    assert np.isnan(velocity.value)
    assert velocity.quality.startswith("not measured: waves pass at 8 m/s, beyond 3 to 6 m/s")
    assert np.isnan(seen(observation)["velocity_slope"].value)
    assert np.isfinite(seen(observation)["median_frequency"].value)


def test_where_no_window_is_clear_it_says_so():
    # Every other second is noisy: the line passes on the whole, those seconds by themselves do not.
    rows = passing(4.0) + np.where(TIME % 2 < 1, 0.2, 0.75) * grain(1.0)
    strict = look(array(rows), differences_n=1, least_agreement_share=0.55)
    (windows,) = strict.events
    assert 0 < np.count_nonzero(np.isfinite(windows.features["velocity_m_s"])) < len(windows)
    nothing = Waves(np.full(4, 4.0), np.full(4, 0.6), np.ones((4, 2)), np.ones(4, dtype=bool))
    velocity, why = _believed(nothing, np.zeros(4, dtype=bool), WaveRule(2, 1, 3.0, 6.0, 0.7, 4))
    assert np.isnan(velocity).all()
    assert why == "not measured: neighbours agree by 0.7 in no window by itself, only on the whole"


def test_few_signals_are_said_to_be_few():
    velocity = seen(look(array(passing(4.0)[:6] + grain(0.05, rows=6))))["velocity"]
    assert velocity.value == pytest.approx(4.0, abs=0.05)
    assert velocity.quality == "4 signals; 6 or more agree from day to day"


def test_lines_of_a_grid_are_cut_from_the_channels_as_they_follow():
    rows = np.concatenate([passing(4.0), passing(4.0, seed=9)]) + grain(0.05, rows=16)
    assert seen(look(array(rows), in_line_n=8))["signals"].value == 12
    with pytest.raises(ParameterError) as refused:
        look(array(rows), spacing_mm=-5)
    assert str(refused.value) == "fatigue.spacing_mm: must not be negative; got -5.0"


def test_channels_that_are_pairs_are_subtracted_once():
    pairs = np.diff(passing(4.0), axis=0) + grain(0.05, rows=MANY - 1)
    values = seen(look(array(pairs), differences_n=1))
    assert values["velocity"].value == pytest.approx(4.0, abs=0.05)
    assert values["signals"].value == 6


def test_noise_and_ramps_give_no_frequency():
    loud = np.where((TIME > 4) & (TIME < 14), 1.0, 0.0)
    (windows,) = look(array(loud * passing(4.0) + grain(0.05))).events
    assert windows.onset_s.tolist() == list(range(4, 14))
    weak = look(array(passing(4.0) + grain(0.8)), differences_n=1, least_agreement_share=0.3)
    assert np.isnan(seen(weak)["median_frequency"].value)
    assert seen(weak)["median_frequency"].quality == "not measured: no window stands 10 dB out of noise"


def test_a_single_channel_has_a_spectrum_and_no_velocity():
    recording, _ = simulate("voluntary", 30, 1, start_s=5)
    observation = observe(recording, ["fatigue"])
    values = seen(observation)
    assert "velocity" not in values
    assert values["median_frequency"].value == pytest.approx(100, abs=10)
    low, high = values["median_frequency_slope"].interval
    assert low < 0 < high
    assert any("set fatigue.spacing_mm" in note for note in observation.notes)


@pytest.mark.parametrize("kind", ["ecg", "mains", "movement", "pops"])
def test_artefacts_alone_have_no_spectrum(kind):
    assert observe(simulate("artefact", 30, 3, kind=kind)[0], ["fatigue"]).measurements == ()


def test_it_is_looked_for_only_if_it_is_asked_for(tired):
    assert not [f for f in observe(tired[0]).findings if f.phenomenon == "fatigue"]


def test_limits_are_those_of_the_sources():
    p = FatigueParameters()
    assert (p.slowest_m_s, p.fastest_m_s, p.least_signal_db) == (3.0, 6.0, 10.0)
