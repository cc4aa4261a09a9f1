"""Motor units, told apart: every discharge with its unit, the shape of each, and what the shapes come to."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from involuntary.decompose.unit_shape import UnitShape
from involuntary.detect.bench import Bench
from involuntary.model import ChannelKind, Events, Finding, Measurement, Observation, Recording, Reference, State, Term
from involuntary.norms import norms
from involuntary.phenomena._rows import Row, mean_interval, measured
from involuntary.phenomena._unit.by_unit import FEWEST_CHANNELS, NEGRO
from involuntary.phenomena._unit.grades import (
    MEASURES,
    MYOPATHIC,
    NANDEDKAR,
    NEUROGENIC,
    SONOO,
    Grade,
    grade,
    named_muscle,
    stated_muscle,
)
from involuntary.phenomena._unit.recorded import Decomposed, Unit, UnitRule, grid_units, needle_units, unit_events
from involuntary.phenomena.base import Measured, Phenomenon

__all__ = ["PHENOMENON", "MotorUnits", "MotorUnitsParameters", "graded", "pooled"]

_EMGLAB = Reference(
    "doi:10.1016/j.jneumeth.2005.05.015",
    "McGill KC, Lateva ZC, Marateb HR. EMGLAB: an interactive EMG decomposition program. J Neurosci Methods"
    " 2005;149:121-133",
    "abstract: template matching, superpositions resolved, other units subtracted",
)
_ID = "motor-units"


@dataclass(frozen=True, slots=True)
class MotorUnitsParameters:
    """Which channels are taken apart and how many units are asked for; engineering choices unless a source is named.

    Attributes
    ----------
    lowest_rate_hz : float
        A channel whose electrode is not stated is a needle's from this rate on.
    fewest_channels_n : int
        Surface channels that make a grid.
    smallest_uv : float
        Smaller units, peak to peak, are far from the needle and no norm holds for them.
    largest_uv : float
        Larger ones are no motor unit's: the gain or the unit of the samples is wrong.
    fewest_units_n : int
        Units before a limit is applied: tolerance limits are published from 5 on (Engstrom & Olney 1992).
    enough_units_n : int
        Units before a change is excluded: 20 (Engstrom & Olney 1992).
    least_explained_share : float
        Where units explain less of the signal, too much was going on: effort was too high, or the needle moved.
    least_low_share : float
        Where less of the power lies at 10 to 30 Hz, against 100 to 1000 Hz, a high-pass made potentials short and
        thin: norms are of 2 or 5 Hz to 10 kHz.
    muscle : str
        Muscle, where the channel's name does not say: one that the table of norms names.
    norms : str
        A table of norms of one's own.
    """

    lowest_rate_hz: float = 4000.0
    fewest_channels_n: int = FEWEST_CHANNELS
    smallest_uv: float = 50.0
    largest_uv: float = 50_000.0
    fewest_units_n: int = 5
    enough_units_n: int = 20
    least_explained_share: float = 0.5
    least_low_share: float = 0.01
    muscle: str = ""
    norms: str = ""


class MotorUnits(Phenomenon[MotorUnitsParameters]):
    """Decomposition; it takes as long as the recording or longer, so it is looked for only if it is named."""

    id = _ID
    name = "Motor units told apart"
    term = Term("HP:0003457", "EMG abnormality")
    kinds = frozenset({ChannelKind.NEEDLE_EMG, ChannelKind.EMG, ChannelKind.SURFACE_EMG})
    references = (_EMGLAB, NEGRO, SONOO, NANDEDKAR)

    def concerns(self, recording: Recording) -> bool:
        """Say no: it is looked for only if it is asked for."""
        return False

    def measure(self, bench: Bench, channels: Sequence[int], parameters: MotorUnitsParameters) -> Measured:
        """Take each needle channel apart, and the surface channels together where they are a grid."""
        p = parameters
        stated_muscle(p.muscle, norms(p.norms))  # refused before hours of work
        metas = bench.recording.channels
        needles = [
            i for i in channels
            if metas[i].rate_hz >= p.lowest_rate_hz and metas[i].kind is not ChannelKind.SURFACE_EMG
        ]  # fmt: skip
        surface = tuple(i for i in channels if i not in needles)
        alike = tuple(i for i in surface if metas[i].rate_hz == metas[surface[0]].rate_hz)
        found = [needle_units(bench, i, UnitRule()) for i in needles]
        if len(alike) >= p.fewest_channels_n:
            found.append(grid_units(bench, alike))
        if not found:
            return self._not_assessed(
                f"{_ID}: not assessed: no needle channel from {p.lowest_rate_hz:g} Hz on and fewer than"
                f" {p.fewest_channels_n} surface channels"
            )
        return _result(found, [metas[i].name for i in needles], p)


def _result(found: list[Decomposed], names: list[str], p: MotorUnitsParameters) -> Measured:
    ids = np.concatenate([[0], np.cumsum([len(part.units) for part in found])]).astype(int)
    events = Events.merged("potential", [unit_events(part, int(i)) for part, i in zip(found, ids, strict=False)])
    units = [unit for part in found for unit in part.units]
    rows = [row for i, unit in enumerate(units) for row in _of_unit(i, unit)]
    shapes = [u.shape for u in units if u.shape is not None and u.shape.amplitude_uv >= p.smallest_uv]
    seconds = sum(part.time_s for part in found)
    table = norms(p.norms)
    muscle = _muscle({unit.channel for unit in units if unit.shape is not None} or set(names), p)
    grades = grade(shapes, muscle, table, p.enough_units_n)
    rows += _of_all(found, shapes, p)
    rows += _scores(grades, muscle)
    measurements = measured(_ID, rows, seconds)
    notes = [f"{_ID}: {note}" for part in found for note in part.notes]
    explained = float(np.nanmean([part.explained for part in found])) if seconds else float("nan")
    # A grid's is not measured, nor asked for.
    low_share = float(np.min([part.low_share for part in found[: len(names)] if part.units], initial=np.inf))
    why = (
        _why_not(shapes, explained, low_share, p)
        if names
        else "not assessed: norms are of needle units, these are a grid's"
    )
    findings = _findings(grades, muscle, measurements, why, p)
    notes += [f.rule for f in findings if f.state is State.NOT_ASSESSED]
    return Measured((events,), measurements, findings, tuple(dict.fromkeys(notes)))


def _findings(
    grades: Grade, muscle: str, measurements: tuple[Measurement, ...], why: str, p: MotorUnitsParameters
) -> tuple[Finding, ...]:
    if why:
        return tuple(Finding(term, State.NOT_ASSESSED, _ID, rule=f"{_ID}: {why}") for term in (NEUROGENIC, MYOPATHIC))
    because = tuple(m.id for m in measurements if m.id.startswith(f"{_ID}.mean_") or "_score" in m.id)
    return tuple(grades.findings(_ID, muscle, p.fewest_units_n, p.enough_units_n, because))


def _why_not(shapes: Sequence[UnitShape], explained: float, low_share: float, p: MotorUnitsParameters) -> str:
    """Say why nothing can be named whatever the means are; empty where it can."""
    largest = max((shape.amplitude_uv for shape in shapes), default=0.0)
    if largest > p.largest_uv:
        return f"indeterminate: a unit of {largest / 1e3:.3g} mV, {p.largest_uv / 1e3:g} at most; check the gain"
    if not explained >= p.least_explained_share:
        share = f"{100 * explained:.0f} %" if np.isfinite(explained) else "nothing"
        return (
            f"indeterminate: units explain {share} of the signal, {100 * p.least_explained_share:.0f} % are asked for"
        )
    if np.isnan(low_share):
        return "indeterminate: whether the recording was high-passed, and potentials with it, is not known"
    if low_share < p.least_low_share:
        return "indeterminate: next to nothing below 30 Hz: the recording was high-passed, and potentials with it"
    return ""


def pooled(observations: Sequence[Observation], parameters: MotorUnitsParameters | None = None) -> tuple[Finding, ...]:
    """Give the findings of one muscle of one person from several sites, as an examiner collects units.

    Parameters
    ----------
    observations : sequence of Observation
        Each with the measurements of motor units from a needle in the same muscle; others add nothing. A unit that two
        of them hold counts twice.
    parameters : MotorUnitsParameters, optional
        Limits on the number and size of units, the muscle where the channels do not name it, and norms of one's own.

    Returns
    -------
    tuple of Finding
        Neurogenic and myopathic changes; the rule states the number of units and of recordings. ``because`` is empty:
        the measurements are those of several observations.
    """
    p = parameters or MotorUnitsParameters()
    explained = np.array([m.value for o in observations for m in o.measurements if m.id == f"{_ID}.explained"])
    share = float(np.nanmean(explained)) / 100 if np.any(np.isfinite(explained)) else float("nan")
    shapes = [shape for o in observations for shape in _shapes(o)]
    why = _why_not(shapes, share, float(np.min([_low_share(o) for o in observations], initial=np.inf)), p)
    findings = _findings(graded(observations, p), _muscle(_measured_on(observations), p), (), why, p)
    sites = f"pooled over {sum(bool(_shapes(o)) for o in observations)} recordings"
    return tuple(replace(finding, rule=f"{finding.rule}; {sites}") for finding in findings)


def _low_share(observation: Observation) -> float:
    """Give what was measured; not-a-number where units were and this was not, infinite where nothing was."""
    unknown = float("nan") if _shapes(observation) else float("inf")
    return next((m.value for m in observation.measurements if m.id == f"{_ID}.low_share"), unknown)


def graded(observations: Sequence[Observation], parameters: MotorUnitsParameters | None = None) -> Grade:
    """Give the means and scores of all units of several observations of one muscle of one person, as `pooled` does."""
    p = parameters or MotorUnitsParameters()
    shapes = [shape for o in observations for shape in _shapes(o) if shape.amplitude_uv >= p.smallest_uv]
    return grade(shapes, _muscle(_measured_on(observations), p), norms(p.norms), p.enough_units_n)


def _muscle(channels: Set[str], p: MotorUnitsParameters) -> str:
    """Give the muscle that channels with units name, or that is stated where they do not; empty where one is unknown.

    Several are given as one that no table has norms of.
    """
    table = norms(p.norms)
    stated = stated_muscle(p.muscle, table)
    held = {named_muscle(channel, table) or stated for channel in channels} or {stated}
    return "" if "" in held else " and ".join(sorted(held))


def _measured_on(observations: Sequence[Observation]) -> set[str]:
    """Give the channels whose units have a shape."""
    every = (m for o in observations for m in o.measurements if m.id.startswith(f"{_ID}.unit_"))
    return {m.channel for m in every if ".thickness@" in m.id}


def _shapes(observation: Observation) -> list[UnitShape]:
    """Read the shapes of an observation's needle units back from its measurements."""
    held: dict[str, dict[str, float]] = {}
    for m in observation.measurements:
        unit, _, what = m.id.partition("@")[0].removeprefix(f"{_ID}.").partition(".")
        if m.phenomenon == _ID and unit.startswith("unit_"):
            held.setdefault(unit, {})[what] = m.value
    return [
        UnitShape(**{key: unit[name] for name, key, _ in MEASURES}, rise_ms=float("nan"))  # type: ignore[arg-type]
        for unit in held.values()
        if all(name in unit for name, _, _ in MEASURES)
    ]


