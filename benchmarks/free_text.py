"""Score what is read out of free text: published patients against their coded findings, and invented sentences.

    PYTHONPATH=src python benchmarks/free_text.py [--cases DIR] [--knowledge DIR] [--sentences FILE ...]
        [--texts FILE ...] [--each]

Of a patient only the text is read. A finding counts as right exactly, or within one step of the ontology; many coded
findings stand nowhere in the text, so that recall has a ceiling below one. Patients are divided by the first bit of
their file name's SHA-256 into those one may look at while repairing (``seen``) and the others (``kept``).

Sentences hold their whole truth: findings present (+), absent (-), a relative's (family:) and not known (unsure:).
Whether a finding is denied or a relative's is judged in every sentence that holds such a one: the sentence is read
rightly where no finding that is recognised is taken for the wrong kind, and wholly where each is recognised too.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from involuntary.intake.free_text import mentions_in
from involuntary.intake.told import with_text
from involuntary.knowledge import Knowledge, load
from involuntary.model import Case, State

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SENTENCES = tuple(
    ROOT / "tests/intake" / name
    for name in ("sentences.tsv", "sentences_blind.tsv", "sentences_ordinary.tsv", "sentences_hard.tsv")
)
TEXTS = (ROOT / "tests/intake/case_texts.tsv",)
ABOUT = {"+": "present", "-": "absent", "family:": "family", "unsure:": "unsure"}


@dataclass
class Tally:
    """Findings told and read: how many were right, exactly, within one step and with all that they imply."""

    told: int = 0
    read: int = 0
    right: int = 0
    told_near: int = 0
    read_near: int = 0
    implied: NDArray[np.int64] = field(default_factory=lambda: np.zeros(3, dtype=np.int64))
    seconds: list[float] = field(default_factory=list)

    def add(self, told: set[int], read: set[int], knowledge: Knowledge) -> tuple[set[int], set[int]]:
        """Count one text; give what was missed and what was invented, each beyond one step."""
        missed = {term for term in told if not any(near(term, other, knowledge) for other in read)}
        invented = {term for term in read if not any(near(term, other, knowledge) for other in told)}
        self.told, self.read, self.right = self.told + len(told), self.read + len(read), self.right + len(told & read)
        self.told_near, self.read_near = self.told_near + len(told - missed), self.read_near + len(read - invented)
        one, other = (implied_by(terms, knowledge) for terms in (told, read))
        self.implied += (len(one & other), len(one), len(other))
        return missed, invented

    def line(self, name: str) -> str:
        """Give precision, recall and F1 as one line."""
        exact = measures(self.right, self.right, self.told, self.read)
        near_by = measures(self.read_near, self.told_near, self.told, self.read)
        both, told, read = self.implied.tolist()
        return f"{name:28s} exact {exact}   one step {near_by}   implied {measures(both, both, told, read)}"


def measures(read_right: int, told_right: int, told: int, read: int) -> str:
    """Give precision, recall and F1."""
    precision, recall = read_right / max(read, 1), told_right / max(told, 1)
    return f"P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f}"


def implied_by(terms: set[int], knowledge: Knowledge) -> set[int]:
    """Give some terms and all above them."""
    return {above for term in terms for above in knowledge.ontology.ancestor_indices(term).tolist()}


def near(one: int, other: int, knowledge: Knowledge) -> bool:
    """Whether two terms are one, or parent and child."""
    ids, parents = knowledge.ontology.ids, knowledge.ontology.parents
    return one == other or ids[one] in parents(ids[other]) or ids[other] in parents(ids[one])


def half(name: str) -> str:
    """Give to which half a patient's file belongs."""
    return "kept" if hashlib.sha256(name.encode()).digest()[0] % 2 else "seen"


def labels(terms: set[int], knowledge: Knowledge) -> str:
    """Give the labels of terms."""
    return ", ".join(sorted(knowledge.ontology.label(term) for term in terms)) or "-"


def patients(folder: Path, knowledge: Knowledge, each: bool) -> Iterator[str]:
    """Score the texts of patients; `each` shows those of the half that one may look at."""
    tallies = {"all": Tally(), "seen": Tally(), "kept": Tally()}
    find = knowledge.ontology.find
    for path in sorted(folder.glob("*.yaml")):
        case = yaml.safe_load(path.read_text("utf-8"))
        told = {find(f["hpo"]) for f in case["findings"] if f["state"] == "present" and find(f["hpo"]) >= 0}
        began = time.process_time()
        findings = with_text(Case(text=case["text"], age_years=case.get("age")), knowledge).findings
        tallies["all"].seconds.append(time.process_time() - began)
        read = {find(f.term.id) for f in findings if f.state is State.PRESENT}
        missed, invented = tallies["all"].add(told, read, knowledge)
        tallies[half(path.name)].add(told, read, knowledge)
        if each and half(path.name) == "seen":
            yield f"\n{path.stem}: {' '.join(case['text'].split())}"
            yield f"   missed: {labels(missed, knowledge)}\n   invented: {labels(invented, knowledge)}"
            close, other = told - read - missed, read - told - invented
            yield f"   not exact: {labels(close, knowledge)} | {labels(other, knowledge)}"
    yield from (tally.line(f"patients, {name}") for name, tally in tallies.items())
    taken = sorted(tallies["all"].seconds)
    yield f"processor time a text: median {1e3 * taken[len(taken) // 2]:.1f} ms, longest {1e3 * taken[-1]:.1f} ms"


