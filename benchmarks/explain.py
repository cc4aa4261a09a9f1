"""Count how often `explain` finds the right entry first.

    PYTHONPATH=src python benchmarks/explain.py [FILE ...] [--knowledge DIR] [--each]

A line holds a phrasing, a tab, and the ids of entries that are right, divided by ``|``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from involuntary.errors import UnknownNameError
from involuntary.knowledge import Knowledge, explain, load

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "knowledge"
HERE = Path(__file__).parent
FILES = (
    HERE / "phrasings.tsv",
    HERE / "phrasings_four_kinds.tsv",
    TESTS / "phrasings.tsv",
    TESTS / "phrasings_blind.tsv",
)


def found(phrasing: str, knowledge: Knowledge) -> str:
    """Give the id of the entry that is found first; empty where none is."""
    try:
        return str(getattr(explain(phrasing, knowledge), "id", ""))
    except UnknownNameError:
        return ""


def main() -> None:
    """Print one line a file, and what went astray."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*", default=FILES)
    parser.add_argument("--knowledge", type=Path, default=ROOT.parent / "shared" / "data" / "hpo-2026-06")
    parser.add_argument("--each", action="store_true", help="show what went astray")
    asked = parser.parse_args()
    knowledge = load(asked.knowledge)
    for path in asked.files:
        lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]
        astray = [(phrasing, found(phrasing, knowledge), right) for phrasing, right in lines]
        astray = [one for one in astray if one[1] not in one[2].split("|")]
        right = len(lines) - len(astray)
        print(f"{path.name}: {right} of {len(lines)} right first ({100 * right / len(lines):.1f} %)")
        for phrasing, got, wanted in astray if asked.each else ():
            print(f"   {phrasing}: {got or 'nothing'}, not {wanted}")


if __name__ == "__main__":
    main()
