"""The functional-tremor battery on whole examinations; the levels are those of the accelerometers' noise."""

from __future__ import annotations

from collections.abc import Sequence

from frame import SEEDS, Case, Figure, Validation, share

import involuntary as iv
from involuntary.model import Observation

_PROTOCOL = "posture, load 500 g, tapping 1 Hz, tapping 3 Hz, tapping 5 Hz, ballistic"
# Each has every sign or none; a tremor as fast as the tapping or its double leaves that test undone.
_POINTS = {"functional": 10, "essential": 0, "parkinsonian": 0, "cerebellar": 0, "physiological": 0}
LEVELS = ("0.02 m/s²", "0.1 m/s²", "0.3 m/s²")


def make(level: str, seed: int) -> Case:
    """Three minutes of a functional tremor: two hands, and the antagonists of the one that trembles."""
    noise = float(level.split()[0])
    recording, (truth,) = _examined("functional", seed, accelerometer_noise_m_s2=noise)
    return Case(recording, truth)


def figures(seen: Sequence[tuple[Case, Observation]]) -> list[Figure]:
    """How often the score is exact, by level and by kind of tremor, and how often another is called functional."""
    rows = []
    for number, level in enumerate(LEVELS):
        these = seen[number * len(SEEDS) : (number + 1) * len(SEEDS)]
        rows.append(_share(f"ten points exactly, {level}", [_score(o) == 10 for _, o in these], "all"))
    called = []
    for kind, points in _POINTS.items():
        observed = [iv.observe(_examined(kind, seed)[0], ["functional"]) for seed in SEEDS]
        if kind != "functional":
            called += [any(f.state == "present" for f in o.findings) for o in observed]
            rows.append(_share(f"{points} points exactly, {kind}", [_score(o) == points for o in observed], "all"))
    return [*rows, _share("other tremors called functional", called, "none")]


def _examined(kind: str, seed: int, **settings: object):
    return iv.simulate("tremor-protocol", 180, seed, kind=kind, protocol=_PROTOCOL, emg="true", **settings)


def _score(observation: Observation) -> float:
    found = [m.value for m in observation.measurements if m.id.startswith("functional.score@")]
    return found[0] if found else float("nan")


def _share(what: str, held: Sequence[bool], asked: str) -> Figure:
    value, low, high = share(sum(held), len(held))
    return Figure(what, value, (low, high), len(held), asked)


VALIDATION = Validation(
    phenomenon="functional",
    kind="",
    levels=LEVELS,
    make=make,
    tolerance_s=3.0,
    asked="the battery's score exact on simulated examinations; nothing concluded from few points.",
    published=(
        "3 points or more of 10, 38 functional, 73 organic: sensitivity 89.5 %, specificity 95.9 % (10.1002/mds.26525)",
        "Single tests, 13 functional, 25 organic: sensitivity 33 to 77 %, specificity 84 to 100 % (10.1002/mds.23922)",
    ),
    figures=figures,
    motion=True,
)
