"""The case file: one person in YAML or JSON, as the documentation's *Case file* page describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast, get_args

from involuntary.errors import CaseError, KnowledgeError, nearest
from involuntary.intake.base import CaseReader
from involuntary.intake.durations import days, iso_years
from involuntary.intake.fields import Fields, items, shown
from involuntary.intake.json_text import is_exchange, once, parse_json
from involuntary.intake.told import with_text
from involuntary.knowledge import Knowledge
from involuntary.model import Case, Exposure, Finding, LabResult, Onset, State
from involuntary.model.case import ExposureKind, LabFlag, OnsetKind, Setting, Sex
from involuntary.units import LAB_UNITS

__all__ = ["READER"]

_CARRIED = ("id", "source", "answer")  # kept by the author's own tools; never read
_KEYS = (
    *("age", "sex", "setting", "onset", "text", "findings", "exposures", "labs", "signals", "recordings"),
    *_CARRIED,
)
_OLDEST_YEARS = 130.0
_SIDES = ("left", "right", "both", "midline")


class CaseFile(CaseReader):
    """Reads the case file."""

    id = "case"
    name = "Case file (YAML or JSON)"

    def sniff(self, path: Path, text: str) -> bool:
        """Tell whether the name or the text is that of a case file."""
        return path.suffix.lower() in {".yaml", ".yml"} or (text.lstrip()[:1] == "{" and not is_exchange(text))

    def read(self, path: Path, text: str, knowledge: Knowledge) -> Case:
        """Read a case; codes, labels, units and states are checked."""
        parsed = _parse(path, text)
        top = Fields.of(parsed, path.name, _KEYS)
        coded = _agree(tuple(_finding(item, place, knowledge) for item, place in items(top, "findings")), top)
        signals = tuple(_line(item, place) for item, place in items(top, "signals"))
        case = Case(
            age_years=_age(top),
            sex=cast("Sex", top.choice("sex", get_args(Sex), "unknown")),
            setting=cast("Setting", top.choice("setting", get_args(Setting), "other")),
            onset=_onset(top),
            text=top.text("text"),
            findings=coded,
            exposures=tuple(_exposure(item, place) for item, place in items(top, "exposures")),
            labs=tuple(_lab(item, place) for item, place in items(top, "labs")),
            signals=signals,
            recordings=tuple(str(path.parent / _line(item, place)) for item, place in items(top, "recordings")),
            id=top.text("id"),
        )
        return with_text(case, knowledge)


def _parse(path: Path, text: str) -> object:
    if path.suffix.lower() == ".json":
        return parse_json(path, text)
    import yaml

    class Loader(yaml.SafeLoader):
        """A safe loader that refuses a key given twice."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            pairs = [(self.construct_object(key, deep=True), None) for key, _ in node.value]
            once(path, pairs)
            return super().construct_mapping(node, deep=deep)

    # Dates stay text: a birthday or a date of visit is nothing that a case needs.
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        return yaml.load(text, Loader)  # noqa: S506  a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise CaseError(path.name, "is not valid YAML", f"line {line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise CaseError(path.name, "is not valid YAML", str(error).splitlines()[0]) from None
    except RecursionError:
        raise CaseError(path.name, "is nested too deeply") from None


def _age(top: Fields) -> float | None:
    value = top.values.get("age")
    if isinstance(value, str):
        years = iso_years(value)
        if years is None:
            top.refuse("age", "must be years or an ISO 8601 duration such as P58Y", shown(value))
    else:
        years = top.number("age")
    if years is not None and not 0 <= years <= _OLDEST_YEARS:
        top.refuse("age", f"must lie between 0 and {_OLDEST_YEARS:g} years", shown(years))
    return years


