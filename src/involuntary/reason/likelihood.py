"""How much a finding speaks for or against every hypothesis at once.

The likelihood ratio of a finding is its frequency among people with the disease over its frequency among all; where
a disease is annotated with a relative of the finding, the best common ancestor speaks (after the likelihood-ratio
paradigm of Robinson et al. 2020, LIRICAL, doi:10.1016/j.ajhg.2020.06.021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.knowledge import Knowledge
from involuntary.reason.profiles import Profiles

__all__ = ["WEIGHTS", "Weights", "excluded_bits", "present_bits"]


@dataclass(frozen=True, slots=True)
class Weights:
    """How findings are weighed; by judgement until measured.

    Attributes
    ----------
    trust : float
        Share of a finding's probability that rests on the annotations; the rest is the background.
    rarest : float
        No background is taken to be smaller: thin annotations must not make a finding decisive.
    relative : float
        What is left of a match through a common ancestor rather than the finding itself.
    excluded_trust : float
        Share of an excluded finding's probability that rests on the annotations; what was written down as absent
        was looked for, often because it was expected.
    """

    trust: float = 0.9
    rarest: float = 2e-4
    relative: float = 0.8
    excluded_trust: float = 0.6


WEIGHTS = Weights()


def present_bits(
    profiles: Profiles, knowledge: Knowledge, term: int, weights: Weights = WEIGHTS
) -> NDArray[np.float64]:
    """Give what a present finding adds to every hypothesis, in bits, shape (rows,)."""
    bits = np.full(len(profiles), np.log2(1.0 - weights.trust))
    for above in knowledge.ontology.ancestor_indices(term).tolist():
        background = max(float(profiles.background[above]), weights.rarest)
        rows, frequency = profiles.column(above)
        trust = weights.trust if above == term else weights.trust * weights.relative
        here = np.log2(trust * frequency.astype(np.float64) / background + 1.0 - weights.trust)
        np.maximum.at(bits, rows, here)
    return bits


def excluded_bits(profiles: Profiles, term: int, weights: Weights = WEIGHTS) -> NDArray[np.float64]:
    """Give what an excluded finding adds to every hypothesis, in bits, shape (rows,); never above zero."""
    background = min(float(profiles.background[term]), 0.5)
    neutral = 1.0 - background
    bits = np.zeros(len(profiles))
    rows, frequency = profiles.column(term)
    absent = weights.excluded_trust * (1.0 - frequency.astype(np.float64)) + (1.0 - weights.excluded_trust) * neutral
    bits[rows] = np.minimum(np.log2(absent / neutral), 0.0)
    return bits