def texts(path: Path, knowledge: Knowledge, each: bool) -> Iterator[str]:
    """Score invented case texts by all that is read out of them, results of tests among it."""
    tally, find = Tally(), knowledge.ontology.find
    for text, said in truths(path, knowledge):
        findings = with_text(Case(text=text), knowledge).findings
        read = {find(f.term.id) for f in findings if f.state is State.PRESENT}
        missed, invented = tally.add({term for term, about in said if about == "present"}, read, knowledge)
        if each and (missed or invented):
            yield f"\n{text}\n   missed: {labels(missed, knowledge)}\n   invented: {labels(invented, knowledge)}"
    yield tally.line(path.name)


def truths(path: Path, knowledge: Knowledge) -> Iterator[tuple[str, set[tuple[int, str]]]]:
    """Give each sentence of a file and what it says of which term."""
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            sentence, said = line.split("\t")
            yield sentence, {truth(one.strip(), knowledge) for one in said.split(";") if one.strip()}


def truth(one: str, knowledge: Knowledge) -> tuple[int, str]:
    """Read one finding with its sign."""
    sign = next(sign for sign in ABOUT if one.startswith(sign))
    (index,) = knowledge.ontology.named(one.removeprefix(sign))
    return index, ABOUT[sign]


def sentences(path: Path, knowledge: Knowledge, each: bool) -> Iterator[str]:
    """Score invented sentences: findings present, and whether what is denied or a relative's is read so."""
    tally = Tally()
    held: dict[str, list[tuple[bool, bool]]] = {"absent": [], "family": []}
    for sentence, said in truths(path, knowledge):
        mentions = [(knowledge.ontology.find(m.code), m.about) for m in mentions_in(sentence, knowledge)]
        missed, invented = tally.add(
            {term for term, about in said if about == "present"},
            {term for term, about in mentions if about == "present"},
            knowledge,
        )
        judged = {
            kind: holds(kind, said, mentions, knowledge) for kind in held if any(about == kind for _, about in said)
        }
        for kind, both in judged.items():
            held[kind].append(both)
        if each and (missed or invented or not all(map(all, judged.values()))):
            yield f"\n{sentence}\n   missed: {labels(missed, knowledge)}\n   invented: {labels(invented, knowledge)}"
            wrong = {kind: both for kind, both in judged.items() if not all(both)}
            yield f"   wrong: {wrong} {[(knowledge.ontology.label(t), a) for t, a in mentions]}" if wrong else ""
    yield tally.line(path.name)
    for kind, both in ((kind, both) for kind, both in held.items() if both):
        rightly, wholly = (sum(part) for part in zip(*both, strict=True))
        n = len(both)
        yield f"   {kind}: {n} sentences, {100 * rightly / n:.1f} % read rightly, {100 * wholly / n:.1f} % wholly"


def holds(
    kind: str, said: set[tuple[int, str]], mentions: list[tuple[int, str]], knowledge: Knowledge
) -> tuple[bool, bool]:
    """Whether no finding is taken for `kind` or from it by mistake, and whether each of that kind is recognised."""
    rightly = True
    for term, about in mentions:
        meant = {told for other, told in said if near(term, other, knowledge)}
        rightly &= not meant or about in meant or kind not in {about, *meant}
    read = [term for term, about in mentions if about == kind]
    found = all(any(near(term, r, knowledge) for r in read) for term, about in said if about == kind)
    return rightly, rightly and found


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=SHARED / "cases" / "vignettes")
    parser.add_argument("--knowledge", type=Path, default=SHARED / "data" / "hpo-2026-06")
    parser.add_argument("--sentences", type=Path, nargs="*", default=SENTENCES)
    parser.add_argument("--texts", type=Path, nargs="*", default=TEXTS)
    parser.add_argument("--each", action="store_true", help="show what was missed and invented")
    asked = parser.parse_args()
    knowledge = load(asked.knowledge)
    knowledge.lexicon.find([])
    for path in asked.sentences:
        print("\n".join(filter(None, sentences(path, knowledge, asked.each))))
    for path in asked.texts:
        print("\n".join(texts(path, knowledge, asked.each)))
    print("\n".join(patients(asked.cases, knowledge, asked.each)))


if __name__ == "__main__":
    main()
