"""Clonus out of spasms, at another frequency in each recording."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from cases.cramp import LEVELS
from frame import SEEDS, Case, Figure, Validation, found_events, share, statistic
from signals import CONTAMINANTS, mixed

import involuntary as iv
from involuntary.model import Observation, Recording
from involuntary.testing.scoring import agreement

HERTZ = (4.0, 5.0, 6.0, 7.0, 8.0)


def settings(seed: int) -> dict[str, object]:
    return {"clonus_hz": HERTZ[seed % 5], "clonus_share": 0.6, "largest_uv": 100 * (1 + seed), "length_min_s": 3}


def make(level: str, seed: int) -> Case:
    noise_uv = float(level.split()[2])
    return mixed("spasm", "clonus", 300.0, seed, noise_uv=noise_uv, effort_s=0, **settings(seed))


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How well frequency, size and length of the runs that overlap a true one agree with it."""
    rows, asked = [], "at least 0.98"
    for number, level in enumerate(LEVELS):
        true, pairs = 0, []
        for seed, (case, observation) in zip(SEEDS, seen[number * len(SEEDS) :], strict=False):
            pairs += compared(case, observation, seed)
            true += len(case.truth)
        table = np.array(pairs)
        value, low, high = share(len(table), true)
        rows.append(Figure(f"true runs overlapped by at least half, {level}", value, (low, high), true))
        for k, what in enumerate(("frequency", "root mean square", "length of a contraction", "length of a run")):
            value, low, high = statistic(table[:, 2 * k : 2 * k + 2], agreement)
            rows.append(Figure(f"{what}: ICC(A,1) with truth, {level}", value, (low, high), len(table), asked))
    return rows


def compared(case: Case, observation: Observation, seed: int) -> list[tuple[float, ...]]:
    """Give true and found frequency, size and length of a contraction, and length, of each run."""
    quiet = {name: 0 for name in CONTAMINANTS if name.endswith("_uv")}
    clean, _ = iv.simulate("spasm", 300.0, seed, **{**quiet, "noise_uv": 0, **settings(seed)})
    found, hertz, pairs = found_events(observation, "clonus"), HERTZ[seed % 5], []
    for onset, stop in zip(case.truth.onset_s.tolist(), case.truth.stop_s.tolist(), strict=True):
        shared = np.minimum(found.stop_s, stop) - np.maximum(found.onset_s, onset)
        if not len(found) or shared.max() < 0.5 * (stop - onset):
            continue
        i = int(np.argmax(shared))
        size, length = contraction(clean, clean.index(found.channel[i]), onset, stop, hertz)
        f = found.features
        pairs.append((
            hertz, f["frequency_hz"][i], size, f["rms_uv"][i], length, f["contraction_ms"][i],
            stop - onset, found.duration_s[i],
        ))  # fmt: skip
    return pairs


def contraction(clean: Recording, row: int, onset: float, stop: float, hertz: float) -> tuple[float, float]:
    """Give a run's contractions without noise, as published: 5 to 95 % of the energy 50 ms around each true middle.

    Mean over the contractions of the root mean square in µV, and of the length in ms.
    """
    rate, middles = clean.channels[row].rate_hz, np.arange(np.ceil(onset * hertz), stop * hertz) / hertz
    sizes, lengths = [], []
    for middle in middles.tolist():
        energy = clean.samples(row, round((middle - 0.05) * rate), round((middle + 0.05) * rate)) ** 2
        a, b = np.searchsorted(np.cumsum(energy), np.array([0.05, 0.95]) * energy.sum()).tolist()
        sizes.append(1e6 * float(np.sqrt(np.mean(energy[a : b + 1]))))
        lengths.append(1000 * (b + 1 - a) / rate)
    return float(np.mean(sizes)), float(np.mean(lengths))


VALIDATION = Validation(
    phenomenon="clonus",
    kind="clonus",
    levels=LEVELS,
    make=make,
    tolerance_s=1.0,
    asked="agreement with truth of at least 0.98 in frequency, root mean square and duration; of the lengths of a"
    " contraction and of a run, the published duration is the former.",
    published=(
        (
            "Mummidisetty 2012 (10.1016/j.jneumeth.2011.10.017), against a person, 31 spasms of 7 people: intraclass"
            " correlation 0.949 frequency, 0.997 root mean square, 0.852 duration of the EMG"
        ),
    ),
    muscles=("tibialis anterior", "soleus"),
    figures=figures,
)
