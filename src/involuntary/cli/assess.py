"""``involuntary assess``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from involuntary.cli.options import read_options, read_together, reading, split_settings, write_out, writing

if TYPE_CHECKING:
    from involuntary.cli.asked import Asked

__all__ = ["COMMAND"]


@click.command()
@click.argument("case", type=click.Path())
@click.argument("recordings", nargs=-1, type=click.Path())
@click.option(
    "--as",
    "names",
    metavar="CONDITION",
    multiple=True,
    help="What was recorded, once for each RECORDING: then they are looked at together.",
)
@reading
@writing("assessment")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1), help="How many conditions to show.")
@click.option(
    "--knowledge", "folder", metavar="DIR", help="An ontology release: a folder with hp.obo and phenotype.hpoa."
)
@click.option(
    "--jobs", default=0, metavar="N", type=click.IntRange(0), help="Of many cases, so many at once; 0: one a processor."
)
def COMMAND(  # noqa: N802  the name that the group looks up
    case: str,
    recordings: tuple[str, ...],
    names: tuple[str, ...],
    channels: tuple[str, ...],
    settings: tuple[str, ...],
    out: str | None,
    reports: tuple[str, ...],
    top: int,
    folder: str | None,
    as_json: bool,
    jobs: int,
) -> None:
    """Weigh CASE, with what its RECORDINGs show: phenomena, conditions, red flags, next steps, management.

    CASE may hold many: a folder of case files, or a file of JSON with one a line (.jsonl, .ndjson, or either with
    .gz). Then the output is one line of JSON a case, in order; a run that is interrupted goes on where it stopped.
    """
    from involuntary.cli.asked import Asked
    from involuntary.cli.batch import assess_many, is_many

    asked = Asked(folder, top, channels, settings)
    out = "-" if as_json else out
    if is_many(case):
        if recordings or names or reports:
            raise click.UsageError(
                "many cases name their own recordings, and give lines of JSON: no RECORDING, no report"
            )
        assess_many(case, asked, out, jobs)
        return
    _assess_one(case, asked, recordings, names, out, reports)


def _assess_one(
    case: str,
    asked: Asked,
    recordings: tuple[str, ...],
    names: tuple[str, ...],
    out: str | None,
    reports: tuple[str, ...],
) -> None:
    from involuntary.cli.asked import assessed
    from involuntary.cli.progress import watched
    from involuntary.cli.summary import assessment_lines
    from involuntary.formats import read
    from involuntary.intake import read_case
    from involuntary.knowledge import load
    from involuntary.reports import Subject

    knowledge = load(asked.folder)
    person = read_case(case, knowledge)
    options = read_options(asked.channels, split_settings(asked.settings)[0])
    paths = (*person.recordings, *recordings)
    signals = (read_together(paths, names, options),) if names else tuple(read(path, options) for path in paths)
    assessment, person = assessed(person, signals, asked, knowledge, watched)
    write_out(Subject(assessment, signals, person), out, reports)
    if out != "-":
        click.echo("\n".join(assessment_lines(assessment)))
