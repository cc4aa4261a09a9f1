"""``involuntary explain``."""

from __future__ import annotations

import click

__all__ = ["COMMAND"]


@click.command()
@click.argument("query", metavar="ID_OR_CODE_OR_NAME", nargs=-1, required=True)
@click.option(
    "--knowledge", "folder", metavar="DIR", help="An ontology release: a folder with hp.obo and phenotype.hpoa."
)
def COMMAND(query: tuple[str, ...], folder: str | None) -> None:  # noqa: N802
    """Print the knowledge base's entry, for a person first, for a clinician below, with sources."""
    from involuntary.knowledge import explain, load
    from involuntary.knowledge.explain import entry_text

    knowledge = load(folder)
    click.echo(entry_text(explain(" ".join(query), knowledge), knowledge))