def _of_unit(i: int, unit: Unit) -> list[Row]:
    n, at = unit.time_s.size, unit.channel
    rows = [Row(f"unit_{i}.rate", unit.rate_hz, "1/s", n, "one over the median interval", _EMGLAB, at=at)]
    if unit.shape is not None:
        for name, key, what in MEASURES:
            value = float(getattr(unit.shape, key))
            rows.append(Row(f"unit_{i}.{name}", value, what, n, "of the averaged potential", SONOO, at=at))
    if np.isfinite(unit.silhouette):
        rows.append(Row(f"unit_{i}.silhouette", unit.silhouette, "1", n, "pulses against the rest", NEGRO, at=at))
        method = "power of the pulses over that between them"
        rows.append(Row(f"unit_{i}.pulse_to_noise", unit.pulse_to_noise_db, "dB", n, method, NEGRO, at=at))
    return rows


def _of_all(found: list[Decomposed], shapes: list[UnitShape], p: MotorUnitsParameters) -> list[Row]:
    count = sum(len(part.units) for part in found)
    explained = [part.explained for part in found if part.time_s]
    share = 100 * float(np.mean(explained)) if explained else float("nan")
    rows = [
        Row("units", float(count), "1", count, "units told apart", _EMGLAB, needs=0),
        Row("explained", share, "%", count, "energy of the signal that the units explain", _EMGLAB, needs=0),
    ]
    low = [part.low_share for part in found if np.isfinite(part.low_share)]
    if low:
        method = "power density at 10 to 30 Hz over that at 100 to 1000 Hz; the lowest of the channels"
        rows.append(Row("low_share", min(low), "1", len(low), method, needs=0))
    for name, key, what in MEASURES:
        values = np.array([getattr(shape, key) for shape in shapes], dtype=np.float64)
        mean = float(np.mean(values)) if values.size else float("nan")
        method = f"mean over units of {p.smallest_uv:g} µV and more"
        rows.append(Row(f"mean_{name}", mean, what, values.size, method, SONOO, mean_interval(values), needs=1))
    return rows


def _scores(grades: Grade, muscle: str) -> list[Row]:
    without = grades.without(muscle)
    why = f"not measured: {without}" if without and grades.n else ""
    said = f"the healthy and complexity, in SD of healthy {grades.against}".rstrip()
    return [
        Row("neurogenic_score", grades.neurogenic, "1", grades.n, f"size index above {said}", SONOO, needs=1, why=why),
        Row("myopathic_score", grades.myopathic, "1", grades.n, f"thickness below {said}", NANDEDKAR, needs=1, why=why),
    ]


PHENOMENON = MotorUnits(MotorUnitsParameters())
