"""The neuromuscular junction: quanta that a nerve terminal releases, and whether and when the muscle fibre answers.

A discharge releases a share of a store; the store refills with time and, as calcium mobilises more, with each
discharge. Facilitation (short), potentiation and exhaustion (both of minutes) change the share. The number of quanta
varies as a Poisson number around that. The end-plate potential rises as ``1 - exp(-t / rise)``: the fibre fires when
it crosses the threshold, and not at all where it does not. Jitter, blocking, decrement, increment and repair after
exercise all follow from this; the constants are engineering choices that bring them to their published ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from involuntary.simulators._chunks import Floats

__all__ = ["JUNCTIONS", "EndPlates", "Junction", "Terminal", "Transmission", "end_plates", "released", "transmit"]

# An end-plate potential that has not reached the threshold after so many of its rise times falls again.
_LATEST = 4.0


@dataclass(frozen=True, slots=True)
class Terminal:
    """How the release of a nerve terminal changes with use.

    Attributes
    ----------
    share : float
        Part of its store that a rested terminal releases.
    refill_s : float
        Time constant with which the store fills.
    mobilised_share : float
        Part of what the store lacks that each discharge brings.
    facilitation_step, facilitation_s : float
        What each discharge adds to the share, relative to rest, and how fast that is lost.
    potentiation_most, potentiation_step, potentiation_s : float
        Largest relative gain that exercise leaves, part of the way there that each discharge goes, and how fast it
        is lost.
    exhaustion_most, exhaustion_step, exhaustion_s : float
        The same of the loss that outlasts it.
    """

    share: float = 0.2
    refill_s: float = 5.0
    mobilised_share: float = 0.3
    facilitation_step: float = 0.03
    facilitation_s: float = 0.1
    potentiation_most: float = 0.6
    potentiation_step: float = 0.008
    potentiation_s: float = 30.0
    exhaustion_most: float = 0.25
    exhaustion_step: float = 0.001
    exhaustion_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Junction:
    """What the junctions of a muscle are like.

    Attributes
    ----------
    terminal : Terminal
        Release.
    quanta : float
        Mean quantal content of a rested terminal, over fibres.
    safety : float
        Median safety factor: quanta released over quanta needed.
    spread : float
        Standard deviation of the logarithm of the safety factor between fibres.
    """

    terminal: Terminal
    quanta: float
    safety: float
    spread: float


_HEALTHY = Junction(Terminal(), 60.0, 4.0, 0.15)
JUNCTIONS = {
    "healthy": _HEALTHY,
    # As much is released, but each quantum does less: some fibres are near their threshold at rest.
    "myasthenic": Junction(Terminal(), 60.0, 1.5, 0.3),
    # Too little is released, of a store that is not used up; use brings calcium that mends it.
    "lambert-eaton": Junction(
        Terminal(share=0.12, facilitation_step=0.3, potentiation_most=1.8, potentiation_step=0.02), 9.0, 0.85, 0.35
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class EndPlates:
    """End-plates of the fibres of one unit.

    Attributes
    ----------
    terminal : Terminal
        Release of the branches of the axon.
    quanta : ndarray of float64, shape (fibres,)
        Mean quantal content when rested.
    needed : ndarray of float64, shape (fibres,)
        Quanta that bring the fibre to its threshold.
    rise_us : ndarray of float64, shape (fibres,)
        Time constant of the rise of the end-plate potential; zero leaves no jitter.
    """

    terminal: Terminal
    quanta: Floats
    needed: Floats
    rise_us: Floats

    def __len__(self) -> int:
        return len(self.quanta)

    def with_jitter(self, jitter_us: float, rate_hz: float = 10.0) -> EndPlates:
        """Set the rise of each end-plate so that its jitter at a steady rate is the one asked for.

        Parameters
        ----------
        jitter_us : float
            Mean consecutive difference of the latency of one fibre, as stimulation of its axon shows it; between two
            fibres that fire at will it is √2 of that.
        rate_hz : float
            Of the discharges at which it is measured.
        """
        used = released(self.terminal, np.arange(60) / rate_hz)[-1]
        unit = np.array([_spread(q * used, n) for q, n in zip(self.quanta, self.needed, strict=True)])
        return replace(self, rise_us=jitter_us / np.maximum(unit, 1e-9))


@dataclass(frozen=True, slots=True, eq=False)
class Transmission:
    """What came of discharges at the end-plates.

    Attributes
    ----------
    passed : ndarray of bool, shape (discharges, fibres)
        Whether the fibre fired; where not, it was blocked.
    delay_s : ndarray of float64, shape (discharges, fibres)
        From the terminal's discharge to the fibre's; meaningless where blocked.
    """

    passed: NDArray[np.bool_]
    delay_s: Floats


def end_plates(
    junction: Junction, fibres: int, random: np.random.Generator, healthy_jitter_us: float = 30.0
) -> EndPlates:
    """Draw the end-plates of a unit.

    Parameters
    ----------
    junction : Junction
        What they are like, as of `JUNCTIONS`.
    fibres : int
        How many.
    random : numpy.random.Generator
        Draws safety factors and quantal contents.
    healthy_jitter_us : float
        Jitter that a healthy end-plate of median safety has at 10 Hz. Disease leaves the rise of the end-plate
        potential as it is: its jitter is what the safety factor makes of it.
    """
    safety = junction.safety * random.lognormal(0.0, junction.spread, fibres)
    quanta = junction.quanta * random.lognormal(0.0, 0.15, fibres)
    one = np.ones(1)
    median = EndPlates(_HEALTHY.terminal, _HEALTHY.quanta * one, _HEALTHY.quanta / _HEALTHY.safety * one, one)
    rise = float(median.with_jitter(healthy_jitter_us).rise_us[0])
    return EndPlates(junction.terminal, quanta, quanta / safety, np.full(fibres, rise))


def released(terminal: Terminal, time_s: Floats) -> Floats:
    """Give the mean release at each of an axon's discharges, relative to that of the rested terminal.

    Parameters
    ----------
    terminal : Terminal
        Who releases.
    time_s : ndarray of float64, shape (n,)
        When; sorted.
    """
    t = terminal
    gaps = np.diff(time_s, prepend=time_s[:1])
    refill, short, long, tired = (
        np.exp(-gaps / tau) for tau in (t.refill_s, t.facilitation_s, t.potentiation_s, t.exhaustion_s)
    )
    store, facilitation, potentiation, exhaustion = 1.0, 0.0, 0.0, 0.0
    out = np.empty(len(time_s))
    for i in range(len(time_s)):
        store = 1.0 - (1.0 - store) * refill[i]
        facilitation, potentiation, exhaustion = (
            facilitation * short[i], potentiation * long[i], exhaustion * tired[i]
        )  # fmt: skip
        gain = (1.0 + facilitation + potentiation) * (1.0 - exhaustion)
        share = min(t.share * gain, 1.0)
        out[i] = store * share / t.share
        store *= 1.0 - share
        store += t.mobilised_share * (1.0 - store)
        facilitation += t.facilitation_step
        potentiation += t.potentiation_step * (t.potentiation_most - potentiation)
        exhaustion += t.exhaustion_step * (t.exhaustion_most - exhaustion)
    return out


def transmit(plates: EndPlates, time_s: Floats, random: np.random.Generator) -> Transmission:
    """Let the discharges of one axon act on its end-plates.

    Parameters
    ----------
    plates : EndPlates
        Of the axon's fibres; none at all gives empty columns.
    time_s : ndarray of float64, shape (n,)
        When the axon discharges; sorted.
    random : numpy.random.Generator
        Draws the number of quanta.
    """
    quanta = random.poisson(released(plates.terminal, time_s)[:, None] * plates.quanta[None, :])
    latency = _latency(quanta, plates.needed[None, :])
    passed = latency <= _LATEST
    return Transmission(passed, np.where(passed, latency, _LATEST) * plates.rise_us[None, :] * 1e-6)


def _latency(quanta: NDArray[np.integer] | Floats, needed: Floats | float) -> Floats:
    """Give the time to threshold in rise times; infinite where there are too few quanta."""
    over = np.asarray(quanta) > needed
    share = np.where(over, needed / np.maximum(quanta, 1), 0.0)
    latency: Floats = np.where(over, -np.log1p(-share), np.inf)
    return latency


def _spread(quanta: float, needed: float) -> float:
    """Give the mean absolute difference of two latencies in rise times, where both discharges pass."""
    number = np.arange(1, int(quanta + 12 * np.sqrt(quanta)) + 12)
    log = number * np.log(quanta) - quanta - np.cumsum(np.log(number))
    latency = _latency(number, needed)
    passed = latency <= _LATEST
    # Latency falls with the number of quanta: turned round, the weights are its distribution.
    weight = np.exp(log[passed])[::-1]
    if not weight.sum():
        return 0.0
    below = np.cumsum(weight / weight.sum())[:-1]
    return float(2 * np.sum(below * (1 - below) * np.diff(latency[passed][::-1])))
