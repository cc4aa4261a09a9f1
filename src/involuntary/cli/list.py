"""``involuntary list``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import click

__all__ = ["COMMAND"]

Row = dict[str, Any]


def _parameters(plugin: Any) -> Row:
    return {f.name: getattr(plugin.parameters, f.name) for f in fields(plugin.parameters)}


def _phenomena() -> list[Row]:
    from involuntary.phenomena import PHENOMENA

    return [
        {"id": p.id, "name": p.name, "hpo": p.term.id, "signals": sorted(p.kinds), "parameters": _parameters(p)}
        for p in PHENOMENA
    ]


def _conditions() -> list[Row]:
    from involuntary.knowledge import load

    return [{"id": c.id, "name": c.name, "group": c.group} for c in load().conditions.values()]


def _formats() -> list[Row]:
    from involuntary.formats import FORMATS

    return [{"id": f.id, "name": f.name, "suffixes": list(f.suffixes), "writes": f.writes} for f in FORMATS]


def _simulators() -> list[Row]:
    from involuntary.simulators import GENERATORS

    return [{"id": g.id, "name": g.name, "parameters": _parameters(g)} for g in GENERATORS]


def _reports() -> list[Row]:
    from involuntary.reports import REPORTS

    return [{"id": r.id, "name": r.name, "suffix": r.suffix, "media_type": r.media_type} for r in REPORTS]


_LISTS: dict[str, Callable[[], list[Row]]] = {
    "phenomena": _phenomena,
    "conditions": _conditions,
    "formats": _formats,
    "simulators": _simulators,
    "reports": _reports,
}


@click.command()
@click.argument("what", type=click.Choice(list(_LISTS)))
@click.option("--json", "as_json", is_flag=True, help="For machines, with every parameter.")
def COMMAND(what: str, as_json: bool) -> None:  # noqa: N802
    """List what there is, one a line."""
    rows = _LISTS[what]()
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    width = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row['id']:<{width}}  {row['name']}")
