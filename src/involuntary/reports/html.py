"""HTML: one page that carries all it needs, for the screen, the telephone and paper.

Warnings come first, then the answer in one screen, then what it rests on, sources last.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from involuntary.errors import MissingExtraError
from involuntary.model import Assessment, Finding, Management, Measurement, NextStep, Observation, State
from involuntary.reports import ladder, words
from involuntary.reports.base import Report, Subject
from involuntary.reports.described import DESCRIBED, described, of_unit, units
from involuntary.reports.pictures import Pictures, pictures

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["REPORT"]

_LINKS = (
    (re.compile(r"\bdoi:(10\.[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)"), "https://doi.org/"),
    (re.compile(r"\b(?i:pmid)[: ](\d+)"), "https://pubmed.ncbi.nlm.nih.gov/"),
)
_OPEN = 0.1  # a leader below this is no leader
_COUNTS = 0.01  # below this a candidate is not worth a line in the answer
_SAID = (State.PRESENT, State.EXCLUDED)
_DETAILED = 10  # causes whose reasons are printed
_WORTHWHILE_BITS = 0.01  # a question that tells less is not asked
_FIRST_KINDS = ("refer", "treat-cause", "self-care")
_NO_WARNING = "No warning sign was found in what was told and recorded."
_NOT_LOOKED = "Warning signs were not looked for: that takes the history. Run the assessment with a case file."


class HtmlReport(Report):
    """The result for people."""

    id = "html"
    name = "Web page"
    media_type = "text/html"
    suffix = ".html"

    def compose(self, subject: Subject) -> bytes:
        """Fill the page."""
        assessment = subject.result if isinstance(subject.result, Assessment) else None
        known = dict(assessment.references) if assessment else {}
        cited = {source: _texts(source, known) for source in _sources(subject) if source}
        sources = tuple(dict.fromkeys(text for texts in cited.values() for text in texts))
        weighed: tuple[ladder.Result, ...] = (*assessment.phenomena, *assessment.conditions) if assessment else ()
        page = (
            _environment()
            .get_template("report.html.j2")
            .render(
                assessment=assessment,
                result=subject.result,
                case=subject.case,
                headline=_headline(subject),
                lede=_lede(subject),
                calm=_NO_WARNING if assessment else _NOT_LOOKED,
                seen=tuple(_seen(subject)),
                names={one.id: one.name for one in weighed},
                open=tuple(dict.fromkeys(_open(subject))),
                findings=_findings(subject.observations),
                tests=DESCRIBED,
                described=[test for o in subject.observations for test in described(o)],
                assessed={f.phenomenon for o in subject.observations for f in o.findings if f.state in _SAID},
                told=tuple(f for f in subject.case.findings if not f.phenomenon) if subject.case else (),
                usable=_usable_fraction(subject.observations),
                scale=ladder.common_scale(weighed),
                rungs=ladder.rungs,
                is_open=_OPEN,
                steps=_worthwhile(assessment),
                foremost=_foremost(_worthwhile(assessment)),
                measures=_first_measures(assessment),
                detailed=_DETAILED,
                State=State,
                sources=sources,
                citations={source: [1 + sources.index(text) for text in texts] for source, texts in cited.items()},
                style=files("involuntary.reports").joinpath("templates", "report.css").read_text(encoding="utf-8"),
            )
        )
        return page.encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError:
        raise MissingExtraError("jinja2", "report", "a web page") from None

    def safe(value: Any) -> Any:
        return words.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=PackageLoader("involuntary.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    written: tuple[Callable[..., str], ...] = (
        words.bits, words.clean, words.duration, words.lead, words.number, words.percent, words.quantity,
        words.readable, words.share, words.stretch,
    )  # fmt: skip
    filters: dict[str, Callable[..., Any]] = {function.__name__: function for function in written}
    filters |= {
        "raw": Markup,
        "linked": lambda text: Markup(_linked(str(text))),  # noqa: S704
        "measure": _measure_name,
        "labelled": _labelled,
    }
    environment.filters |= filters
    environment.filters["units"] = units
    environment.tests["weighty"] = _is_weighty
    environment.tests["of_unit"] = of_unit
    return environment


def _linked(source: str) -> str:
    text = escape(words.clean(source))
    for pattern, address in _LINKS:
        text = pattern.sub(rf'<a href="{address}\1" rel="noreferrer">\g<0></a>', text)
    return text


def _measure_name(measurement: Measurement) -> str:
    """Give the measure alone: its id without the phenomenon before and the channel after, but with the site."""
    name, _, at = measurement.id.removeprefix(f"{measurement.phenomenon}.").partition("@")
    site = at.removeprefix(measurement.channel).strip() if measurement.channel else at
    return f"{words.readable(name)}, {site}" if site else words.readable(name)


def _labelled(measured: Sequence[Measurement]) -> list[tuple[str, Measurement]]:
    """Give measurements with their names; where they are taken matters only where it is not one place."""
    places = [m.id.partition("@")[2] for m in measured]
    names = [words.readable(m.id.partition("@")[0].removeprefix(f"{m.phenomenon}.")) for m in measured]
    if len(set(places)) > 1:
        names = [f"{name}, {place}" if place else name for name, place in zip(names, places, strict=True)]
    return list(zip(names, measured, strict=True))


def _seen(subject: Subject) -> Iterator[tuple[Observation, Pictures]]:
    for index, observation in enumerate(subject.observations):
        recording = subject.recordings[index] if index < len(subject.recordings) else None
        yield observation, pictures(observation, recording, f"o{index + 1}")


def _sources(subject: Subject) -> Iterator[str]:
    """Give every source in the order in which the page names them."""
    if isinstance(subject.result, Assessment):
        assessment = subject.result
        yield from (flag.source for flag in assessment.red_flags)
    for observation in subject.observations:
        for finding in observation.findings:
            yield from (str(s) for s in (finding.source, _weight_source(finding)) if s)
        yield from (str(measurement.source) for measurement in observation.measurements)
    if isinstance(subject.result, Assessment):
        weighed: tuple[ladder.Result, ...] = (*assessment.phenomena, *assessment.conditions)
        for result in weighed:
            yield from (rung.source for rung in ladder.rungs(result))
        yield from (item.source for item in assessment.management)


def _is_weighty(result: ladder.Result) -> bool:
    """Tell whether a candidate is worth a line in the answer: likely enough, and for a reason."""
    return result.probability >= _COUNTS and bool(result.supports)


def _worthwhile(assessment: Assessment | None) -> tuple[NextStep, ...]:
    steps = assessment.next_steps if assessment else ()
    return tuple(step for step in steps if step.expected_information_bits >= _WORTHWHILE_BITS)


def _texts(source: str, known: dict[str, str]) -> tuple[str, ...]:
    """Give the citations behind a source: keys of the knowledge base resolved, any other source as it stands."""
    keys = source.split(", ")
    return tuple(known[key] for key in keys) if all(key in known for key in keys) else (source,)


def _first_measures(assessment: Assessment | None) -> list[Management]:
    """Give what may be done before any medicine, whom to ask first."""
    items = assessment.management if assessment else ()
    return sorted((m for m in items if m.kind in _FIRST_KINDS), key=lambda m: _FIRST_KINDS.index(m.kind))


def _foremost(steps: Sequence[NextStep]) -> tuple[NextStep, ...]:
    """Give the few steps of the first screen: what to find out, and the first test."""
    found = [step for step in steps if step.kind != "test"]
    return (*found[:2], *[step for step in steps if step.kind == "test"][:1])


def _open(subject: Subject) -> Iterator[str]:
    """Give what could not be assessed or weighed, with the reason."""
    if isinstance(subject.result, Assessment):
        yield from subject.result.notes
    for observation in subject.observations:
        found = {finding.rule for finding in observation.findings if finding.state is not State.NOT_ASSESSED}
        yield from (note for note in observation.notes if note not in found)
        for finding in observation.findings:
            told = any(finding.rule in note for note in observation.notes)
            if finding.state is State.NOT_ASSESSED and not (finding.rule and told):
                yield f"{finding.term.label}: {finding.rule or 'no reason is given'}"


def _findings(observations: Iterable[Observation]) -> list[tuple[Finding, tuple[Measurement, ...]]]:
    """Give the findings with what is behind them: what is present first, then what is excluded."""
    found = [(finding, _behind(finding, o)) for o in observations for finding in o.findings]
    return sorted(found, key=lambda pair: (pair[0].state not in _SAID, pair[0].state is not State.PRESENT))


def _behind(finding: Finding, observation: Observation) -> tuple[Measurement, ...]:
    """Give the measurements behind a finding that have a value."""
    return tuple(m for m in observation.measurements if m.id in finding.because and math.isfinite(m.value))


def _weight_source(finding: Finding) -> object:
    return finding.likelihood_ratio.source if finding.likelihood_ratio else None


def _usable_fraction(observations: Iterable[Observation]) -> float | None:
    fractions = [channel.usable_fraction for o in observations for channel in o.recording.channels]
    return sum(fractions) / len(fractions) if fractions else None


def _joined(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def _sentence(names: Iterable[str]) -> str:
    """Give names of phenomena joined: the first keeps its capital, abbreviations theirs."""
    first, *others = list(dict.fromkeys(names)) or [""]
    return _joined([first, *(name[:1].lower() + name[1:] if name[1:2].islower() else name for name in others)])


def _headline(subject: Subject) -> str:
    assessment = subject.result if isinstance(subject.result, Assessment) else None
    if assessment and assessment.phenomena:
        likely = [p.name for p in assessment.phenomena if p.probability >= 0.5]
        return _sentence(likely[:3]) or "No kind of contraction is more likely than not"
    findings = [finding for o in subject.observations for finding in o.findings]
    present = [f.term.label for f in findings if f.state is State.PRESENT]
    if present:
        return _sentence(present)
    tests = [test.name for o in subject.observations for test in described(o)]
    if tests and not assessment:
        return f"{_sentence(tests)}: measured"
    if assessment and not findings:
        return "No kind of contraction can be named from what was told"
    excluded = any(f.state is State.EXCLUDED for f in findings)
    return "No involuntary contraction was found" if excluded else "No involuntary contraction could be assessed"


def _lede(subject: Subject) -> str:
    if not isinstance(subject.result, Assessment):
        return "This is what the recording shows. A recording names no cause; the history does."
    ranked = subject.result.conditions
    if not ranked:
        return "No cause could be ranked: nothing that was told or recorded speaks for one."
    named = [f"{c.name} ({words.percent(c.probability)})" for c in ranked[:3] if c is ranked[0] or _is_weighty(c)]
    if ranked[0].probability < _OPEN:
        return f"The field is open: no cause reaches {words.percent(_OPEN)}. Foremost: {_joined(named)}."
    if ranked[0].probability < 0.5:
        return f"No single cause stands out. Foremost: {_joined(named)}."
    rest = f", before {_joined(named[1:])}" if named[1:] else ""
    return f"The leading explanation is {named[0]}{rest}."


REPORT = HtmlReport()
