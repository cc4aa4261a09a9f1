"""Movements of a joint: one-way stretches with their speed, and the free swing of a released limb."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.dsp.bands import zero_phase
from involuntary.dsp.runs import true_runs
from involuntary.dsp.turns import turning_points
from involuntary.model import Recording

__all__ = ["JointMovements", "JointRule", "Stretch", "Swing", "detect"]

Floats = NDArray[np.float64]


_NOISE_FACTOR = 3.5
# The limb is still in a tenth of the recording, looked at in pieces of this length.
_STILL_SHARE, _PIECE_S = 0.1, 0.25
# Where noise at rest would be taken for so many times the speed that surely is movement, the angle is smoothed more.
_NOISY, _LOWER_HZ = 1.0, (8.0, 6.0, 4.0, 3.0)
_SLOWING_S = 2.0
# How marks say that a limb was let go, and how long before it moves.
_RELEASED = ("pendulum", "release", "drop", "wartenberg")
_AFTER_S = 3.0
# The angle that was held is that before any movement.
_EARLY_S = 0.1
# It hangs still where it stays so long within so much.
_HANGS_S, _STILL_DEG = 1.2, 1.0


@dataclass(frozen=True, slots=True)
class JointRule:
    """What counts as a movement; engineering choices.

    Attributes
    ----------
    high_hz : float
        Faster parts of the angle are noise; where noise is strong, already those above 8 to 3 Hz.
    slowest_deg_s, surely_deg_s : float
        Slower than the first is no movement, nor what is below 3.5 times the noise; above the second all is.
    smallest_deg : float
        A stretch goes at least so far.
    edge_share : float
        A stretch begins and ends where its speed passes this share of its highest.
    swing_deg : float
        A swing turns back by at least so much.
    swings_n : int
        Turning points that a free swing has, where no mark says that the limb was released.
    swing_from_s, swing_to_s : float
        Time from one turn to the next but one.
    still_s : float
        Before the release the limb is held, and after the swing it hangs, at least so long.
    """

    high_hz: float = 12.0
    slowest_deg_s: float = 4.0
    surely_deg_s: float = 15.0
    smallest_deg: float = 10.0
    edge_share: float = 0.05
    swing_deg: float = 3.0
    swings_n: int = 3
    swing_from_s: float = 0.4
    swing_to_s: float = 2.5
    still_s: float = 0.3


@dataclass(frozen=True, slots=True)
class Stretch:
    """One movement in one direction.

    Attributes
    ----------
    start_s, stop_s : float
        On the recording's clock.
    start_deg, stop_deg : float
        Angle there, and the furthest that the limb reached, slowing down, within two seconds.
    peak_deg_s : float
        Highest speed, positive where the angle rises.
    catch_deg : float
        Angle of the strongest deceleration.
    """

    start_s: float
    stop_s: float
    start_deg: float
    stop_deg: float
    peak_deg_s: float
    catch_deg: float


@dataclass(frozen=True, slots=True)
class Swing:
    """One free swing of a released limb.

    Attributes
    ----------
    start_s, stop_s : float
        From the release to where it hangs still.
    start_deg, first_deg, rest_deg : float
        Angle held, of the first turn, and at rest.
    turns : int
        Turning points.
    damping : float
        Ratio of damping, by the logarithmic decrement of the turns about the angle at rest; not-a-number where they
        do not grow smaller.
    period_s : float
        Mean time from one turn to the next but one.
    peak_deg_s : float
        Highest speed of the first swing.
    """

    start_s: float
    stop_s: float
    start_deg: float
    first_deg: float
    rest_deg: float
    turns: int
    damping: float
    period_s: float
    peak_deg_s: float


@dataclass(frozen=True, slots=True, eq=False)
class JointMovements:
    """The movements of one joint, with its angle and speed at every moment.

    Attributes
    ----------
    stretches : tuple of Stretch
        Outside the free swings.
    swings : tuple of Swing
        Free swings.
    time_s, angle_deg, speed_deg_s : ndarray, shape (n,)
        The smoothed angle and its derivative.
    noise_deg_s : float
        Root mean square of the derivative where the limb is still.
    """

    stretches: tuple[Stretch, ...]
    swings: tuple[Swing, ...]
    time_s: Floats
    angle_deg: Floats
    speed_deg_s: Floats
    noise_deg_s: float = 0.0

    def at(self, time_s: float) -> tuple[float, float]:
        """Give angle and speed at a moment."""
        return (
            float(np.interp(time_s, self.time_s, self.angle_deg)),
            float(np.interp(time_s, self.time_s, self.speed_deg_s)),
        )


def detect(recording: Recording, channel: int, rule: JointRule) -> JointMovements:
    """Find the movements of a joint.

    Parameters
    ----------
    recording : Recording
        With an angle in degrees.
    channel : int
        Its position.
    rule : JointRule
        What counts.
    """
    rate = recording.channels[channel].rate_hz
    stretches: list[Stretch] = []
    swings: list[Swing] = []
    parts = [(np.empty(0),) * 3]
    noises = [0.0]
    released = [mark.onset_s for mark in recording.annotations if mark.text.strip().lower().startswith(_RELEASED)]
    for begin, end in recording.segment_samples(channel):
        if (end - begin) / rate < 2 * rule.still_s:
            continue
        angle, speed, noise = _smoothed(recording.samples(channel, begin, end), rate, rule)
        time = recording.time_s(channel, np.arange(begin, end))
        least = float(np.clip(_NOISE_FACTOR * noise, rule.slowest_deg_s, rule.surely_deg_s))
        rule = replace(rule, slowest_deg_s=least)
        found = _swings((time, angle, speed), rate, released, rule)
        swings += found
        stretches += [
            one
            for one in _stretches(time, angle, speed, rate, rule)
            if not any(s.start_s - rule.still_s < one.stop_s and one.start_s < s.stop_s for s in found)
        ]
        parts.append((time, angle, speed))
        noises.append(noise)
    time, angle, speed = (np.concatenate(column) for column in zip(*parts, strict=True))
    return JointMovements(tuple(stretches), tuple(swings), time, angle, speed, max(noises))


def _smoothed(samples: Floats, rate: float, rule: JointRule) -> tuple[Floats, Floats, float]:
    """Give angle, speed and the noise of the speed, smoothed no more than noise asks for."""
    for high_hz in (rule.high_hz, *(hz for hz in _LOWER_HZ if hz < rule.high_hz)):
        angle = zero_phase(samples, rate, 0.0, min(high_hz, 0.45 * rate))
        speed: Floats = np.gradient(angle) * rate
        noise = _noise(speed, rate)
        if noise * _NOISE_FACTOR <= _NOISY * rule.surely_deg_s:
            break
    return angle, speed, noise


def _noise(speed: Floats, rate: float) -> float:
    """Give the root mean square of speed where the limb is still."""
    piece = max(round(_PIECE_S * rate), 1)
    whole = speed[: speed.size // piece * piece].reshape(-1, piece)
    return float(np.quantile(np.sqrt(np.mean(whole**2, axis=1)), _STILL_SHARE))


def _stretches(time: Floats, angle: Floats, speed: Floats, rate: float, rule: JointRule) -> list[Stretch]:
    found = []
    for sign in (1.0, -1.0):
        for first, last in true_runs(sign * speed > rule.slowest_deg_s).tolist():
            top = first + int(np.argmax(sign * speed[first:last]))
            least = rule.edge_share * abs(speed[top])
            under = np.flatnonzero(sign * speed[first : top + 1] < least)
            begin = first + int(under[-1]) + 1 if under.size else first
            over = np.flatnonzero(sign * speed[top:last] < least)
            end = top + int(over[0]) if over.size else last - 1
            if sign * (angle[end] - angle[begin]) < rule.smallest_deg:
                continue
            slowing = np.gradient(sign * speed[top : end + 1]) if end - top > 1 else np.zeros(1)
            catch = top + int(np.argmin(slowing))
            reached = sign * float(np.max(sign * angle[end : end + round(_SLOWING_S * rate)]))
            found.append(
                Stretch(
                    float(time[begin]), float(time[end]), float(angle[begin]), reached, float(speed[top]),
                    float(angle[catch]),
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: one.start_s)


def _swings(curves: tuple[Floats, Floats, Floats], rate: float, released: list[float], rule: JointRule) -> list[Swing]:
    """Find, after the angle was held, a fall and turns that grow ever smaller about where it comes to rest."""
    time, angle, speed = curves
    still = round(rule.still_s * rate)
    found: list[Swing] = []
    for first, last in _restless(speed, rate, rule):
        early = max(first - round(_EARLY_S * rate), 0)
        if early < still:
            continue
        start = float(np.mean(angle[early - still : early]))
        turns, last = _own_turns(angle, first, last, start, rule)
        if not turns.size:
            continue
        rest = _rest(angle, turns, last, round(_HANGS_S * rate))
        told = any(time[first] - _AFTER_S <= mark <= time[last] for mark in released)
        if abs(rest - start) < rule.smallest_deg or (angle[turns[0]] - start) * (rest - start) <= 0:
            continue
        if told or _hangs(time[turns], angle[turns] - rest, rule):
            found.append(_swing(curves, (first, last), turns, (start, rest), rule))
    return found


def _own_turns(angle: Floats, first: int, last: int, start: float, rule: JointRule) -> tuple[NDArray[np.intp], int]:
    """Give the turns of a swing, each way shorter than the one before, and where it ends: at rest, or lifted again."""
    turns = turning_points(angle[first : last + 1], rule.swing_deg) + first
    away = np.flatnonzero(np.abs(angle[turns] - start) > rule.smallest_deg)
    turns = turns[away[0] :] if away.size else turns[:0]
    ways = np.abs(np.diff(angle[turns], prepend=start))
    # Only what goes back to where the limb was held is a lift; a caught limb may sink further.
    lifting = np.diff(angle[turns]) * (start - angle[turns[:-1]]) > 0
    longer = np.flatnonzero((np.diff(ways) > rule.swing_deg) & lifting)
    if longer.size:
        end = int(turns[longer[0]])
        return turns[: max(int(longer[0]), 1)], end
    still = turns[turns < last]
    return (still if still.size else turns), last


def _rest(angle: Floats, turns: NDArray[np.intp], last: int, still: int) -> float:
    """Give the angle at which a limb hangs: what its turns close in on, or where it stays."""
    after = angle[last : last + still]
    if after.size >= still and np.ptp(after) < _STILL_DEG:
        return float(np.mean(after))
    if turns.size < 3:
        return float(np.mean(after[: still // 4])) if after.size else float(angle[turns[-1]])
    # Turns of a damped swing approach their limit geometrically (Aitken); the later ones know it better.
    a, b, c = angle[turns[:-2]], angle[turns[1:-1]], angle[turns[2:]]
    bend = a + c - 2 * b
    limits = (a * c - b * b)[bend != 0] / bend[bend != 0]
    return float(np.median(limits[limits.size // 2 :])) if limits.size else float(angle[turns[-1]])


def _restless(speed: Floats, rate: float, rule: JointRule) -> list[tuple[int, int]]:
    """Give stretches of movement, the pauses of the turns left out."""
    joined: list[tuple[int, int]] = []
    for first, last in true_runs(np.abs(speed) > rule.slowest_deg_s).tolist():
        if joined and first - joined[-1][1] < rule.still_s * rate:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _hangs(time: Floats, size: Floats, rule: JointRule) -> bool:
    """Say whether turns are those of a limb that swings freely: to and fro in time, ever smaller, about its rest."""
    period = 2 * float(np.mean(np.diff(time))) if time.size > 1 else 0.0
    return (
        time.size >= rule.swings_n
        and rule.swing_from_s <= period <= rule.swing_to_s
        and bool(np.all(np.diff(np.abs(size)) <= rule.swing_deg))
        and bool(np.all(size[1:] * size[:-1] < 0))
    )


def _swing(
    curves: tuple[Floats, Floats, Floats],
    span: tuple[int, int],
    turns: NDArray[np.intp],
    ends: tuple[float, float],
    rule: JointRule,
) -> Swing:
    time, angle, speed = curves
    (first, last), (start, rest) = span, ends
    size = np.abs(angle[turns] - rest)
    large = np.flatnonzero(size > rule.swing_deg)
    decrement = -2 * float(np.polyfit(large, np.log(size[large]), 1)[0]) if large.size > 1 else 0.0
    period = 2 * float(np.mean(np.diff(time[turns]))) if turns.size > 1 else np.nan
    damping = decrement / float(np.hypot(2 * np.pi, decrement)) if decrement > 0 else np.nan
    peak = float(np.max(np.abs(speed[first : turns[0]])))
    ends_s, ends_deg = (float(time[first]), float(time[last])), (start, float(angle[turns[0]]), rest)
    return Swing(*ends_s, *ends_deg, int(turns.size), damping, period, peak)
