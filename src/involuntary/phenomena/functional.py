"""Functional movement: positive signs of a functional tremor, counted as published, and nothing from absence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.detect.bench import Bench
from involuntary.detect.conditions import Condition, conditions
from involuntary.detect.oscillation import OscillationRule, detect
from involuntary.detect.sensors import sensors
from involuntary.model import ChannelKind, Finding, Intervals, LikelihoodRatio, Measurement, Reference, State, Term
from involuntary.phenomena._tremor.battery import (
    Baseline,
    BatteryRule,
    Test,
    ballistic,
    bilateral,
    coactivated,
    loaded,
    tapping,
    total,
)
from involuntary.phenomena._tremor.windows import Band, Scale, find_rhythm
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "Functional", "FunctionalParameters"]

_SCORE = Reference(
    "doi:10.1002/mds.26525", "Schwingenschuh et al. 2016, Mov Disord 31:555–562", "abstract: cut-off 3 of 10"
)
_NAMES = Reference("doi:10.1016/j.cnp.2025.05.003", "Clin Neurophysiol Pract 2025;10:188–201", "Table 2")
# Sensitivity and specificity of 3 points or more: 38 functional, 73 organic tremors.
_SENSITIVITY, _SPECIFICITY = 0.895, 0.959
_POINTS = (
    "tapping_error_1hz", "tapping_error_3hz", "tapping_error_5hz", "entrainment_1hz", "entrainment_3hz",
    "entrainment_5hz", "ballistic", "coherence", "load_rise", "coactivation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FunctionalParameters:
    """Where each test of the battery gives its point; engineering choices unless a source is named.

    Attributes
    ----------
    cut_off_events : int
        Points from which a tremor counts as functional (Schwingenschuh 2016).
    tapping_error_share : float
        The rate of tapping misses the one asked for by more than this share.
    entrained_hz, shifted_hz : float
        The tremor comes so close to the rate of tapping or its double, or changes by so much.
    suppressed_share : float
        Or falls to this share of its amplitude.
    slowest_tap_hz : float
        Slowest tapping that is looked for.
    movement_factor : float
        A fast movement exceeds the limb's median by this factor.
    fewest_movements_count : int
        Fast movements that the ballistic test needs; it gives its point where the tremor falls to half (Table 2).
    tonic_ms : float
        Antagonists are active together for so long before the tremor begins; judged: that they are is a published test
        (doi:10.1002/mds.23922, abstract), how long was not seen.
    low_hz, high_hz, half_band_hz, harmonic_share, chance_fraction
        As for tremor.
    """

    cut_off_events: int = 3
    tapping_error_share: float = 0.2
    entrained_hz: float = 0.25
    shifted_hz: float = 1.0
    suppressed_share: float = 0.5
    slowest_tap_hz: float = 0.6
    movement_factor: float = 6.0
    fewest_movements_count: int = 3
    tonic_ms: float = 150.0
    low_hz: float = 3.0
    high_hz: float = 18.0
    half_band_hz: float = 1.0
    harmonic_share: float = 0.25
    chance_fraction: float = 0.01

    @property
    def rule(self) -> BatteryRule:
        """Where a test gives its point."""
        return BatteryRule(
            self.tapping_error_share,
            self.entrained_hz,
            self.shifted_hz,
            self.suppressed_share,
            self.slowest_tap_hz,
            self.movement_factor,
            self.fewest_movements_count,
            self.tonic_ms / 1e3,
        )

    @property
    def band(self) -> Band:
        """Where the tremor is sought."""
        return Band(self.low_hz, self.high_hz, self.half_band_hz, self.harmonic_share)


# Conditions in which the limb itself is measured.
_STILL = ("posture", "rest", "load")
# And those in which it moves on request.
_MOVING = ("kinetic", "agility", "pronation")


class Functional(Phenomenon[FunctionalParameters]):
    """The functional-tremor battery of two limbs with one motion sensor each, by the marks of the protocol."""

    id = "functional"
    name = "Functional movement"
    term = Term("HP:0001337", "Tremor")
    kinds = frozenset({ChannelKind.ACCELEROMETER})
    references = (_SCORE, _NAMES)

    def measure(self, bench: Bench, channels: Sequence[int], parameters: FunctionalParameters) -> Measured:
        """Do every test that the marks allow; say which were not done and what the score may still be."""
        asked = conditions(bench.recording)
        limbs = sensors(bench.recording, channels)
        if len(limbs) != 2 or not any(c.kind in ("posture", "rest") for c in asked):
            return self._not_assessed(
                "functional: not assessed: the battery needs a motion sensor on each of two limbs, and marks "
                "of posture or rest, tapping 1, 3 and 5 Hz, ballistic and load"
            )
        bases = {c.name: [_baseline(bench, axes, c, parameters) for axes in limbs] for c in asked if c.kind in _STILL}
        # The tests are judged against the condition without a load in which the tremor is largest.
        before = max((bases[c.name] for c in asked if c.kind in ("posture", "rest")), key=lambda b: max(_sizes(b)))
        sizes = _sizes(before)
        side = int(np.argmax(sizes))
        tremor = before[side]
        if tremor is None:
            return self._not_assessed("functional: not assessed: neither limb trembles more than by chance")
        tests = list(_tests(bench, asked, limbs, side, tremor, before, bases, parameters))
        channel = bench.recording.channels[limbs[side][0]].name
        return self._result(tests, channel, bench.recording.duration_s, parameters)

    def _result(self, tests: Sequence[Test], channel: str, time_s: float, parameters: FunctionalParameters) -> Measured:
        score, missing = total(tests), [name for name in _POINTS if name not in {test.name for test in tests}]
        undone = f"not done: {', '.join(missing)}" if missing else "every test done"
        said = f"{score} points of at least {parameters.cut_off_events}, {len(missing)} more attainable; {undone}"
        measurements = [
            Measurement(
                f"functional.{test.name}@{channel}", "functional", channel, test.value, test.unit, test.n, time_s,
                "a point" if test.point else "no point", test.method, _SCORE,
            )
            for test in tests
        ]  # fmt: skip
        measurements.append(
            Measurement(
                f"functional.score@{channel}", "functional", channel, float(score), "1", len(tests), time_s, undone,
                "points of the functional-tremor battery; the interval is what the tests not done leave open",
                _SCORE, interval=(float(score), float(score + len(missing))),
            )
        )  # fmt: skip
        present = score >= parameters.cut_off_events
        weight = LikelihoodRatio(_SENSITIVITY / (1 - _SPECIFICITY), _SCORE) if present else None
        finding = Finding(
            self.term,
            State.PRESENT if present else State.NOT_ASSESSED,
            self.id,
            tuple(m.id for m in measurements),
            f"functional: {said}" + ("" if present else "; too few positive signs prove nothing"),
            _SCORE,
            weight,
        )
        return Measured((), tuple(measurements), (finding,), (finding.rule,))


def _sizes(limbs: Sequence[Baseline | None]) -> list[float]:
    return [base.size if base is not None else -np.inf for base in limbs]


def _baseline(
    bench: Bench, axes: tuple[int, ...], condition: Condition, parameters: FunctionalParameters
) -> Baseline | None:
    rule = OscillationRule(
        low_hz=parameters.low_hz, high_hz=parameters.high_hz, from_s=condition.start_s, to_s=condition.stop_s
    )
    found = bench.detect(detect, axes[0], rule)
    scale = Scale(2, 1e3, "mm")
    # Specificity of the windows: Luft 2019.
    rhythm = find_rhythm(found, parameters.band, scale, 0.9645, parameters.chance_fraction)
    steady = rhythm is not None and rhythm.chance < parameters.chance_fraction
    return Baseline(found, rhythm, parameters.band, scale) if rhythm is not None and steady else None


def _tests(
    bench: Bench,
    asked: Sequence[Condition],
    limbs: tuple[tuple[int, ...], ...],
    side: int,
    tremor: Baseline,
    before: Sequence[Baseline | None],
    bases: dict[str, list[Baseline | None]],
    parameters: FunctionalParameters,
) -> Iterator[Test]:
    other = before[1 - side]
    for condition in asked:
        during, moved = (_samples(bench, limbs[i], condition) for i in (side, 1 - side))
        long_enough = during.shape[1] >= 8 * tremor.found.rate_hz
        if condition.kind == "tapping" and long_enough and f"tapping_error_{condition.asked:g}hz" in _POINTS:
            yield from tapping(condition, tremor, during, moved, parameters.rule)
        elif condition.kind == "ballistic" and long_enough:
            yield from _done(ballistic(tremor, during, moved, parameters.rule))
        elif condition.kind == "load":
            with_load = bases[condition.name][side]
            # A load is held: the limb held without it is what it compares with.
            held = next((limbs[side] for name, limbs in bases.items() if name.startswith("posture")), tremor)
            yield from _done(loaded(held, with_load) if held is not None and with_load is not None else None)
    if other is not None:
        yield from _done(bilateral(tremor, other))
    elif before:
        # Limbs that do not both tremble cannot tremble together.
        yield Test("coherence", 0.0, "1", False, "only one limb trembles more than by chance", 0)
    trembling = Intervals.union_of((c.start_s, c.stop_s) for c in asked if c.kind not in _MOVING)
    yield from _done(coactivated(bench, tremor, trembling, parameters.rule))


def _done(test: Test | None) -> list[Test]:
    return [test] if test is not None else []


def _samples(
    bench: Bench, axes: tuple[int, ...], condition: Condition
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Give the samples of a condition, shape (axes, n); none where a gap divides it."""
    recording = bench.recording
    start, stop = max(condition.start_s, 0.0), min(condition.stop_s, recording.segments.stop_s[-1])
    recorded = list(Intervals.union_of([(start, stop)]).intersection(recording.segments))
    if len(recorded) != 1:
        return np.empty((len(axes), 0))
    first, last = recording.sample_at(axes[0], np.array(recorded[0])).tolist()
    return np.stack([recording.samples(axis, first, min(last, recording.channels[axis].n_samples)) for axis in axes])


PHENOMENON = Functional(FunctionalParameters())
