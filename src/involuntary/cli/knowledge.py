"""``involuntary knowledge``: for those who write and read the entries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from involuntary.knowledge import Knowledge
    from involuntary.knowledge.mondo import MondoTable

__all__ = ["COMMAND"]


@click.group()
@click.option(
    "--knowledge", "folder", metavar="DIR", help="An ontology release: a folder with hp.obo and phenotype.hpoa."
)
@click.option("--entries", metavar="DIR", help="Curated entries to read in place of the shipped ones.")
@click.pass_context
def COMMAND(context: click.Context, folder: str | None, entries: str | None) -> None:  # noqa: N802
    """Check the entries, tell what they cover, draw a sample to read again, export them."""
    context.obj = (folder, entries)


def _loaded(context: click.Context) -> tuple[Knowledge, MondoTable]:
    from involuntary.knowledge import load
    from involuntary.knowledge.entries import DATA
    from involuntary.knowledge.mondo import read_table

    return load(*context.obj), read_table(DATA / "mondo.tsv.xz")


@COMMAND.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Tell every code, label, link, unit, frequency and source that does not hold; exit 1 where there are any."""
    from involuntary.knowledge.validate import problems

    found = problems(*_loaded(context))
    for problem in found:
        click.echo(problem)
    if found:
        raise click.ClickException(f"{len(found)} problems")


@COMMAND.command()
@click.option("--list", "listed", is_flag=True, help="List every claim that was not checked at its source.")
@click.option("--strict", is_flag=True, help="Exit 1 unless everything is covered.")
@click.pass_context
def coverage(context: click.Context, listed: bool, strict: bool) -> None:
    """Tell what the entries cover, what they lack, and how much was checked at its source."""
    from involuntary.knowledge.coverage import coverage as covered
    from involuntary.knowledge.coverage import coverage_text

    found = covered(*_loaded(context))
    click.echo(coverage_text(found, listed))
    if strict and not found.is_whole:
        raise click.ClickException("not everything is covered")


@COMMAND.command()
@click.option("-n", default=60, show_default=True, type=click.IntRange(min=1), help="How many claims.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same claims.")
@click.pass_context
def sample(context: click.Context, n: int, seed: int) -> None:
    """Draw claims for a second reader, as comma-separated values with columns to fill in."""
    from involuntary.knowledge.sample import sample as draw
    from involuntary.knowledge.sample import sample_table

    click.echo(sample_table(draw(_loaded(context)[0], n, seed)), nl=False)


@COMMAND.command()
@click.argument("out", metavar="FOLDER")
@click.pass_context
def export(context: click.Context, out: str) -> None:
    """Write the entries for other tools: a Biolink graph (nodes.jsonl, edges.jsonl) and phenotype.hpoa."""
    from involuntary.knowledge.export import export as exported

    Path(out).mkdir(parents=True, exist_ok=True)
    for name, data in exported(_loaded(context)[0]).items():
        (Path(out) / name).write_bytes(data)


@COMMAND.command()
@click.argument("folder", metavar="FOLDER")
@click.option("--from", "base", metavar="URL", help="Address of another release than the newest.")
def update(folder: str, base: str | None) -> None:
    """Fetch the newest release of the ontology and its annotations into a folder, for --knowledge."""
    from involuntary.knowledge.download import LATEST, download_release

    ontology, annotations = download_release(Path(folder), base or LATEST)
    click.echo(f"HPO {ontology}, annotations {annotations}: use it with --knowledge {folder}")
