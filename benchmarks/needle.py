"""Motor units of real needle EMG: nerve from muscle disease from health, by published measures, nothing fitted.

``python benchmarks/needle.py FOLDER`` reads every recording of ``recordings.csv`` in the folder (file, subject,
diagnosis), tells motor units apart, and pools them by subject. Scores are the mean size index and the mean thickness of
a subject's units; no number of a subject enters another's score, so that leaving one out changes nothing.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import defaultdict
from itertools import product
from pathlib import Path

import numpy as np

import involuntary as iv
from involuntary.phenomena import motor_units

GROUPS = {"ALS": "ALS", "healt": "healthy", "dystrophy": "myopathy", "myositis": "myopathy"}
SHAPE = ("amplitude", "duration", "area", "phases", "turns", "thickness", "size_index")


def group(diagnosis: str) -> str:
    """Give the group of a diagnosis."""
    return next(name for word, name in GROUPS.items() if word.lower() in diagnosis.lower())


def units(observation: iv.Observation, smallest_uv: float = 50.0) -> np.ndarray:
    """Give the shapes of the units near the needle, shape (units, measures)."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for m in observation.measurements:
        head, _, what = m.id.split("@")[0].removeprefix("motor-units.").partition(".")
        if head.startswith("unit_"):
            found[head][what] = m.value
    near = [u for u in found.values() if u.get("amplitude", 0.0) >= smallest_uv]
    return np.array([[u[name] for name in SHAPE] for u in near]).reshape(-1, len(SHAPE))


def auc(high: list[float], low: list[float]) -> float:
    """Give the share of pairs in which the first is higher; ties count half."""
    return float(np.mean([(a > b) + 0.5 * (a == b) for a, b in product(high, low)]))


def main(folder: Path) -> None:
    """Read, pool, print."""
    rows = list(csv.DictReader((folder / "recordings.csv").open(encoding="utf-8")))
    pooled, records, states, observations = defaultdict(list), [], [], defaultdict(list)
    begun = time.perf_counter()
    for row in rows:
        recording = iv.read(folder / row["file"])
        shown = iv.observe(recording, phenomena=["motor-units"])
        observations[row["subject"], group(row["diagnosis"])].append(shown)
        shapes = units(shown)
        pooled[row["subject"], group(row["diagnosis"])].append(shapes)
        records.append((group(row["diagnosis"]), shapes))
        states.append((row["file"], [f"{f.term.label}: {f.state}" for f in shown.findings if f.state == "present"]))
        print(f"{row['file']}  {len(shapes)} units  {', '.join(states[-1][1])}", flush=True)
    print(f"{time.perf_counter() - begun:.0f} s for {len(rows)} recordings")
    print("subject group n " + " ".join(SHAPE))
    for (subject, name), several in observations.items():
        print(subject, name, *(f"\n  {f.term.label}: {f.state}: {f.rule}" for f in motor_units.pooled(several)))
    people: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (subject, name), parts in pooled.items():
        shapes = np.concatenate(parts)
        print(subject, name, len(shapes), np.round(shapes.mean(axis=0), 2))
        people[name].append((float(shapes[:, 6].mean()), -float(shapes[:, 5].mean())))
    single: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, shapes in records:
        if len(shapes) >= 3:
            single[name].append((float(shapes[:, 6].mean()), -float(shapes[:, 5].mean())))
    for what, by in (("subjects", people), ("recordings of three units or more", single)):
        print(f"{what}: { ({name: len(values) for name, values in by.items()}) }")
        for high, low, score in (("ALS", "healthy", 0), ("myopathy", "healthy", 1), ("ALS", "myopathy", 0)):
            value = auc([v[score] for v in by[high]], [v[score] for v in by[low]])
            print(f"  {high} from {low}, by {('size index', 'thickness')[score]}: AUC {value:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
