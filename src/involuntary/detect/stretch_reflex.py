"""Where a stretched muscle answers: the onset of its activity within a stretch, against its rest before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.stretches import Stretch
from involuntary.dsp import mains
from involuntary.dsp.bands import zero_phase
from involuntary.dsp.envelope import smoothed
from involuntary.dsp.onset import change_edges, energies
from involuntary.model import Recording

__all__ = ["Reflex", "ReflexRule", "detect"]

# Mains is fitted with so much more to either side: what is around tells its sinusoids from activity.
_AROUND_S = 4.0


@dataclass(frozen=True, slots=True)
class ReflexRule:
    """What counts as an answer; engineering choices.

    Attributes
    ----------
    low_hz, high_hz : float
        Zero-phase band.
    rest_s : float
        Rest is what the muscle does so long before the stretch.
    margin_s : float
        The last part of it, in which a voluntary movement would show itself, is left out.
    latest_s : float
        An answer may begin so long after the stretch ended.
    smooth_s : float
        Its energy is averaged over so much
    factor : float
        and exceeds that of rest by this factor (its amplitude by the root).
    voluntary_factor : float
        Where the energy in the margin exceeds rest by this factor, the muscle moves the limb.
    lasting_s : float
        Shorter activity is a potential.
    """

    low_hz: float = 20.0
    high_hz: float = 450.0
    rest_s: float = 0.5
    margin_s: float = 0.12
    latest_s: float = 0.1
    smooth_s: float = 0.03
    factor: float = 9.0
    voluntary_factor: float = 4.0
    lasting_s: float = 0.02


@dataclass(frozen=True, slots=True)
class Reflex:
    """The answer to one stretch.

    Attributes
    ----------
    onset_s, stop_s : float
        On the recording's clock; not-a-number where the muscle stayed silent.
    rms : float
        Root mean square from onset to the end of the activity, in the channel's unit.
    voluntary : bool
        Whether the muscle was active before the limb moved.
    """

    onset_s: float
    stop_s: float
    rms: float
    voluntary: bool


def detect(recording: Recording, channel: int, stretches: Sequence[Stretch], rule: ReflexRule) -> list[Reflex | None]:
    """Look at one muscle in every stretch; None where its rest before or the stretch itself was not recorded.

    Parameters
    ----------
    recording : Recording
        With EMG.
    channel : int
        Position of the muscle.
    stretches : sequence of Stretch
        As `involuntary.detect.stretches` finds them.
    rule : ReflexRule
        What counts.
    """
    return [_one(recording, channel, stretch, rule) for stretch in stretches]


def _one(recording: Recording, channel: int, stretch: Stretch, rule: ReflexRule) -> Reflex | None:
    rate = recording.channels[channel].rate_hz
    from_s, to_s = stretch.start_s - rule.rest_s, stretch.stop_s + rule.latest_s
    samples = _samples(recording, channel, from_s, to_s)
    if samples is None or rate < 4 * rule.low_hz:
        return None
    wave = zero_phase(samples - samples.mean(), rate, rule.low_hz, min(rule.high_hz, 0.45 * rate))
    operator, square = energies(wave, rate)
    moves = round(rule.rest_s * rate)
    still = slice(round(0.02 * rate), moves - round(rule.margin_s * rate))
    rest = max(float(np.mean(square[still])), np.finfo(np.float64).tiny ** 0.5)
    rest_operator = max(float(np.mean(operator[still])), 1e-3 * rest)
    level = smoothed(square, max(round(rule.smooth_s * rate / 2), 2))
    before = float(np.max(level[moves - round(rule.margin_s * rate) : moves]))
    voluntary = before > rule.voluntary_factor * rest
    top = moves + int(np.argmax(level[moves:]))
    silent = Reflex(np.nan, np.nan, 0.0, voluntary)
    if level[top] < rule.factor * rest:
        return silent
    edges = change_edges((operator, square), top, (rest_operator, rest))
    onset, stop = max(edges.onset, moves), edges.stop
    if stop - onset < rule.lasting_s * rate:
        return silent
    rms = float(np.sqrt(max(float(np.mean(square[onset:stop])) - rest, 0.0)))
    return Reflex(from_s + onset / rate, from_s + stop / rate, rms, voluntary)


def _samples(recording: Recording, channel: int, from_s: float, to_s: float) -> NDArray[np.float64] | None:
    """Give the samples of a time that lies in one recorded stretch, without mains."""
    rate = recording.channels[channel].rate_hz
    for (start, stop), (begin, end) in zip(recording.segments, recording.segment_samples(channel), strict=False):
        if start <= from_s and to_s <= stop:
            first, last = recording.sample_at(channel, np.array([from_s, to_s])).tolist()
            more, last = round(_AROUND_S * rate), min(last, end)
            before, after = max(first - more, begin), min(last + more, end)
            return mains.remove(recording.samples(channel, before, after), rate)[first - before : last - before]
    return None
