"""What a needle shows in muscle at rest, by kind; the noise is that of the amplifier."""

from __future__ import annotations

from collections.abc import Sequence

from frame import SEEDS, Case, Figure, Validation, share

import involuntary as iv
from involuntary.model import Observation

LEVELS = ("3 µV", "6 µV", "12 µV")
_NAMED = {
    "fibrillation": "HP:0010546",
    "positive-sharp-wave": "HP:0030007",
    "fasciculation": "HP:0002380",
    "myotonic": "HP:0100284",
    "complex-repetitive": "HP:0003457",
}
_ID = "spontaneous-activity"


def make(level: str, seed: int) -> Case:
    """One fibre that fibrillates for half a minute."""
    settings = {"noise_uv": float(level.split()[0]), "sources_n": 1}
    recording, (truth,) = iv.simulate("needle-spontaneous", 30.0, seed, **settings)
    return Case(recording, truth)


def figures(_seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How often each kind is named, and how often another one is; and what is named in willed contractions."""
    rows, wrong, looked = [], 0, 0
    for activity, term in _NAMED.items():
        said = [_said("needle-spontaneous", 20.0, seed, activity=activity) for seed in range(20, 30)]
        right = sum(term in each for each in said)
        wrong += sum(len(each - {term}) for each in said)
        looked += len(said)
        rows.append(Figure(f"{activity} named", *_with_interval(right, len(said))))
    healthy = [
        *(_said("needle-spontaneous", 20.0, seed, activity="end-plate") for seed in SEEDS),
        *(_said("needle", 10.0, seed, muscle=muscle, units=n) for seed in SEEDS
          for muscle in ("healthy", "neurogenic", "myopathic") for n in (1, 4)),
    ]  # fmt: skip
    rows.append(Figure("another kind named", *_with_interval(wrong, looked), "none"))
    called = sum(bool(each) for each in healthy)
    rows.append(Figure("end-plate activity and willed units named", *_with_interval(called, len(healthy)), "none"))
    return rows


def _said(simulator: str, seconds: float, seed: int, **settings: object) -> set[str]:
    recording, _ = iv.simulate(simulator, seconds, seed, **settings)
    return {finding.term.id for finding in iv.observe(recording, [_ID]).findings if finding.state == "present"}


def _with_interval(part: int, whole: int) -> tuple[float, tuple[float, float], int]:
    value, low, high = share(part, whole)
    return value, (low, high), whole


VALIDATION = Validation(
    phenomenon=_ID,
    kind="potential",
    levels=LEVELS,
    make=make,
    tolerance_s=0.005,
    asked="the right kind named at rest; nothing in voluntary effort or end-plate activity.",
    published=("No automatic detector of all kinds with published figures in people was looked up.",),
    figures=figures,
)
