"""Score the assessment on published patients with acquired and inherited causes.

    PYTHONPATH=src python benchmarks/vignettes.py [--cases DIR] [--knowledge DIR] [--mode MODE] [--each]

The answers, under ``answer`` in the files, are read here alone, after the assessment; so are names and ids.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from involuntary.intake import read_case
from involuntary.knowledge import Knowledge, load
from involuntary.model import Assessment, ConditionResult
from involuntary.reason import assess

SHARED = Path(__file__).resolve().parents[2] / "shared"
TOLD = {
    "everything": ("age", "sex", "setting", "onset", "text", "findings", "exposures", "labs", "signals"),
    "without labs and signals": ("age", "sex", "setting", "onset", "text", "findings", "exposures"),
    "text only": ("text",),
    "structured only": ("age", "sex", "setting", "onset", "findings", "exposures", "labs"),
}


@dataclass
class Score:
    """What became of one patient."""

    name: str
    covered: bool
    rank: int | None
    leader: str
    kind_known: bool
    kind_right: bool
    urgent: bool
    flagged: bool
    urgency: str
    flags: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """Give a name as words in lower case, American spelling aside."""
    words = re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’]s\b", "", text.lower()))
    return words.replace("aemi", "emi").replace("oedema", "edema").strip()


def same(name: str, answer: str) -> bool:
    """Whether a name is an answer, or holds or is held in it as whole words, where that is telling enough."""
    name, answer = plain(name), plain(answer)
    short, long = sorted((name, answer), key=len)
    return name == answer or (len(short) >= 5 and len(short.split()) > 1 and f" {short} " in f" {long} ")


def names_of(line: ConditionResult, knowledge: Knowledge) -> list[str]:
    """Give every name on a line: its own, its synonyms and its members'."""
    names = [line.name, *(member.name for member in line.members)]
    for id_ in (line.id, *(member.id for member in line.members)):
        entry = knowledge.conditions.get(id_)
        names += [entry.name, *entry.synonyms] if entry else []
    return names


def is_right(line: ConditionResult, answer: dict, knowledge: Knowledge) -> bool:
    """Whether a line names the answer or an acceptable one, or bears its code."""
    accepted = [answer["condition"], *answer.get("acceptable", ())]
    code = answer.get("icd10")
    return any(same(n, a) for n in names_of(line, knowledge) for a in accepted) or (
        code is not None and dict(line.codes).get("icd10") == code
    )


def has_entry(answer: dict, knowledge: Knowledge) -> bool:
    """Whether any curated entry is the answer."""
    accepted = [answer["condition"], *answer.get("acceptable", ())]
    return any(
        same(n, a) or answer.get("icd10") in entry.codes.icd10
        for entry in knowledge.conditions.values()
        for n in (entry.name, *entry.synonyms)
        for a in accepted
    )


def score(name: str, answer: dict, result: Assessment, knowledge: Knowledge) -> Score:
    """Compare an assessment with the answer."""
    rank = next((line.rank for line in result.conditions if is_right(line, answer, knowledge)), None)
    kinds = {k.id: {k.id, k.name.lower(), *map(str.lower, k.synonyms)} for k in knowledge.phenomena.values()}
    right = set(answer.get("phenomenon", ()))
    known = {id_ for id_, names in kinds.items() if right & names}
    return Score(
        name=name,
        covered=has_entry(answer, knowledge),
        rank=rank,
        leader=result.conditions[0].name,
        kind_known=bool(known),
        kind_right=bool(result.phenomena) and result.phenomena[0].id in known,
        urgent=bool(answer.get("urgent")),
        flagged=bool(result.red_flags),
        urgency=result.urgency.value,
        flags=[flag.id for flag in result.red_flags],
    )


def run(mode: str, cases: Path, knowledge: Knowledge) -> list[Score]:
    """Assess every patient with what the mode lets through."""
    scores = []
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(cases.glob("*.yaml")):
            whole = yaml.safe_load(path.read_text("utf-8"))
            told = Path(folder) / "case.yaml"
            kept = {key: whole[key] for key in TOLD[mode] if key in whole}
            told.write_text(yaml.safe_dump(kept, allow_unicode=True), "utf-8")
            case = read_case(told, knowledge)
            scores.append(score(path.stem, whole["answer"], assess(case, knowledge), knowledge))
    return scores


def share(hits: list[bool]) -> str:
    """Give a count and a percentage."""
    return f"{sum(hits):3d}/{len(hits):<3d} {100 * sum(hits) / max(len(hits), 1):5.1f} %"


def report(mode: str, scores: list[Score]) -> list[str]:
    """Give the lines of one mode."""
    lines = [f"{mode}:"]
    for name, chosen in (("all", scores), ("answer has an entry", [s for s in scores if s.covered])):
        tops = "  ".join(f"top-{k} {share([s.rank is not None and s.rank <= k for s in chosen])}" for k in (1, 3, 10))
        lines.append(f"  conditions, {name:20s} {tops}")
    lines.append(f"  right kind first (kind known) {share([s.kind_right for s in scores if s.kind_known])}")
    lines.append(f"  red flag where urgent         {share([s.flagged for s in scores if s.urgent])}")
    lines.append(f"  red flag where not urgent     {share([s.flagged for s in scores if not s.urgent])}")
    return lines


def main() -> None:
    """Print all modes, or one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=SHARED / "cases" / "vignettes")
    parser.add_argument("--knowledge", type=Path, default=SHARED / "data" / "hpo-2026-06")
    parser.add_argument("--mode", choices=TOLD)
    parser.add_argument("--each", action="store_true", help="one line a patient as well")
    asked = parser.parse_args()
    knowledge = load(asked.knowledge)
    print(f"{len(knowledge.conditions)} curated conditions, {dict(knowledge.versions)}")
    for mode in [asked.mode] if asked.mode else TOLD:
        scores = run(mode, asked.cases, knowledge)
        print("\n".join(report(mode, scores)))
        for s in scores if asked.each else ():
            print(
                f"  {s.name:45s} {'entry' if s.covered else '-----'} rank {s.rank or '-':>3} "
                f"{'kind' if s.kind_right else '----' if s.kind_known else '    '} "
                f"{'urgent' if s.urgent else '      '} {','.join(s.flags) or '-'} | {s.leader}"
            )


if __name__ == "__main__":
    main()
