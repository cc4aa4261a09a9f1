"""Spinal spasms of a paralysed or spastic limb: sudden, tonic, with or without clonus, in several muscles at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from involuntary.errors import ParameterError
from involuntary.model import Events, Recording, Reference
from involuntary.simulators._checks import check, check_order
from involuntary.simulators._chunks import Floats, record
from involuntary.simulators._epochs import Epochs, trapezia
from involuntary.simulators._motoneurones import Drive
from involuntary.simulators._muscles import Muscles, driven
from involuntary.simulators._recording import surface_track
from involuntary.simulators.base import Generator

__all__ = ["GENERATOR", "Spasm", "SpasmParameters"]

_THOMAS = Reference(
    "title:Spasms after spinal cord injury over 48 hours",
    "Thomas CK, et al. J Electromyogr Kinesiol 2014:747-754",
    "spasm types: unit, tonic, clonus, myoclonus, mixed",
)
_BEATING = 0.2  # a muscle is active while the cosine of its clonus exceeds this
# The muscles that a spasm takes with it and their share of its drive.
_PATTERNS = {
    "flexor": (("tibialis anterior", 1.0), ("hamstrings", 0.8), ("soleus", 0.15), ("quadriceps", 0.1)),
    "extensor": (("quadriceps", 1.0), ("soleus", 0.9), ("tibialis anterior", 0.2), ("hamstrings", 0.15)),
    "adductor": (("adductors", 1.0), ("hamstrings", 0.4), ("quadriceps", 0.3), ("soleus", 0.1)),
}


@dataclass(frozen=True, slots=True)
class SpasmParameters(Muscles):
    """How a limb goes into spasm.

    Attributes
    ----------
    pattern : str
        ``"flexor"``, ``"extensor"`` or ``"adductor"``: which muscles take part and how much.
    per_min : float
        Spasms a minute, at irregular times.
    length_min_s, length_max_s : float
        Of a spasm, evenly on the scale of logarithms.
    rest_s : float
        Shortest rest between two.
    excitation_percent : float
        Drive at its height.
    rise_s : float
        From rest to the height; the decay takes a third of the spasm.
    clonus_share : float
        Share of the spasms that turn into clonus over their second half.
    clonus_hz : float
        Frequency of that clonus.
    """

    pattern: str = "flexor"
    per_min: float = 3.0
    length_min_s: float = 2.0
    length_max_s: float = 8.0
    rest_s: float = 4.0
    excitation_percent: float = 40.0
    rise_s: float = 0.15
    clonus_share: float = 0.3
    clonus_hz: float = 6.0


class Spasm(Generator[SpasmParameters]):
    """Spasms over several muscles; truth: ``tonic`` a spasm and, where it turns, ``clonus``, first beat to last."""

    id = "spasm"
    name = "Spinal spasm"
    references = (_THOMAS,)

    def generate(
        self, duration_s: float, random: np.random.Generator, parameters: SpasmParameters
    ) -> tuple[Recording, tuple[Events, ...]]:
        """Draw the spasms, then drive every muscle with its share."""
        p = parameters
        check(self.id, p, "sampling_hz", "units", "per_min", "length_min_s", "clonus_hz", "interval_cv")
        check_order(self.id, p, ("length_min_s", "length_max_s"))
        if p.pattern not in _PATTERNS:
            raise ParameterError(f"{self.id}.pattern", f"must be one of {', '.join(_PATTERNS)}", repr(p.pattern))
        spasms = _spasms(duration_s, p, random)
        turns = [spasm for spasm in spasms if random.uniform() < p.clonus_share]
        names = [name for name, _ in _PATTERNS[p.pattern]]
        drives = [_drive(spasms, turns, share, p) for _, share in _PATTERNS[p.pattern]]
        track = surface_track(self.id, names, driven(drives, duration_s, p, random), duration_s, p, random)
        return record([track], random), _truth(spasms, turns, names[0], p)


def _spasms(duration_s: float, p: SpasmParameters, random: np.random.Generator) -> Epochs:
    spasms: Epochs = []
    time = random.uniform(0.1, 0.3) * min(p.rest_s, duration_s)
    while True:
        length = float(np.exp(random.uniform(np.log(p.length_min_s), np.log(p.length_max_s))))
        stop = min(time + length, duration_s)
        if stop - time < min(1.0, duration_s / 2):
            return spasms
        spasms.append((float(time), float(stop)))
        time = stop + p.rest_s + random.exponential(max(60.0 / p.per_min - length - p.rest_s, 0.1))


def _clonic(spasm: tuple[float, float]) -> tuple[float, float]:
    return (spasm[0] + spasm[1]) / 2, spasm[1]


def _drive(spasms: Epochs, turns: Epochs, share: float, p: SpasmParameters) -> Drive:
    """Give a fast rise, a plateau and a slow decay a spasm; clonus chops its second half into bursts."""
    corners = [
        corner
        for start, stop in spasms
        for corner in (
            (start, 0.0),
            (start + min(p.rise_s, (stop - start) / 4), 1.0),
            (stop - (stop - start) / 3, 1.0),
            # The drive ends above the threshold of the first units, so that the EMG ends where the truth says.
            (stop - 1e-3, 0.3),
            (stop, 0.0),
        )
    ]
    time, height = np.array([(0.0, 0.0), *corners]).T
    chopped = trapezia([_clonic(spasm) for spasm in turns], 0.01)

    def drive(at: Floats) -> Floats:
        beat = 0.5 * (1 + np.sign(np.cos(2 * np.pi * p.clonus_hz * at) - _BEATING))
        level = np.interp(at, time, height) * (1 - chopped(at) * (1 - beat))
        total: Floats = share * p.excitation_percent / 100 * level
        return total

    return drive


def _truth(spasms: Epochs, turns: Epochs, channel: str, p: SpasmParameters) -> tuple[Events, ...]:
    start, stop = np.array(spasms).reshape(-1, 2).T
    tonic = Events("tonic", (channel,) * len(spasms), start, stop - start)
    runs = [run for spasm in turns if (run := _beats(_clonic(spasm), p.clonus_hz))]
    begin, end, beats = np.array(runs).reshape(-1, 3).T
    features = {"frequency_hz": np.full(len(runs), p.clonus_hz), "contractions_n": beats}
    return tonic, Events("clonus", (channel,) * len(runs), begin, end - begin, features)


def _beats(span: tuple[float, float], hertz: float) -> tuple[float, float, float] | None:
    """Give the start of a stretch's first beat, the end of its last, and their number; None if it holds none.

    A beat that is under way when the stretch begins is no beat: it goes on from the tonic part.
    """
    half = np.arccos(_BEATING) / (2 * np.pi)
    first, last = int(np.ceil(span[0] * hertz + half)), int(np.ceil(span[1] * hertz + half)) - 1
    if last < first:
        return None
    return (first - half) / hertz, min((last + half) / hertz, span[1]), float(last - first + 1)


GENERATOR = Spasm(SpasmParameters())
