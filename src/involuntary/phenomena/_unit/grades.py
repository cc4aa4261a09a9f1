"""What units' shapes come to against the norms of their muscle: of nerve disease, of muscle disease, or neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.decompose.unit_shape import UnitShape
from involuntary.errors import ParameterError, nearest, printable
from involuntary.model import Finding, Reference, State, Term
from involuntary.norms import Norm, Norms
from involuntary.phenomena._rows import mean_interval

__all__ = [
    "MEASURES",
    "MYOPATHIC",
    "NANDEDKAR",
    "NEUROGENIC",
    "SONOO",
    "Grade",
    "grade",
    "named_muscle",
    "stated_muscle",
]

Floats = NDArray[np.float64]

NEUROGENIC = Term("HP:0003445", "EMG: neuropathic changes")
MYOPATHIC = Term("HP:0003458", "EMG: myopathic abnormalities")
SONOO = Reference(
    "doi:10.1016/0168-5597(93)90068-z",
    "Sonoo M, Stålberg E. The ability of MUP parameters to discriminate between normal and neurogenic MUPs in"
    " concentric EMG: analysis of the MUP thickness and the proposal of size index."
    " Electroencephalogr Clin Neurophysiol 1993;89:291-303",
    "abstract: definition",
)
NANDEDKAR = Reference(
    "url:https://paperexplained.cn/articles/paper/detail/3946a748f3a64953ed219bfa7ae98c5f9cee1c3a",
    "Nandedkar SD, et al. Analysis of amplitude and area of concentric needle EMG motor unit action potentials."
    " Electroencephalogr Clin Neurophysiol 1988 (volume and pages not seen)",
    "abstract: area over amplitude is reduced in myopathy and normal or increased in neuropathy",
)

# A large size index alone is no change: one of these lies above its own limit too.
_SUPPORT = ("amplitude", "duration", "area", "phases", "turns")
_LEADING = ("amplitude", "duration", "phases", "turns", "thickness", "size_index")
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


# A score below so many standard deviations of the healthy names nothing.
_LEAST = 2.0


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of one measure against its norms.

    Attributes
    ----------
    name : str
    unit : str
        Of its value.
    value : float
        Not-a-number without motor units.
    interval : tuple of float, optional
        Its 95 % interval, from two units on.
    deviation : float
        From the mean of the healthy, in their standard deviations; not-a-number where no norm gives them.
    beyond : tuple of Norm
        Limits that it lies beyond; a mean of fewer units than limits are published for with its whole interval.
    """

    name: str
    unit: str
    value: float
    interval: tuple[float, float] | None
    deviation: float
    beyond: tuple[Norm, ...]

    def __str__(self) -> str:
        """Give one line for a result."""
        between = f" ({self.interval[0]:.3g} to {self.interval[1]:.3g})" if self.interval else ""
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{self.name.replace('_', ' ')} {self.value:.3g}{unit}{between}"


