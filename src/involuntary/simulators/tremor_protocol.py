"""Tremor through an examination: two hands at rest, held out, loaded, reaching, tapping and throwing, by marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from involuntary.errors import ParameterError, nearest
from involuntary.model import Annotation, Channel, ChannelKind, Events, Recording, Reference
from involuntary.simulators._checks import check
from involuntary.simulators._chunks import Floats, Layer, Track, record
from involuntary.simulators._epochs import trapezia
from involuntary.simulators._motoneurones import Drive
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import noise, surface_track
from involuntary.simulators._tremor import Phase, direction, phase_of, posture, shaking
from involuntary.simulators.base import Generator
from involuntary.simulators.chorea import Strokes, strokes_layer

__all__ = ["GENERATOR", "TremorProtocol", "TremorProtocolParameters"]

_REVIEW = Reference(
    "doi:10.1016/j.cnp.2025.05.003",
    "Clin Neurophysiol Pract 2025;10:188-201, electrophysiological tremor classification",
    "Table 2: which conditions bring each tremor, its frequency, load shift, entrainment, pause",
)
_CONDITIONS = ("rest", "posture", "load", "kinetic", "tapping", "ballistic")
_RAMP_S = 1.0
_THROW_EVERY_S, _THROW_S, _PAUSE_S = 5.0, 0.3, 1.2
_REACH_S = 1.5
# Of the muscles: part of a cycle that a burst takes, drive at its height, tonic drive as a share of it, and ramps.
_BURST_SHARE, _EXCITATION, _TONIC, _SHARP_S = 0.4, 0.4, 0.6, 0.02


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a tremor behaves; what the table of names does not say is an engineering choice.

    Attributes
    ----------
    frequency_hz, amplitude_mm : float
        Without load, and where it is largest.
    shares : dict of str to float
        Amplitude in each condition as a share of the largest; zero where it is not named.
    load_shift_hz : float
        How much a load slows it.
    grows : bool
        Whether it grows as the hand comes near its target.
    yields : bool
        Whether it follows the tapping of the other hand and pauses when that is thrown.
    together : bool
        Whether both hands tremble in one rhythm.
    """

    frequency_hz: float
    amplitude_mm: float
    shares: dict[str, float] = field(default_factory=dict)
    load_shift_hz: float = 0.3
    grows: bool = False
    yields: bool = False
    together: bool = False


_HELD = {"posture": 1.0, "load": 1.0, "tapping": 1.0, "ballistic": 1.0}
_KINDS = {
    "parkinsonian": _Kind(5.0, 5.0, {"rest": 1.0, "tapping": 1.0, "ballistic": 1.0, "posture": 0.3, "load": 0.3}),
    "essential": _Kind(6.5, 3.0, {**_HELD, "kinetic": 0.8}),
    "cerebellar": _Kind(3.5, 5.0, {**dict.fromkeys(_HELD, 0.3), "kinetic": 1.0}, grows=True),
    "physiological": _Kind(9.0, 0.06, _HELD, load_shift_hz=2.5),
    "functional": _Kind(5.5, 4.0, {**_HELD, "load": 1.6, "rest": 0.8}, load_shift_hz=0.0, yields=True, together=True),
}


