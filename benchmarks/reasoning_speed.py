"""Time the reasoning: one case after another, and many abreast, with the memory that it takes.

    PYTHONPATH=src python benchmarks/reasoning_speed.py [--threads 2] [--knowledge DIR]

One case: the 65 rich ones, every finding, exposure, laboratory value and word told, against everything, in time of the
processor. Many: 1,449 published patients, with what their reports exclude, each against everything, in order, by the
clock and by processors. A busy machine is slower by the clock; so both are printed.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml
from vignettes import TOLD

from involuntary.intake import read_case
from involuntary.intake.phenopacket import READER
from involuntary.knowledge import Knowledge, load
from involuntary.model import Case
from involuntary.reason import assess
from involuntary.reason.differential import rank
from involuntary.reason.evidence import collect
from involuntary.reason.many import rank_many

SHARED = Path(__file__).resolve().parents[2] / "shared"


def rich_cases(folder: Path, knowledge: Knowledge) -> list[Case]:
    """Read the vignettes, without their answers."""
    cases = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted(folder.glob("*.yaml")):
            whole, told = yaml.safe_load(path.read_text("utf-8")), Path(scratch) / "case.yaml"
            kept = {key: whole[key] for key in TOLD["everything"] if key in whole}
            told.write_text(yaml.safe_dump(kept, allow_unicode=True), "utf-8")
            cases.append(read_case(told, knowledge))
    return cases


def patients(path: Path, knowledge: Knowledge) -> list[Case]:
    """Read the published patients."""
    with gzip.open(path, "rt") as file:
        return [READER.read(path, text, knowledge) for text in file]


def memory() -> float:
    """Give the peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processor_ms(job: Callable[[Case], object], cases: list[Case]) -> np.ndarray:
    """Give the processor time of each."""
    taken = []
    for case in cases:
        begin = time.process_time()
        job(case)
        taken.append(1e3 * (time.process_time() - begin))
    return np.array(taken)


def summary(taken: np.ndarray) -> str:
    """Give what is usual, the mean, and what one in twenty takes longer than."""
    late = np.percentile(taken, 95)
    return f"median {np.median(taken):.2f} ms, mean {taken.mean():.2f} ms, 95th percentile {late:.2f} ms"


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--knowledge", type=Path, default=SHARED / "data" / "hpo-2026-06")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    load(asked.knowledge).propagation  # noqa: B018  compiled once, whatever was there
    begin, knowledge = time.process_time(), load(asked.knowledge)
    print(f"loading: {time.process_time() - begin:.2f} s; memory so far {memory():.0f} MB")
    cases = rich_cases(SHARED / "cases" / "vignettes", knowledge)
    many = patients(SHARED / "cases" / "phenopackets-dev.jsonl.gz", knowledge)
    print(f"first of all, kernels made ready: {processor_ms(lambda c: assess(c, knowledge), cases[:1])[0]:.0f} ms")
    ranked = processor_ms(lambda c: rank(c, collect(c, knowledge), knowledge), cases)
    print(f"one case ({len(cases)}, each new): {summary(ranked)}")
    ranked = processor_ms(lambda c: rank(c, collect(c, knowledge), knowledge), cases)
    print(f"one case ({len(cases)}, once more): {summary(ranked)}")
    print(f"whole assessment: {summary(processor_ms(lambda c: assess(c, knowledge), cases))}; {memory():.0f} MB")
    for _ in range(2):
        begin, used = time.perf_counter(), time.process_time()
        count = sum(1 for _ in rank_many(many, knowledge, asked.threads))
        clock, used = time.perf_counter() - begin, time.process_time() - used
        print(
            f"{count} cases, {asked.threads} threads: {count / clock:.0f} a second by the clock; "
            f"{1e3 * used / count:.2f} ms of processor each, so {asked.threads * count / used:.0f} a second of "
            f"{asked.threads} whole processors; {memory():.0f} MB"
        )


if __name__ == "__main__":
    main()
