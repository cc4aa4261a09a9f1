"""What units' shapes come to against the norms of their muscle: of nerve disease, of muscle disease, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from involuntary.decompose.unit_shape import UnitShape
from involuntary.model import Finding, Reference, State, Term
from involuntary.norms import Norm, Norms

__all__ = ["MEASURES", "MYOPATHIC", "NANDEDKAR", "NEUROGENIC", "SONOO", "Grade", "grade", "named_muscle"]

NEUROGENIC = Term("HP:0003445", "EMG: neuropathic changes")
MYOPATHIC = Term("HP:0003458", "EMG: myopathic abnormalities")
SONOO = Reference(
    "pmid:7691568",
    "Sonoo M, Stålberg E. The ability of MUP parameters to discriminate between normal and neurogenic MUPs in"
    " concentric EMG: analysis of the MUP thickness and the proposal of size index."
    " Electroencephalogr Clin Neurophysiol 1993;89:291-303",
    "abstract: definition; pages recalled",
)
NANDEDKAR = Reference(
    "title:Analysis of amplitude and area of concentric needle EMG motor unit action potentials",
    "Nandedkar SD, Barkhaus PE, Sanders DB, Stålberg EV. Electroencephalogr Clin Neurophysiol 1988;69:561-567",
    "abstract: area over amplitude is reduced in myopathy and normal or increased in neuropathy; pages recalled",
)

# A large size index alone is no change: what it is made of lies beyond a published limit too.
_SIZES = ("amplitude", "duration", "area")
# Measure, field of a shape, unit; each a mean over units.
MEASURES = (
    ("amplitude", "amplitude_uv", "µV"),
    ("duration", "duration_ms", "ms"),
    ("area", "area_uv_ms", "µV·ms"),
    ("phases", "phases", "1"),
    ("turns", "turns", "1"),
    ("thickness", "thickness_ms", "ms"),
    ("size_index", "size_index", "1"),
    ("jiggle", "jiggle_percent", "%"),
)


@dataclass(frozen=True, slots=True)
class Grade:
    """Two grades and what is behind them.

    Attributes
    ----------
    neurogenic, myopathic : float
        Standard deviations of the healthy: of the mean size index above theirs (Sonoo & Stålberg 1993), of the mean
        thickness below theirs (Nandedkar 1988).
    beyond : tuple of Norm
        Limits that a mean lies beyond.
    n : int
        Units.
    """

    neurogenic: float
    myopathic: float
    beyond: tuple[Norm, ...]
    n: int

    def findings(self, owner: str, muscle: str, fewest: int, enough: int, because: tuple[str, ...]) -> list[Finding]:
        """Say present, excluded, or why neither can be said."""
        scores = f"neurogenic {self.neurogenic:.1f}, myopathic {self.myopathic:.1f} standard deviations"
        said = "; ".join(str(norm) for norm in self.beyond) or "no limit passed"
        out = []
        for term, leads, source in (
            (NEUROGENIC, self._beyond("above", "size_index") and self._beyond("above", *_SIZES), SONOO),
            (MYOPATHIC, self._beyond("below", "thickness"), NANDEDKAR),
        ):
            if not muscle:
                state, rule = State.NOT_ASSESSED, f"{owner}: not assessed: the muscle is not stated; {scores}"
            elif self.n < fewest:
                rule = f"{owner}: indeterminate: {self.n} units, at least {fewest} are asked for; {scores}"
                state = State.NOT_ASSESSED
            elif leads:
                state, rule = State.PRESENT, f"{said}; {scores}; {self.n} units of {muscle}"
            elif self.n >= enough and not self.beyond:
                state, rule = State.EXCLUDED, f"means of {self.n} units of {muscle} within their limits; {scores}"
            else:
                rule = f"{owner}: indeterminate: {self.n} units, {enough} within all limits exclude; {said}; {scores}"
                state = State.NOT_ASSESSED
            out.append(Finding(term, state, owner, because, rule, source))
        return out

    def _beyond(self, direction: str, *measures: str) -> bool:
        return any(
            norm.direction == direction and norm.measure.removesuffix("_mean") in measures for norm in self.beyond
        )


def grade(shapes: Sequence[UnitShape], muscle: str, table: Norms) -> Grade:
    """Hold means of units against norms.

    Parameters
    ----------
    shapes : sequence of UnitShape
    muscle : str
        As the table names it; empty where not stated: then only rows for all muscles hold.
    table : Norms
    """
    beyond: list[Norm] = []
    score = {"size_index": float("nan"), "thickness": float("nan")}
    for name, key, _ in MEASURES:
        value = float(np.mean([getattr(shape, key) for shape in shapes])) if shapes else float("nan")
        for norm in table.find("motor-unit", f"{name}_mean", muscle=muscle, electrode="concentric"):
            if norm.abnormal(value):
                beyond.append(norm)
            if name in score and np.isfinite(norm.mean):
                score[name] = (value - norm.mean) / norm.sd
    return Grade(score["size_index"], -score["thickness"], tuple(beyond), len(shapes))


_SHORT = {"bic": "biceps", "ta": "tibialis anterior", "fdi": "interosseus dorsalis 1", "delt": "deltoid"}


def named_muscle(name: str, table: Norms) -> str:
    """Give the muscle that a channel's name states, abbreviated or whole; empty where it states none of the table's."""
    low = name.lower().replace("_", " ")
    for muscle in table.values("motor-unit", "muscle"):
        if all(any(word.startswith(part[:3]) for word in low.split()) for part in muscle.split()):
            return muscle
    return next((_SHORT[word] for word in low.split() if word in _SHORT), "")