@dataclass(frozen=True, slots=True)
class TremorProtocolParameters:
    """Who trembles, and what is asked.

    Attributes
    ----------
    kind : str
        ``"parkinsonian"``, ``"essential"``, ``"cerebellar"``, ``"physiological"`` or ``"functional"``.
    protocol : str
        Conditions with commas between them: rest, posture, load, kinetic, tapping and ballistic, each perhaps with a
        number and a unit, such as ``"tapping 3 Hz"``. The right hand is tested; the left one taps and throws.
    condition_s : float
        Length of each; the last is cut at the end, and conditions for which there is no time are left out.
    frequency_hz : float
        Of the tremor without load; 0 for the usual one of its kind.
    amplitude_mm : float
        Half the peak-to-peak displacement in the condition in which it is largest; 0 for the usual one of its kind.
    other_share : float
        Amplitude of the left hand as a share of the right one's; it trembles while it does not move.
    cycle_cv : float
        Coefficient of variation of the length of a cycle.
    load_shift_hz : float
        How much a load slows the tremor; 0 for what is usual in its kind.
    reach_mm, tap_mm : float
        Way of the hand to its target and of a tap.
    sampling_hz, accelerometer_noise_m_s2, sway_m_s2 : float
        Of the accelerometers: rate, root mean square of the noise and of the slow turning against gravity.
    emg : bool
        Whether the antagonists of the right wrist are recorded too; they burst alternately.
    coactivation_ms : float
        How long both are tonically active before the tremor of each condition begins, where it yields.
    """

    kind: str = "essential"
    protocol: str = "rest, posture, load 500 g, kinetic, tapping 1 Hz, tapping 3 Hz, tapping 5 Hz, ballistic"
    condition_s: float = 30.0
    frequency_hz: float = 0.0
    amplitude_mm: float = 0.0
    other_share: float = 0.7
    cycle_cv: float = 0.03
    load_shift_hz: float = 0.0
    reach_mm: float = 300.0
    tap_mm: float = 30.0
    sampling_hz: float = 100.0
    accelerometer_noise_m_s2: float = 0.02
    sway_m_s2: float = 0.05
    emg: bool = False
    coactivation_ms: float = 300.0


@dataclass(frozen=True, slots=True)
class _Part:
    """One condition: what is marked, its kind, the number in the mark, and its time."""

    text: str
    asked: str
    number: float
    start_s: float
    stop_s: float


