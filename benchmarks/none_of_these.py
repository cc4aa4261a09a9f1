"""Count how often *none of these* leads for people who have nothing of ours.

    PYTHONPATH=src python benchmarks/none_of_these.py [--count 200] [--seed 1] [--knowledge DIR] [--each]

Drawn anew by the seed, with age, sex and setting: **healthy-looking** people, of whom signs of nerve and muscle are
told as absent, laboratory values as normal, at most one everyday complaint as present; **unrelated** findings, one to
five of the whole ontology outside nerve and muscle; and, harder, one to five of the **whole** ontology, where some are
signs of nerve or muscle.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from involuntary.knowledge import Knowledge, load
from involuntary.model import Case, ConditionResult, Finding, State, Term
from involuntary.reason.differential import NERVE_AND_MUSCLE
from involuntary.reason.explanation import NONE, conditions
from involuntary.reason.many import rank_many
from involuntary.reason.priors import SETTINGS
from involuntary.reason.profiles import profiles_of

SHARED = Path(__file__).resolve().parents[2] / "shared"
# Cough, nasal congestion, abdominal pain, itch, fatigue, constipation, reflux, a rash, fever, diarrhoea.
EVERYDAY = (
    *("HP:0012735", "HP:0001742", "HP:0002027", "HP:0000989", "HP:0012378"),
    *("HP:0002019", "HP:0002020", "HP:0000988", "HP:0001945", "HP:0002014"),
)


@dataclass(frozen=True)
class Draws:
    """Terms to draw from."""

    every: list[int]
    outside: list[int]
    inside: list[int]


def terms(knowledge: Knowledge) -> Draws:
    """Sort all findings by whether they are of nerve and muscle; the headings of branches are no findings."""
    o, profiles = knowledge.ontology, profiles_of(knowledge)
    ours = set(NERVE_AND_MUSCLE)
    every = [t for t in np.flatnonzero(profiles.inside).tolist() if len(o.ancestor_indices(t)) > 4]
    inside = [t for t in every if ours & o.ancestors(o.ids[t])]
    return Draws(every, sorted(set(every) - set(inside)), inside)


def finding(term: int, state: State, knowledge: Knowledge) -> Finding:
    """Give a finding."""
    return Finding(Term(knowledge.ontology.ids[term], knowledge.ontology.label(term)), state)


def person(random: np.random.Generator, findings: list[Finding]) -> Case:
    """Give somebody with these findings."""
    return Case(
        age_years=float(random.integers(1, 90)),
        sex=str(random.choice(["female", "male"])),
        setting=str(random.choice(sorted(SETTINGS))),
        findings=tuple(findings),
    )


def healthy(random: np.random.Generator, drawn: Draws, knowledge: Knowledge) -> Case:
    """Give somebody without signs of nerve and muscle, half of them with one everyday complaint."""
    absent = [finding(t, State.EXCLUDED, knowledge) for t in random.choice(drawn.inside, random.integers(0, 8))]
    complaint = [knowledge.ontology.index(str(random.choice(EVERYDAY)))] if random.random() < 0.5 else []
    return person(random, absent + [finding(t, State.PRESENT, knowledge) for t in complaint])


def unrelated(random: np.random.Generator, drawn: Draws, knowledge: Knowledge) -> Case:
    """Give somebody with findings of other organs."""
    chosen = random.choice(drawn.outside, random.integers(1, 6), replace=False)
    return person(random, [finding(t, State.PRESENT, knowledge) for t in chosen])


def whole(random: np.random.Generator, drawn: Draws, knowledge: Knowledge) -> Case:
    """Give somebody with any findings."""
    chosen = random.choice(drawn.every, random.integers(1, 6), replace=False)
    return person(random, [finding(t, State.PRESENT, knowledge) for t in chosen])


MAKERS: dict[str, Callable[[np.random.Generator, Draws, Knowledge], Case]] = {
    "healthy-looking": healthy,
    "unrelated": unrelated,
    "of the whole ontology": whole,
}


def elsewhere(case: Case, leader: ConditionResult, none: ConditionResult) -> str:
    """Say what leads where, by how much, and what was told."""
    told = "; ".join(f.term.label for f in case.findings if f.state is State.PRESENT)
    odds = leader.probability / none.probability
    return f"    {leader.name} ({odds:.1f} times as likely, {case.setting}): {told}"


def main() -> None:
    """Print how often, of each sort."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--knowledge", type=Path, default=SHARED / "data" / "hpo-2026-06")
    parser.add_argument("--each", action="store_true", help="name what leads elsewhere")
    asked = parser.parse_args()
    knowledge = load(asked.knowledge)
    drawn = terms(knowledge)
    for name, make in MAKERS.items():
        random = np.random.default_rng(asked.seed)
        cases = [make(random, drawn, knowledge) for _ in range(asked.count)]
        lines = [conditions(ranking, knowledge) for ranking in rank_many(cases, knowledge)]
        others = [(c, shown) for c, shown in zip(cases, lines, strict=True) if shown[0].id != NONE]
        settings = Counter(c.setting for c, _ in others)
        print(f"{name}: none of these leads in {len(cases) - len(others)} of {len(cases)} {dict(settings) or ''}")
        for case, shown in others if asked.each else ():
            print(elsewhere(case, shown[0], next(line for line in shown if line.id == NONE)))


if __name__ == "__main__":
    main()