def _onset(top: Fields) -> Onset:
    value = top.values.get("onset")
    if value is None:
        return Onset()
    kinds = tuple(kind for kind in get_args(OnsetKind) if kind)
    if isinstance(value, str):
        return Onset(cast("OnsetKind", top.choice("onset", kinds, "")))
    fields = Fields.of(value, f"{top.place}.onset", ("kind", "duration"))
    duration = fields.text("duration")
    return Onset(cast("OnsetKind", fields.choice("kind", kinds, "")), duration, days(duration))


def _finding(item: object, place: str, knowledge: Knowledge) -> Finding:
    fields = Fields.of(item, place, ("hpo", "label", "state", "side", "note", "onset"))
    code, label = fields.text("hpo"), fields.text("label")
    if not code:
        fields.refuse("hpo", "is required", advice=_nearest(label, knowledge))
    try:
        term = knowledge.ontology.term(code)
    except KnowledgeError as error:
        fields.refuse("hpo", str(error))
    if label and not knowledge.ontology.label_matches(code, label):
        rule = f"does not match {code}, which is {term.label!r}"
        fields.refuse("label", rule, shown(label), _nearest(label, knowledge))
    return Finding(
        term,
        State(fields.choice("state", [state.value for state in State], State.PRESENT.value)),
        side=fields.choice("side", _SIDES, ""),
        note=fields.text("note"),
        onset=fields.text("onset"),
    )


def _agree(coded: tuple[Finding, ...], top: Fields) -> tuple[Finding, ...]:
    """Refuse a finding that is given both as present and as excluded on the same side."""
    states: dict[tuple[str, str], State] = {}
    for finding in coded:
        state = states.setdefault((finding.term.id, finding.side), finding.state)
        if {state, finding.state} == {State.PRESENT, State.EXCLUDED}:
            rule = f"{finding.term.id} {finding.term.label!r} is given as present and as excluded"
            top.refuse("findings", rule, advice="keep what holds, or state the side of each")
    return coded


def _nearest(label: str, knowledge: Knowledge) -> str:
    if not label:
        return ""
    near = knowledge.ontology.nearest(label)
    return f"{near.label!r} is {near.id}"


def _exposure(item: object, place: str) -> Exposure:
    fields = Fields.of(item, place, ("substance", "kind", "note"), required=("substance",))
    kind = cast("ExposureKind", fields.choice("kind", get_args(ExposureKind), "other"))
    return Exposure(fields.text("substance"), kind, fields.text("note"))


def _lab(item: object, place: str) -> LabResult:
    fields = Fields.of(item, place, ("name", "value", "unit", "flag", "note", "loinc"), required=("name",))
    unit = fields.text("unit")
    flag = cast("LabFlag", fields.choice("flag", [f for f in get_args(LabFlag) if f], ""))
    # With a flag the laboratory itself has read the value, and its unit may stay as printed.
    if unit and unit not in LAB_UNITS and not flag:
        fields.refuse(
            "unit", f"is no known laboratory unit{nearest(unit, LAB_UNITS)}", shown(unit), "or give a flag beside it"
        )
    note, told = fields.text("note"), fields.values.get("value")
    # So may a value in words (*raised*, *1:320*, *<3.0*): the flag says what it means.
    value = None if flag and isinstance(told, str) else fields.number("value")
    if value is not None and value < 0 and "base" not in fields.text("name").lower():
        fields.refuse("value", "must not be negative, but for a base excess", shown(value))
    if value is not None and not unit and not flag:
        fields.refuse("unit", "is required beside a value", advice="or give a flag beside it")
    if value is None and not flag:
        fields.refuse("value", "or a flag is required", advice="flags: low, high, normal, positive, negative")
    note = "; ".join(filter(None, (told.strip() if isinstance(told, str) else "", note)))
    return LabResult(fields.text("name"), value, unit, flag, note, fields.text("loinc"))


def _line(item: object, place: str) -> str:
    if not isinstance(item, str) or not item.strip():
        raise CaseError(place, "must be text", shown(item))
    return item.strip()


READER = CaseFile()
