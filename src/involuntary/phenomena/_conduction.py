"""What the measures of a nerve come to beside the limits of its norms, and why those that are missing are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from involuntary.model import Finding, Measurement, State, Term
from involuntary.norms import Norm, Norms, Person
from involuntary.phenomena._evoked import named

__all__ = ["MOTOR", "NERVE_OF", "SENSORY", "Limits", "judged", "nerve_of"]

MOTOR, SENSORY = "motor-conduction", "sensory-conduction"
_TERMS = {
    (MOTOR, "velocity"): Term("HP:0003431", "Decreased motor nerve conduction velocity"),
    (MOTOR, "latency"): Term("HP:0040131", "Abnormal motor nerve conduction velocity"),
    (MOTOR, "amplitude"): Term("HP:0033383", "Decreased compound muscle action potential amplitude"),
    (MOTOR, "block"): Term("HP:0012078", "Motor conduction block"),
    (SENSORY, "velocity"): Term("HP:0003448", "Decreased sensory nerve conduction velocity"),
    (SENSORY, "amplitude"): Term("HP:0007078", "Decreased amplitude of sensory action potentials"),
}
# Whose nerve a muscle is, where a channel names the muscle alone.
NERVE_OF = {
    "apb": "median", "abductor pollicis brevis": "median", "adm": "ulnar", "abductor digiti minimi": "ulnar",
    "fdi": "ulnar", "first dorsal interosseous": "ulnar", "edb": "fibular", "extensor digitorum brevis": "fibular",
    "peroneal": "fibular", "abductor hallucis": "tibial", "ah": "tibial",
}  # fmt: skip
_COLD = "cold slows; warm the limb and repeat"


@dataclass(frozen=True, slots=True)
class Limits:
    """Which limits hold for one channel.

    Attributes
    ----------
    table : Norms
        All limits.
    test : str
        `MOTOR` or `SENSORY`.
    nerve : str
        As the norms name it; empty where unknown.
    person : Person
        Of whom age, height, skin temperature and sex are known.
    fastest_m_s : float
        A faster velocity is an onset or a distance mistaken.
    """

    table: Norms
    test: str
    nerve: str
    person: Person
    fastest_m_s: float

    def of(self, base: str, unit: str) -> list[Norm]:
        """Give the limits of a measure; an amplitude in counts lies neither beyond nor within one in millivolts."""
        rows = self.table.find(self.test, base, self.person, nerve=self.nerve)
        return [row for row in rows if row.unit == unit]

    def missing(self, base: str, unit: str) -> str:
        """Say why there is none."""
        if not self.nerve:
            return "neither the channel nor --set nerve-conduction.nerve=… names a nerve that has limits"
        of_test = (r for r in self.table.rows if (r.test, r.measure) == (self.test, base))
        rows = [r for r in of_test if r.nerve in {"", self.nerve}]
        if not rows:
            return f"no limit of the {base} of the {self.nerve} nerve is known"
        if any(row.suits(self.person) and row.sex in {"", self.person.sex} for row in rows):
            return f"its limits are in {rows[0].unit}, not in {unit}"
        asked = {
            "age_years": any(r.per_year or r.age_from > 0 or np.isfinite(r.age_to) for r in rows),
            "height_m": any(r.per_m or r.height_from_m > 0 or np.isfinite(r.height_to_m) for r in rows),
            "temperature_c": any(r.per_c for r in rows),
            "sex": any(r.sex for r in rows),
        }
        stated = ", ".join(f"--set nerve-conduction.{name}=…" for name, needed in asked.items() if needed)
        return f"the limits of the {self.nerve} nerve hold for certain people: {stated}"

    def cold(self) -> str:
        """Say that a limb is too cold to be called slow; factors of correction mislead in neuropathies (Wu 1993)."""
        skin = self.person.temperature_c
        limits = [row for row in self.table.find("skin", "temperature") if row.abnormal(skin)]
        return f"skin of {skin:g} °C, below {limits[0].limit:g} °C: {_COLD}" if limits else ""


def nerve_of(text: str, known: Sequence[str]) -> str:
    """Give the nerve that a channel's name tells of, by itself or by its muscle; empty where it tells none.

    Examples
    --------
    >>> nerve_of("R APB", ("median", "ulnar")), nerve_of("Ulnar ADM", ("median", "ulnar")), nerve_of("chin", ("ulnar",))
    ('median', 'ulnar', '')
    """
    words = " ".join(re.findall(r"[^\W\d_]+", text.lower()))
    by_muscle = (nerve for muscle, nerve in NERVE_OF.items() if f" {muscle} " in f" {words} ")
    return named(text, known) or next(by_muscle, "")


def judged(
    owner: str, found: Sequence[Measurement], limits: Limits, doubts: Mapping[str, str], absent: Mapping[str, str]
) -> list[Finding]:
    """Hold every measure against each of its limits, and say why one is not held.

    Parameters
    ----------
    owner : str
        Id of the phenomenon.
    found : sequence of Measurement
        Of one channel.
    limits : Limits
        Those that hold for it.
    doubts, absent : mapping of str to str
        By measure (such as ``"velocity"``), why what was measured of it is not to be trusted, and why it was not
        measured where it should have been.

    Returns
    -------
    list of Finding
    """
    findings = []
    for base, term in ((base, term) for (test, base), term in _TERMS.items() if test == limits.test):
        measured = [one for one in found if _measure(one) == base and np.isfinite(one.value)]
        for one in measured:
            state, said, rows = _held(base, one, limits)
            if base in doubts:
                state, said = State.NOT_ASSESSED, f"not assessed: {doubts[base]}"
            what = one.id.split(".", 1)[1].split("@")[0]
            rule = f"{owner}: {one.channel}: {what} {one.value:.3g} {one.unit}: {said}"
            findings.append(
                Finding(term, state, owner, (one.id,), rule, rows[0].reference)
                if rows
                else Finding(term, state, owner, (one.id,), rule)
            )
        why = ("" if measured else doubts.get(base, "")) or absent.get(base, "")
        if why:
            why = f"{owner}: {base} not assessed: {why}"
            findings.append(Finding(term, State.NOT_ASSESSED, owner, (), why))
    return _without_contradiction(findings)


def _measure(one: Measurement) -> str:
    """Give the measure that has limits: the latency and amplitude of the nearest site, any velocity and block."""
    name = one.id.split(".", 1)[1].split("@")[0]
    if name.startswith("block_area"):
        return ""
    return name.split("_")[0] if name.startswith(("velocity_", "block_")) else name


def _held(base: str, one: Measurement, limits: Limits) -> tuple[State, str, list[Norm]]:
    rows, person = limits.of(base, one.unit), limits.person
    if not rows:
        return State.NOT_ASSESSED, f"not assessed: {limits.missing(base, one.unit)}", rows
    if base == "velocity" and one.value > limits.fastest_m_s:
        return (
            State.NOT_ASSESSED, f"no human nerve is faster than {limits.fastest_m_s:g} m/s: look at the onset", rows
        )  # fmt: skip
    beyond = [row for row in rows if row.abnormal(one.value, person)]
    said = "; ".join(f"{'beyond' if row in beyond else 'within'} {row.told(person)}" for row in rows)
    # Where the limits of two laboratories disagree neither is called.
    state = State.PRESENT if len(beyond) == len(rows) else State.NOT_ASSESSED if beyond else State.EXCLUDED
    if beyond and base in {"latency", "velocity"}:
        if cold := limits.cold():
            return State.NOT_ASSESSED, f"{said}; {cold}", rows
        if np.isnan(person.temperature_c):
            said = f"{said}; skin temperature not stated: cold slows"
    return state, said, rows


def _without_contradiction(findings: list[Finding]) -> list[Finding]:
    """Let a latency within its limits exclude no abnormal velocity where the velocity itself is not excluded.

    The ontology has no term of latency; that of abnormal motor velocity lies above that of a decreased one.
    """
    speed, latency = _TERMS[MOTOR, "velocity"], _TERMS[MOTOR, "latency"]
    normal = {f.state for f in findings if f.term == speed} == {State.EXCLUDED}
    open_ = "not assessed: the velocity is not within its limits, or was not measured"
    return [
        replace(f, state=State.NOT_ASSESSED, rule=f"{f.rule}; {open_}")
        if f.term == latency and f.state is State.EXCLUDED and not normal
        else f
        for f in findings
    ]
