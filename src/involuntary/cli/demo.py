"""``involuntary demo``."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

__all__ = ["COMMAND"]

_SECONDS = 180.0
_SEED = 7


@click.command()
@click.option("-o", "--output", "out", metavar="DIR", default="demo-report", show_default=True, help="Where to write.")
def COMMAND(out: str) -> None:  # noqa: N802  the name that the group looks up
    """Do the whole job on an example: a simulated recording and an invented case become a report.

    Writes left_calf.bdf with its truth, case.yaml, assessment.json and report.html; opens nothing, needs no network.
    """
    from involuntary.cli.summary import assessment_lines
    from involuntary.formats import read, write, write_events
    from involuntary.intake import read_case
    from involuntary.knowledge import load
    from involuntary.phenomena import observe
    from involuntary.reason import assess
    from involuntary.reports import Subject, write_report
    from involuntary.simulators import simulate

    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    simulated, truth = simulate("fasciculation", duration=_SECONDS, seed=_SEED)
    write(simulated, folder / "left_calf.bdf")
    write_events(folder / "left_calf_events.tsv", truth)
    example = resources.files("involuntary.examples").joinpath("weakness.yaml").read_text(encoding="utf-8")
    (folder / "case.yaml").write_text(f"{example}recordings: [left_calf.bdf]\n", encoding="utf-8")

    knowledge = load()
    case = read_case(folder / "case.yaml", knowledge)
    recordings = tuple(read(path) for path in case.recordings)
    for recording in recordings:
        case = case.add(observe(recording))
    assessment = assess(case, knowledge)
    subject = Subject(assessment, recordings, case)
    write_report(subject, folder / "report.html")
    write_report(subject, folder / "assessment.json")
    click.echo("\n".join(assessment_lines(assessment)))
    click.echo(f"Written: {folder / 'report.html'}, {folder / 'assessment.json'}")
