"""Rows of a result: what a measurement is before its owner and time are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from involuntary.model import Measurement, Reference

__all__ = ["CHOICE", "Row", "mean_interval", "measured", "median", "median_interval"]

Floats = NDArray[np.float64]

CHOICE = Reference("expert-judgement", "engineering choice of involuntary")


@dataclass(frozen=True, slots=True)
class Row:
    """One value; `at` is a channel, or several joined by ×; `why` says why it could not be measured.

    Fewer than `needs` events give no number either.
    """

    name: str
    value: float
    unit: str
    n: int
    method: str
    source: Reference = CHOICE
    interval: tuple[float, float] | None = None
    at: str = ""
    needs: int = 5
    why: str = ""
    quality: str = "good"


def measured(owner: str, rows: Iterable[Row], time_s: float, channel: str = "") -> tuple[Measurement, ...]:
    """Give measurements of a phenomenon; `channel` is the only one where there is only one."""
    return tuple(_measurement(owner, row, time_s, channel) for row in rows)


def _measurement(owner: str, row: Row, time_s: float, channel: str) -> Measurement:
    why = row.why or (f"not measured: {row.n} of at least {row.needs}" if row.n < row.needs else "")
    where = channel if not row.at or "×" in row.at else row.at
    return Measurement(
        f"{owner}.{row.name}@{row.at}" if row.at else f"{owner}.{row.name}", owner, where,
        float("nan") if why else row.value, row.unit, row.n, time_s, why or row.quality, row.method, row.source,
        None if why else row.interval,
    )  # fmt: skip


def median(values: Floats) -> float:
    """Give the median; not-a-number of none."""
    return float(np.median(values)) if values.size else float("nan")


def mean_interval(values: Floats) -> tuple[float, float] | None:
    """Give the 95 % interval of a mean by Student's distribution, from two values on."""
    from scipy.special import stdtrit

    if values.size < 2:
        return None
    mean, free = float(np.mean(values)), values.size - 1
    reach = float(stdtrit(free, 0.975)) * float(np.std(values, ddof=1)) / float(np.sqrt(values.size))
    return mean - reach, mean + reach


def median_interval(values: Floats) -> tuple[float, float] | None:
    """Give the 95 % interval of a median by its ranks, from six values on."""
    n = values.size
    if n < 6:
        return None
    reach = 0.98 * np.sqrt(n)
    low, high = max(int(np.floor(n / 2 - reach)), 0), min(int(np.ceil(n / 2 + reach)), n - 1)
    ordered = np.sort(values)
    return float(ordered[low]), float(ordered[high])