class TremorProtocol(Generator[TremorProtocolParameters]):
    """Two hands with an accelerometer each; truth: one ``tremor`` a hand and condition in which it trembles."""

    id = "tremor-protocol"
    name = "Tremor through an examination"
    references = (_REVIEW,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: TremorProtocolParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Lay out the conditions, then let each hand tremble and move in them."""
        p = parameters
        check(self.id, p, "condition_s", "sampling_hz")
        if p.kind not in _KINDS:
            raise ParameterError(f"{self.id}.kind", f"must be one of {', '.join(_KINDS)}", repr(p.kind))
        kind, parts = _KINDS[p.kind], _parts(p, duration_s)
        shared = random.integers(2**63)
        tracks, truth = [], []
        for hand, share in (("right", 1.0), ("left", p.other_share)):
            cycles = np.random.default_rng(shared) if kind.together else random
            track, own = _hand(hand, share, kind, parts, duration_s, p, cycles, random)
            tracks += track
            truth.append(own)
        marks = [Annotation(part.start_s, part.stop_s - part.start_s, part.text) for part in parts]
        return record(tracks, random, annotations=marks), (Events.merged("tremor", truth),)


def _parts(p: TremorProtocolParameters, duration_s: float) -> list[_Part]:
    found = []
    for i, text in enumerate(part.strip() for part in p.protocol.split(",")):
        asked, _, rest = text.partition(" ")
        if asked not in _CONDITIONS:
            raise ParameterError(
                "tremor-protocol.protocol", f"knows {', '.join(_CONDITIONS)}{nearest(asked, _CONDITIONS)}", repr(text)
            )
        number = float(rest.split(" ")[0]) if rest[:1].isdigit() else 0.0
        if asked == "tapping" and not number:
            raise ParameterError("tremor-protocol.protocol", "tapping needs a rate, as in 'tapping 3 Hz'", repr(text))
        start, stop = i * p.condition_s, min((i + 1) * p.condition_s, duration_s)
        if start < stop:
            found.append(_Part(text, asked, number, start, stop))
    return found


def _hand(
    hand: str,
    share: float,
    kind: _Kind,
    parts: Sequence[_Part],
    duration_s: float,
    p: TremorProtocolParameters,
    cycles: np.random.Generator,
    random: np.random.Generator,
) -> tuple[list[Track], Events]:
    tested, rate = hand == "right", p.sampling_hz
    usual = (p.frequency_hz or kind.frequency_hz) * (1.0 if tested or kind.together else 1.07)
    frequency = [_frequency(part, usual, kind, p) for part in parts]
    size = [share * (p.amplitude_mm or kind.amplitude_mm) * _share(part, kind, tested) for part in parts]

    def beat(time_s: float) -> float:
        return frequency[min(int(time_s / p.condition_s), len(parts) - 1)]

    axis, way = direction(random), direction(random)
    phase = phase_of(duration_s, beat, p.cycle_cv, cycles)
    strokes = _strokes(parts, way, p) if tested else _other(parts, way, kind, p)
    n = max(1, round(duration_s * rate))
    channels = tuple(Channel(f"{hand} hand {a}", ChannelKind.ACCELEROMETER, "m/s²", rate, n) for a in "xyz")
    layers: tuple[Layer, ...] = (
        shaking(_envelope(parts, size, kind, tested), phase, axis, rate, ((0.08, 0.0), (0.02, 0.0))),
        strokes_layer(strokes, rate, 2),
        posture(p.sway_m_s2, rate, random),
        noise(p.accelerometer_noise_m_s2, 3),
    )
    strongest = channels[int(np.argmax(np.abs(axis)))].name
    told = [i for i, millimetres in enumerate(size) if millimetres > 0]
    start, stop = np.array([(parts[i].start_s, parts[i].stop_s) for i in told]).reshape(-1, 2).T
    features = {
        "frequency_hz": np.array([frequency[i] for i in told]),
        "amplitude_mm": np.array([size[i] for i in told]),
    }
    tracks = [Track(channels, layers)]
    if tested and p.emg:
        tracks.append(_muscles(parts, size, kind, phase, duration_s, p, random))
    return tracks, Events("tremor", (strongest,) * len(told), start, stop - start, features)


def _muscles(
    parts: Sequence[_Part],
    size_mm: Sequence[float],
    kind: _Kind,
    phase: Phase,
    duration_s: float,
    p: TremorProtocolParameters,
    random: np.random.Generator,
) -> Track:
    """Let two antagonists burst with the tremor, and be active together before it begins, where it yields."""
    begin = [(q.start_s + _RAMP_S, q.stop_s - _RAMP_S / 2) for q, mm in zip(parts, size_mm, strict=True) if mm > 0]
    bursts = trapezia(begin, _SHARP_S)
    together = [(a - p.coactivation_ms / 1e3, a + _SHARP_S) for a, _ in begin] if kind.yields else []
    tonic = trapezia(together, _SHARP_S)

    def drive(shift: float) -> Drive:
        def excitation(time: Floats) -> Floats:
            part = np.mod((phase(time)[0] - shift) / (2 * np.pi), 1.0) / _BURST_SHARE
            bump = np.where(part < 1, np.sin(np.pi * np.minimum(part, 1.0)), 0.0)
            total: Floats = _EXCITATION * (bursts(time) * bump + _TONIC * tonic(time))
            return total

        return excitation

    muscles = Muscles()
    layers = driven([drive(0.0), drive(np.pi)], duration_s, muscles, random)
    names = ["right extensor", "right flexor"]
    return surface_track("tremor-protocol", names, layers, duration_s, muscles, random)


def _frequency(part: _Part, usual_hz: float, kind: _Kind, p: TremorProtocolParameters) -> float:
    if part.asked == "tapping" and kind.yields:
        return _tapped_hz(part, kind)
    shift = p.load_shift_hz or kind.load_shift_hz
    return max(usual_hz - shift, 1.0) if part.asked == "load" else usual_hz


def _tapped_hz(part: _Part, kind: _Kind) -> float:
    """Give the rate of the tapping hand: whose tremor yields misses the one that is asked for."""
    return part.number * (1.3 if kind.yields else 1.02)


def _share(part: _Part, kind: _Kind, tested: bool) -> float:
    """Give the share of the largest amplitude; the hand that moves on request is not one that trembles."""
    if not tested and part.asked in ("tapping", "ballistic", "kinetic", "load"):
        return 0.0
    return kind.shares.get(part.asked, 0.0)


def _envelope(parts: Sequence[_Part], size_mm: Sequence[float], kind: _Kind, tested: bool) -> Drive:
    time, value = [0.0], [0.0]
    for part, size in zip(parts, size_mm, strict=True):
        ramp = min(_RAMP_S, (part.stop_s - part.start_s) / 4)
        time += [part.start_s + 1e-9, part.start_s + ramp, part.stop_s - ramp, part.stop_s]
        value += [0.0, size / 1e3, size / 1e3, 0.0]
    throws = np.array([at for part in parts if part.asked == "ballistic" for at in _throws(part)])
    reaches = [part for part in parts if part.asked == "kinetic"]

    def envelope(at: Floats) -> Floats:
        out = np.interp(at, time, value)
        if kind.yields and tested and throws.size:
            since = at - throws[np.maximum(np.searchsorted(throws, at, side="right") - 1, 0)]
            out = np.where((since >= 0) & (since < _PAUSE_S), 0.1 * out, out)
        if kind.grows:
            for part in reaches:
                # All of it at either target, a quarter on the way.
                near = np.cos(np.pi * (at - part.start_s) / _REACH_S) ** 2
                out = np.where((at >= part.start_s) & (at < part.stop_s), out * (0.25 + 0.75 * near), out)
        return out

    return envelope


def _throws(part: _Part) -> Floats:
    return np.arange(part.start_s + 2.5, part.stop_s - 2 * _THROW_S, _THROW_EVERY_S)


def _strokes(parts: Sequence[_Part], way: Floats, p: TremorProtocolParameters) -> Strokes:
    """Reach to and fro where that is asked of the tested hand."""
    starts = [np.arange(q.start_s, q.stop_s - 2 * _REACH_S, 2 * _REACH_S) for q in parts if q.asked == "kinetic"]
    return _to_and_fro(starts, [_REACH_S] * len(starts), p.reach_mm, way)


def _other(parts: Sequence[_Part], way: Floats, kind: _Kind, p: TremorProtocolParameters) -> Strokes:
    """Tap or throw with the other hand."""
    starts, halves = [], []
    for part in parts:
        if part.asked == "tapping":
            rate = _tapped_hz(part, kind)
            starts.append(np.arange(part.start_s + 0.5, part.stop_s - 1 / rate, 1 / rate))
            halves.append(0.5 / rate)
        elif part.asked == "ballistic":
            starts.append(_throws(part))
            halves.append(_THROW_S)
    sizes = [p.reach_mm if half == _THROW_S else p.tap_mm for half in halves]
    parted = [_to_and_fro([s], [h], mm, way) for s, h, mm in zip(starts, halves, sizes, strict=True)]
    return Strokes(
        np.concatenate([np.empty(0), *(s.onset_s for s in parted)]),
        np.concatenate([np.empty(0), *(s.length_s for s in parted)]),
        np.concatenate([np.empty((0, 3)), *(s.way for s in parted)]),
    )


def _to_and_fro(starts: Sequence[Floats], half_s: Sequence[float], size_mm: float, way: Floats) -> Strokes:
    onset = [np.column_stack([s, s + half]).ravel() for s, half in zip(starts, half_s, strict=True)]
    length = [np.full(o.size, half) for o, half in zip(onset, half_s, strict=True)]
    all_onsets = np.concatenate([np.empty(0), *onset])
    sign = np.where(np.arange(all_onsets.size) % 2 == 0, 1.0, -1.0)
    return Strokes(all_onsets, np.concatenate([np.empty(0), *length]), size_mm / 1e3 * sign[:, None] * way)


GENERATOR = TremorProtocol(TremorProtocolParameters())