@dataclass(frozen=True, slots=True)
class Grade:
    """Two grades and what is behind them.

    Attributes
    ----------
    means : tuple of Mean
        In the order of `MEASURES`.
    n : int
        Units.
    against : str
        The muscle whose norms the scores are of; empty, without scores, where it is not stated or has none.
    """

    means: tuple[Mean, ...]
    n: int
    against: str

    @property
    def neurogenic(self) -> float:
        """Large and complex units: size index above that of the healthy, and complexity, in standard deviations."""
        return (self._deviation("size_index") + self._complexity) / float(np.sqrt(2.0))

    @property
    def myopathic(self) -> float:
        """Thin and complex units: thickness below that of the healthy, and complexity, in standard deviations."""
        return (self._complexity - self._deviation("thickness")) / float(np.sqrt(2.0))

    @property
    def beyond(self) -> tuple[Norm, ...]:
        """Limits that a mean lies beyond."""
        return tuple(norm for mean in self.means for norm in mean.beyond)

    def without(self, muscle: str) -> str:
        """Say why there are no scores of a muscle; empty where there are."""
        if self.against:
            return ""
        if not muscle:
            return "the muscle is not stated; name the channel by it or --set motor-units.muscle=…"
        return f"no limits of size index and thickness for {muscle}"

    @property
    def _complexity(self) -> float:
        """More phases and turns than in the healthy, which nerve and muscle disease have in common."""
        return (self._deviation("phases") + self._deviation("turns")) / 2.0

    def findings(self, owner: str, muscle: str, fewest: int, enough: int, because: tuple[str, ...]) -> list[Finding]:
        """Say present, excluded, or why neither can be said."""
        scores = f"neurogenic {self.neurogenic:.1f}, myopathic {self.myopathic:.1f} standard deviations of healthy"
        scores += f" {self.against}"
        without = self.without(muscle)
        said = Norm.listed(self.beyond) or "no limit passed"
        leading = "means and their 95 % intervals: " + ", ".join(str(m) for m in self.means if m.name in _LEADING)
        large = self._beyond("above", "size_index") and self._beyond("above", *_SUPPORT) and self.neurogenic >= _LEAST
        thin = self._beyond("below", "thickness") and self.myopathic >= _LEAST
        out = []
        for term, leads, source in ((NEUROGENIC, large, SONOO), (MYOPATHIC, thin, NANDEDKAR)):
            if without:
                state, rule = State.NOT_ASSESSED, f"{owner}: not assessed: {without}"
            elif self.n < fewest:
                rule = f"{owner}: indeterminate: {self.n} units, at least {fewest} are asked for; {scores}"
                state = State.NOT_ASSESSED
            elif leads:
                state, rule = State.PRESENT, f"{said}; {scores}; {leading}; {self.n} units of {muscle}"
            elif self.n >= enough and not self.beyond:
                state = State.EXCLUDED
                rule = f"means of {self.n} units of {muscle} within their limits; {scores}; {leading}"
            else:
                lacking = f"{self.n} units, {enough} within all limits exclude"
                rule = f"{owner}: indeterminate: {lacking}; {said}; {scores}; {leading}"
                state = State.NOT_ASSESSED
            out.append(Finding(term, state, owner, because, rule, source))
        return out

    def _deviation(self, name: str) -> float:
        return next(mean.deviation for mean in self.means if mean.name == name)

    def _beyond(self, direction: str, *measures: str) -> bool:
        return any(norm.direction == direction for mean in self.means if mean.name in measures for norm in mean.beyond)


def grade(shapes: Sequence[UnitShape], muscle: str, table: Norms, enough: int = 20) -> Grade:
    """Hold means of units against norms.

    Parameters
    ----------
    shapes : sequence of UnitShape
    muscle : str
        As the table names it; empty where not stated: then no limit holds.
    table : Norms
    enough : int
        Units of a mean for which the limits are published.
    """
    against = muscle if _rows(table, "size_index", muscle) else ""
    means = []
    for name, key, unit in MEASURES:
        values = np.array([getattr(shape, key) for shape in shapes], dtype=np.float64)
        value = float(np.mean(values)) if values.size else float("nan")
        known = next((row for row in _rows(table, name, against) if np.isfinite(row.mean)), None)
        deviation = (value - known.mean) / known.sd if known else float("nan")
        interval = mean_interval(values)
        ends = (value,) if values.size >= enough else (interval or ())
        beyond = tuple(
            row for row in _rows(table, name, muscle) if ends and all(row.abnormal(end) for end in (value, *ends))
        )
        means.append(Mean(name, unit, value, interval, deviation, beyond))
    return Grade(tuple(means), len(shapes), against)


def _rows(table: Norms, measure: str, muscle: str) -> tuple[Norm, ...]:
    return table.find("motor-unit", f"{measure}_mean", muscle=muscle, electrode="concentric") if muscle else ()


_SHORT = {"bic": "biceps", "ta": "tibialis anterior", "fdi": "interosseus dorsalis 1", "delt": "deltoid"}


_NOT = {"biceps": "fem"}  # a muscle, and how a word begins that makes it another: the biceps of the thigh


def named_muscle(name: str, table: Norms) -> str:
    """Give the muscle that a channel's name states, abbreviated or whole; empty where it states none of the table's."""
    words = re.findall("[a-z]+|[0-9]+", name.lower())
    named = [
        muscle
        for muscle in table.values("motor-unit", "muscle")
        if all(any(word.startswith(part[:3]) for word in words) for part in muscle.split())
    ]
    named += [_SHORT[word] for word in words if word in _SHORT]
    return next((m for m in named if not any(word.startswith(_NOT.get(m, "\0")) for word in words)), "")


def stated_muscle(text: str, table: Norms) -> str:
    """Give the table's name of a muscle that a user states, abbreviated or whole; empty of nothing.

    Raises
    ------
    ParameterError
        If the table has no limits for it.
    """
    known = table.values("motor-unit", "muscle")
    low = " ".join(text.lower().split())
    wanted = _SHORT.get(low, low)
    muscle = next((name for name in known if name.lower() == wanted), "")
    if wanted and not muscle:
        rule = f"must be one of {', '.join(known)}{nearest(low, known)}"
        advice = "leave it out, or give limits for it with --set motor-units.norms=…"
        raise ParameterError("motor-units.muscle", rule, repr(printable(text)), advice)
    return muscle
