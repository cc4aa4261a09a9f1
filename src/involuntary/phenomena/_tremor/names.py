"""The published table of tremor names: which of its criteria hold, fail, or were not recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from involuntary.model import ChannelKind, Measurement
from involuntary.phenomena._criteria import Criterion, Table, shares
from involuntary.phenomena._rows import measured
from involuntary.phenomena._tremor.pairs import Pair
from involuntary.phenomena._tremor.sensor import NAMES, Seen

__all__ = ["compatible", "facts"]


# Clin Neurophysiol Pract 2025;10:188–201, Table 2. Criteria that no sensor sees are not in it; dystonic and functional
# tremor are told by other signs.
TABLE: Table = {
    "essential": (
        Criterion("postural tremor", "posture", 1),
        Criterion("4–12 Hz", "posture_hz", 4, 12),
        Criterion("both sides", "limbs", 2),
        Criterion("load slows by 1 Hz or less", "load_shift_hz", high=1),
        Criterion("sides not coherent", "coherent", high=0),
    ),
    "enhanced_physiological": (
        Criterion("postural tremor", "posture", 1),
        Criterion("4–12 Hz", "posture_hz", 4, 12),
        Criterion("both sides", "limbs", 2),
        Criterion("load slows by more than 1 Hz", "load_shift_hz", np.nextafter(1, 2)),
    ),
    "parkinsonian": (
        Criterion("resting tremor", "rest", 1),
        Criterion("4–7 Hz", "rest_hz", 4, 7),
    ),
    "holmes": (
        Criterion("resting tremor", "rest", 1),
        Criterion("postural tremor", "posture", 1),
        Criterion("kinetic tremor", "kinetic", 1),
        Criterion("2.5–5 Hz", "rest_hz", 2.5, 5),
    ),
    "orthostatic": (
        Criterion("tremor on standing", "standing", 1),
        Criterion("13–18 Hz", "standing_hz", 13, 18),
        Criterion("legs coherent", "standing_coherent", 1),
    ),
}


def facts(seen: Sequence[Seen], pairs: Sequence[Pair], shifts: Sequence[Measurement]) -> dict[str, float]:
    """Give what was recorded, by the names that the table uses; what was not recorded is not in it."""
    known: dict[str, float] = {}
    for kind in ("rest", "posture", "kinetic", "standing"):
        limbs = [s for s in seen if s.condition.kind == kind and s.found.start_s.size]
        trembling = [s for s in limbs if s.steady and not s.physiological]
        if limbs:
            known[kind] = float(bool(trembling))
        if trembling:
            known[f"{kind}_hz"] = float(np.median([s.rhythm.peak.frequency_hz for s in trembling if s.rhythm]))
    posture = [s for s in seen if s.condition.kind == "posture" and s.kind is ChannelKind.ACCELEROMETER]
    if len(posture) > 1:
        known["limbs"] = float(sum(s.steady for s in posture))
    for kind, fact in (("posture", "coherent"), ("standing", "standing_coherent")):
        sides = [p for p in pairs if p.first.condition.kind == kind and p.first.kind is ChannelKind.ACCELEROMETER]
        if sides:
            known[fact] = float(any(p.coherent for p in sides))
    if shifts:
        known["load_shift_hz"] = float(np.median([m.value for m in shifts]))
    return known


def compatible(known: Mapping[str, float], time_s: float) -> tuple[Measurement, ...]:
    """Give for each name the share of its recorded criteria that hold; none without a named condition."""
    return measured("tremor", shares(TABLE, known, "tremor", dict.fromkeys(TABLE, NAMES)), time_s)
