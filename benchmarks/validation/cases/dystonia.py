"""Co-contraction of an arm marked as rest; the decibels are those of the contraction against the noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from frame import SEEDS, Case, Figure, Validation, median, share
from signals import CONTAMINANTS

import involuntary as iv
from involuntary.model import Intervals, Observation, Recording
from involuntary.model.recording import Annotation

# Of the flexor at a quarter of its drive, root mean square.
_CONTRACTION_UV = 100.0
LEVELS = ("20 dB", "15 dB", "10 dB")
_PAIR = ("wrist flexor", "wrist extensor")
_SECONDS = 120.0


def make(level: str, seed: int) -> Case:
    """Two minutes, the first quarter of a minute maximal efforts, the rest marked as rest; the pair alone is scored."""
    noise_uv = _CONTRACTION_UV / 10 ** (float(level.split()[0]) / 20)
    recording, (truth,) = iv.simulate(
        "dystonia", _SECONDS, seed, **{**CONTAMINANTS, "movement_uv": 0, "noise_uv": noise_uv, "overflow_share": 0}
    )
    return Case(recording, truth, Intervals.of((0.0, 16.0)))


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """Length of the bursts, the shared drive with and without one, and overflow named with and without one."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        off = [
            100 * abs(_measured(o, f"burst_duration@{_PAIR[0]}") / np.median(c.truth.on(_PAIR[0]).duration_s) - 1)
            for c, o in these
        ]
        value, low, high = median(np.array(off))
        rows.append(Figure(f"length of a burst, {level}: median error", value, (low, high), 5, "at most 10", "%"))
    for what, settings in (("shared drive", {}), ("no shared drive", {"common_share": 0})):
        found = [_significant(settings, seed) for seed in SEEDS]
        value, low, high = share(sum(found), len(found))
        rows.append(Figure(f"coherence at 4 to 7 Hz significant, {what}", value, (low, high), len(found)))
    for overflow in (0.6, 0.0):
        named = [
            _named(iv.simulate("dystonia", _SECONDS, s, condition="task", overflow_share=overflow)[0]) for s in SEEDS
        ]
        value, low, high = share(sum(named), len(named))
        rows.append(Figure(f"overflow named, {overflow:.0%} of the drive overflows", value, (low, high), len(named)))
    negatives = list(_resting())
    value, low, high = share(sum(map(_named, negatives)), len(negatives))
    what = "named in marked rest of 5 minutes with heart, mains, noise, movement or popping contacts"
    return [*rows, Figure(what, value, (low, high), len(negatives), "none")]


def _resting() -> Iterator[Recording]:
    kinds: Sequence[dict[str, float]] = (
        {}, {"noise_uv": 15}, {"ecg_uv": 300}, {"ecg_uv": 60, "ecg_per_min": 110}, {"mains_uv": 100},
        {"movement_uv": 1000, "drift_uv": 1000, "movement_per_min": 4}, {"pops_uv": 300, "pops_per_min": 10},
    )  # fmt: skip
    for settings in kinds:
        for seed in SEEDS:
            recording, _ = iv.simulate("rest", 300, seed, channels=2, **settings)
            named = (replace(c, name=name) for c, name in zip(recording.channels, _PAIR, strict=True))
            yield replace(recording, channels=tuple(named), annotations=(Annotation(0.0, 300.0, "rest"),))


def _significant(settings: dict[str, float], seed: int) -> bool:
    recording, _ = iv.simulate("dystonia", _SECONDS, seed, **settings)
    for m in iv.observe(recording, ["dystonia"]).measurements:
        if m.id == f"dystonia.coherence_4_7_hz@{' × '.join(_PAIR)}":
            return m.quality.startswith("significant")
    return False


def _named(recording: Recording) -> bool:
    return any(f.state == "present" for f in iv.observe(recording, ["dystonia"]).findings)


def _measured(observation: Observation, name: str) -> float:
    found = [m.value for m in observation.measurements if m.id == f"dystonia.{name}"]
    return found[0] if found else float("nan")


VALIDATION = Validation(
    phenomenon="dystonia",
    kind="tonic",
    levels=LEVELS,
    make=make,
    tolerance_s=0.2,
    asked="co-contraction measured and, where rest or the task is marked, told; never by coherence alone.",
    published=(
        "No EMG test of dystonia is validated (10.1016/j.cnp.2023.12.006)",
        "Drive of 4 to 7 Hz: 8 of 8 patients, no control (10.1093/brain/123.4.677)",
        "Drive of 4 to 7 Hz: 10 patients and 10 controls alike (Nijmeijer 2014, J Neurol Sci 347:167)",
        "Median frequency below 70 Hz, leg: sensitivity 73 %, specificity 63 % (Go 2014, JEK 24:31)",
    ),
    muscles=_PAIR,
    figures=figures,
)
