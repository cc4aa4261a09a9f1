"""Recruitment curves of evoked responses as measurements."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from involuntary.detect.stimuli import Stimuli
from involuntary.dsp.recruitment import sigmoid
from involuntary.model import Measurement, Reference
from involuntary.phenomena._evoked import Desk

__all__ = ["MCKINNON", "SIGMOID", "recruitment"]

MCKINNON = Reference(
    "doi:10.1088/1741-2552/ace6fb", "McKinnon & Hill 2023, J Neural Eng", "recruitment of H reflex and M wave"
)
SIGMOID = Reference(
    "url:https://pmc.ncbi.nlm.nih.gov/articles/PMC12450697",
    "sigmoid of the soleus H reflex from below threshold to its maximum",
    "Table 2: level at half the maximum, slope, level at threshold",
)

# A sigmoid that explains less of the variance tells nothing of a threshold (an engineering choice).
_LEAST_EXPLAINED = 0.5


def recruitment(
    name: str, size: NDArray[np.float64], given: Stimuli, desk: Desk, unit: str, upto: float
) -> list[Measurement]:
    """Give level of the maximum, threshold and slope, where levels differ; up to the maximum where `upto` is finite.

    Threshold and slope are not-a-number where the sigmoid explains less than half of the variance.
    """
    known = np.isfinite(given.level)
    levels = np.unique(given.level[known])
    if levels.size < 3:
        return []
    level_unit = given.unit or "1"
    means = np.array([float(np.mean(size[given.level == level])) for level in levels])
    top = float(levels[int(np.argmax(means))])
    rising = known & (given.level <= (top if upto < np.inf else np.inf))
    found = [
        desk.write(f"{name}_max_level", top, level_unit, int(known.sum()),
                   "level whose mean response is largest", MCKINNON),
    ]  # fmt: skip
    curve = sigmoid(given.level[rising], size[rising])
    if curve is None:
        return found
    told = curve.explained >= _LEAST_EXPLAINED
    n, quality = int(rising.sum()), f"sigmoid explains {max(curve.explained, 0.0):.0%} of the variance"
    if not told:
        quality = f"not measured: a {quality}, less than {_LEAST_EXPLAINED:.0%}"
    return [
        *found,
        desk.write(f"{name}_threshold", curve.threshold if told else np.nan, level_unit, n,
                   "where the tangent at half height meets the foot of a sigmoid", SIGMOID,
                   quality=quality, interval=curve.threshold_interval if told else None),
        desk.write(f"{name}_slope", curve.slope if told else np.nan, f"{unit}/{level_unit}" if given.unit else unit, n,
                   "tangent at half height of a sigmoid", SIGMOID, quality=quality),
    ]  # fmt: skip
