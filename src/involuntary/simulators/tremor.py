"""Tremor of a limb: acceleration with gravity, and the bursts of an antagonist pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.model import Channel, ChannelKind, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Track, record
from involuntary.simulators._epochs import Epochs, alternating, trapezia
from involuntary.simulators._motoneurones import FUGLEVAND, Drive
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import noise, surface_track
from involuntary.simulators._tremor import Phase, direction, phase_of, posture, shaking
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Tremor", "TremorParameters"]

_REVIEW = Reference(
    "doi:10.1016/j.cnp.2025.05.003",
    "Clin Neurophysiol Pract 2025;10:188-201, electrophysiological tremor classification",
    "Table 2: rest tremor 4-7 Hz",
)
_RAMP_S = 0.5


@dataclass(frozen=True, slots=True)
class TremorParameters(Muscles):
    """How a limb trembles; what is inherited describes the EMG.

    Attributes
    ----------
    frequency_hz : float
        Mean frequency.
    cycle_cv : float
        Coefficient of variation of the length of a cycle.
    amplitude_mm : float
        Half the peak-to-peak displacement of the fundamental at the sensor.
    amplitude_cv : float
        Slow waxing and waning of the amplitude, as a coefficient of variation.
    harmonic_2, harmonic_3 : float
        Displacement of the harmonics as shares of the fundamental's.
    epoch_s, pause_s : float
        Length of a stretch with tremor and of the pause after it; an epoch of 0 lasts to the end.
    accelerometer_hz : float
        Sampling rate of the accelerometer.
    accelerometer_noise_m_s2 : float
        Root mean square of its noise.
    sway_m_s2 : float
        Slow turning of the sensor against gravity, root mean square.
    emg : bool
        Whether the antagonist pair is recorded too.
    antagonist_phase_deg : float
        180 for alternating, 0 for synchronous bursts.
    burst_share : float
        Part of a cycle that a burst takes.
    excitation_percent : float
        Drive to the pool at the height of a burst.
    """

    frequency_hz: float = 5.0
    cycle_cv: float = 0.03
    amplitude_mm: float = 5.0
    amplitude_cv: float = 0.1
    harmonic_2: float = 0.08
    harmonic_3: float = 0.02
    epoch_s: float = 0.0
    pause_s: float = 10.0
    accelerometer_hz: float = 100.0
    accelerometer_noise_m_s2: float = 0.02
    sway_m_s2: float = 0.05
    emg: bool = True
    antagonist_phase_deg: float = 180.0
    burst_share: float = 0.4
    excitation_percent: float = 40.0


class Tremor(Generator[TremorParameters]):
    """A trembling limb; truth: ``tremor`` epochs on the axis that moves most, with frequency and amplitude."""

    id = "tremor"
    name = "Tremor of a limb"
    references = (_REVIEW, FUGLEVAND)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: TremorParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the cycles, then move the limb and fire the muscles with them."""
        p = parameters
        check(self.id, p, "frequency_hz", "accelerometer_hz", "interval_cv", "burst_share", "units", "pause_s")
        epochs = _epochs(duration_s, p)
        # A tremor that is there all the time neither begins nor ends in the recording.
        presence = trapezia(epochs if p.epoch_s else [(-1.0, duration_s + 1.0)], _RAMP_S)
        phase = phase_of(duration_s, lambda _: p.frequency_hz, p.cycle_cv, random)
        axis = direction(random)
        tracks = [_accelerometer(duration_s, presence, phase, axis, p, random)]
        if p.emg:
            tracks.append(_antagonists(self.id, duration_s, presence, phase, p, random))
        strongest = tracks[0].channels[int(np.argmax(np.abs(axis)))].name
        return record(tracks, random), (_truth(epochs, strongest, p),)


def _epochs(duration_s: float, p: TremorParameters) -> Epochs:
    if not p.epoch_s:
        return [(0.0, duration_s)]
    return alternating(duration_s, p.pause_s, p.epoch_s, p.pause_s)


def _truth(epochs: Epochs, channel: str, p: TremorParameters) -> Events:
    start, stop = np.array(epochs).reshape(-1, 2).T
    features = {
        "frequency_hz": np.full(len(epochs), p.frequency_hz),
        "amplitude_mm": np.full(len(epochs), p.amplitude_mm),
    }
    return Events("tremor", (channel,) * len(epochs), start, stop - start, features)


def _accelerometer(
    duration_s: float,
    presence: Drive,
    phase: Phase,
    axis: Floats,
    p: TremorParameters,
    random: np.random.Generator,
) -> Track:
    rate, n = p.accelerometer_hz, max(1, round(duration_s * p.accelerometer_hz))
    sway = posture(p.sway_m_s2, rate, random)
    knots = np.arange(0.0, duration_s + 4.0, 2.0)
    swell = p.amplitude_mm / 1000 * np.maximum(1 + p.amplitude_cv * random.standard_normal(knots.size), 0.0)
    offset = random.uniform(0, 2 * np.pi, 2).tolist()

    def envelope(time: Floats) -> Floats:
        return np.interp(time, knots, swell) * presence(time)

    harmonics = ((p.harmonic_2, offset[0]), (p.harmonic_3, offset[1]))
    channels = tuple(Channel(f"acceleration {a}", ChannelKind.ACCELEROMETER, "m/s²", rate, n) for a in "xyz")
    return Track(
        channels, (shaking(envelope, phase, axis, rate, harmonics), sway, noise(p.accelerometer_noise_m_s2, 3))
    )


def _antagonists(
    owner: str,
    duration_s: float,
    presence: Drive,
    phase: Phase,
    p: TremorParameters,
    random: np.random.Generator,
) -> Track:
    drives = [_bursts(presence, phase, np.deg2rad(shift), p) for shift in (0.0, p.antagonist_phase_deg)]
    muscle = driven(drives, duration_s, p, random)
    return surface_track(owner, ["flexor", "extensor"], muscle, duration_s, p, random)


def _bursts(presence: Drive, phase: Phase, shift: float, p: TremorParameters) -> Drive:
    """Give one bump of excitation a cycle, a half sine as long as the burst's share."""

    def drive(time: Floats) -> Floats:
        part = np.mod((phase(time)[0] - shift) / (2 * np.pi), 1.0) / p.burst_share
        bump = np.where(part < 1, np.sin(np.pi * np.minimum(part, 1.0)), 0.0)
        total: Floats = p.excitation_percent / 100 * bump * presence(time)
        return total

    return drive


GENERATOR = Tremor(TremorParameters())
