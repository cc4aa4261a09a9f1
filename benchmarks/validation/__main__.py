"""Measure every phenomenon on simulated recordings and on negatives, and write ``docs/validation.md``.

    PYTHONPATH=src python benchmarks/validation [ID ...] [--page]

Each file of ``cases`` is one phenomenon; those named are measured (all if none is), the figures kept in ``results``,
and the page written from all of them. ``--page`` writes the page alone. Real negatives are those that lie beside the
checkout, and the grid that openhdemg 0.1.2 ships, where ``OPENHDEMG_FILE`` names its ``otb_testfile.mat``.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import page
from frame import SEEDS, Figure, Negative, Scored, Validation, score, score_negative
from signals import motion_negatives, real_negatives, simulated_negatives

import involuntary as iv
from involuntary.model import Observation, Recording

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"


def validations(names: Sequence[str]) -> list[Validation]:
    known = sorted(path.stem for path in (HERE / "cases").glob("[a-z]*.py"))
    if unknown := sorted(set(names) - set(known)):
        raise SystemExit(f"no file of cases: {', '.join(unknown)}; there are {', '.join(known)}")
    return [importlib.import_module(f"cases.{name}").VALIDATION for name in names or known]


def positives(validation: Validation) -> tuple[list[Scored], Sequence[Figure]]:
    rows, every = [], []
    for level in validation.levels:
        cases = [validation.make(level, seed) for seed in SEEDS]
        seen = [(case, iv.observe(case.recording, [validation.phenomenon])) for case in cases]
        rows.append(score(validation, level, seen))
        every += seen
    return rows, validation.figures(every) if validation.figures else ()


def negatives(chosen: Sequence[Validation]) -> dict[str, list[Negative]]:
    """Observe every negative once for all phenomena that need the same channels."""
    rows: dict[str, list[Negative]] = {validation.phenomenon: [] for validation in chosen}
    for muscles in dict.fromkeys(validation.muscles for validation in chosen):
        sharing = [validation for validation in chosen if validation.muscles == muscles]
        for signals in (simulated_negatives(muscles), real_negatives()):
            add(rows, signals, sharing)
    add(rows, motion_negatives(), [validation for validation in chosen if validation.motion])
    return rows


def add(
    rows: dict[str, list[Negative]], signals: Iterable[tuple[str, list[Recording]]], sharing: Sequence[Validation]
) -> None:
    for name, recordings in signals if sharing else ():
        seen = [observed(recording, sharing) for recording in recordings]
        for i, validation in enumerate(sharing):
            pairs = [(recording, each[i]) for recording, each in zip(recordings, seen, strict=True)]
            rows[validation.phenomenon].append(score_negative(validation, name, pairs))


def observed(recording: Recording, sharing: Sequence[Validation]) -> list[Observation]:
    kept: dict[tuple[object, ...], object] = {}
    return [iv.observe(recording, [validation.phenomenon], kept=kept) for validation in sharing]


def measured(validation: Validation) -> dict[str, object]:
    rows, figures = positives(validation)
    return {
        "asked": validation.asked,
        "published": validation.published,
        "tolerance_s": validation.tolerance_s,
        "scored": [asdict(row) for row in rows],
        "figures": [asdict(figure) for figure in figures],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", help="phenomena to measure; all if none")
    parser.add_argument("--positives", action="store_true", help="keep the negatives of the last run")
    parser.add_argument("--negatives", action="store_true", help="keep all but the negatives of the last run")
    parser.add_argument("--page", action="store_true", help="only write the page")
    options = parser.parse_args()
    chosen = [] if options.page else validations(options.ids)
    begun = time.perf_counter()
    none = {} if options.positives else negatives(chosen)
    for validation in chosen:
        path = RESULTS / f"{validation.phenomenon}.json"
        result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"negatives": []}
        if not options.negatives or not path.exists():
            result = measured(validation) | {"negatives": result["negatives"]}
        if validation.phenomenon in none:
            result["negatives"] = [asdict(row) for row in none[validation.phenomenon]]
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{validation.phenomenon}: {time.perf_counter() - begun:.0f} s so far")
    page.write(RESULTS, HERE.parents[1] / "docs" / "validation.md")


if __name__ == "__main__":
    main()
