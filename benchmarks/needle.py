"""Motor units of real needle EMG: nerve from muscle disease from health, by published measures, nothing fitted.

``python benchmarks/needle.py FOLDER`` reads every recording of ``recordings.csv`` in the folder (file, subject,
diagnosis), tells motor units apart, and pools them by subject. ALS from healthy people is told by the neurogenic score,
myopathy from healthy people by the myopathic one, ALS from myopathy by the difference of both; size index and thickness
alone stand beside them. No number of a subject enters another's score, so that leaving one out changes nothing.

Nine subjects make a coarse figure: the same is given by single recording, and for 2 and 3 recordings of each subject,
drawn many times.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import numpy as np

import involuntary as iv
from involuntary.phenomena import motor_units

GROUPS = {"ALS": "ALS", "healt": "healthy", "dystrophy": "myopathy", "myositis": "myopathy"}
PAIRS = (("ALS", "healthy"), ("myopathy", "healthy"), ("ALS", "myopathy"))
FEWEST, DRAWS = 3, 400

Read = dict[tuple[str, str], list[iv.Observation]]
Score = Callable[[Sequence[iv.Observation]], tuple[float, float, float]]


def group(diagnosis: str) -> str:
    """Give the group of a diagnosis."""
    return next(name for word, name in GROUPS.items() if word.lower() in diagnosis.lower())


def scores(seen: Sequence[iv.Observation]) -> tuple[float, float, float]:
    """Give what tells the pairs apart: neurogenic, myopathic, the first less the second."""
    graded = motor_units.graded(seen)
    return graded.neurogenic, graded.myopathic, graded.neurogenic - graded.myopathic


def alone(seen: Sequence[iv.Observation]) -> tuple[float, float, float]:
    """Give what tells the pairs apart without complexity: size index, thickness, size index."""
    mean = {m.name: m.value for m in motor_units.graded(seen).means}
    return mean["size_index"], -mean["thickness"], mean["size_index"]


def auc(high: Sequence[float], low: Sequence[float]) -> float:
    """Give the share of pairs in which the first is higher; ties count half."""
    return float(np.mean([(a > b) + 0.5 * (a == b) for a, b in product(high, low)]))


def areas(samples: list[tuple[str, list[iv.Observation]]], score: Score) -> list[float]:
    """Give the areas under the curve of the three pairs, over samples with enough units."""
    found = defaultdict(list)
    for name, seen in samples:
        if motor_units.graded(seen).n >= FEWEST:
            found[name].append(score(seen))
    return [auc([v[i] for v in found[a]], [v[i] for v in found[b]]) for i, (a, b) in enumerate(PAIRS)]


def drawn(read: Read, n: int, score: Score) -> list[float]:
    """Give the mean areas where n recordings of each subject are drawn."""
    random = np.random.default_rng(0)
    every = []
    for _ in range(DRAWS):
        picks = {who: random.choice(len(seen), min(n, len(seen)), replace=False) for who, seen in read.items()}
        every.append(areas([(who[1], [read[who][i] for i in pick]) for who, pick in picks.items()], score))
    return [float(x) for x in np.mean(every, axis=0)]


def read_all(folder: Path) -> Read:
    """Read and take apart; tell what is found in each."""
    read: Read = defaultdict(list)
    rows = list(csv.DictReader((folder / "recordings.csv").open(encoding="utf-8")))
    begun = time.process_time()
    for row in rows:
        shown = iv.observe(iv.read(folder / row["file"]), phenomena=["motor-units"])
        read[row["subject"], group(row["diagnosis"])].append(shown)
        present = [f.term.label for f in shown.findings if f.state == "present"]
        print(f"{row['file']}  {motor_units.graded([shown]).n} units  {', '.join(present)}", flush=True)
    print(f"{time.process_time() - begun:.0f} s of processor for {len(rows)} recordings")
    return read


def main(folder: Path) -> None:
    """Read, pool, print."""
    read = read_all(folder)
    for (subject, name), seen in read.items():
        graded = motor_units.graded(seen)
        print(
            f"{subject} {name}: {graded.n} units; neurogenic {graded.neurogenic:.2f}, myopathic {graded.myopathic:.2f}"
        )
        print(f"  {', '.join(str(mean) for mean in graded.means)}")
        for finding in motor_units.pooled(seen):
            print(f"  {finding.term.label}: {finding.state}: {finding.rule}")
    people = [(name, seen) for (_, name), seen in read.items()]
    for group_name in sorted({name for name, _ in people}):
        graded = motor_units.graded([one for name, seen in people if name == group_name for one in seen])
        print(f"all units of the group {group_name}, {graded.n}: {', '.join(str(mean) for mean in graded.means)}")
    single = [(name, [one]) for name, seen in people for one in seen]
    print("area under the curve: " + "; ".join(f"{a} from {b}" for a, b in PAIRS))
    for what, score in (("scores", scores), ("size index, thickness, size index", alone)):
        rows = {"subjects": areas(people, score), "recordings of three units or more": areas(single, score)}
        rows |= {f"{n} recordings of each subject, {DRAWS} draws": drawn(read, n, score) for n in (2, 3)}
        for over, values in rows.items():
            print(f"  {what}, by {over}: {' '.join(f'{value:.3f}' for value in values)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
