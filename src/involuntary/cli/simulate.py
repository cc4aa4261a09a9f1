"""``involuntary simulate``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from involuntary.cli.options import pairs

__all__ = ["COMMAND"]


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "-o", "--output", "out", metavar="OUT.bdf", required=True, help="The recording; the truth goes beside it."
)
@click.option("--duration", default=60.0, show_default=True, help="Seconds.")
@click.option("--seed", default=0, show_default=True, help="Seed of the random generator.")
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help="Set a parameter of the simulator.")
def COMMAND(name: str, out: str, duration: float, seed: int, settings: tuple[str, ...]) -> None:  # noqa: N802
    """Make a recording of ID with its truth in OUT_events.tsv and its parameters in OUT.json."""
    from involuntary.formats import write, write_events
    from involuntary.parameters import as_text, with_settings
    from involuntary.simulators import GENERATORS

    generator = GENERATORS.get(name)
    changed = pairs(settings, "--set")
    recording, truth = generator.simulate(duration, seed, changed)
    path = Path(out)
    write(recording, path)
    write_events(path.with_name(f"{path.stem}_events.tsv"), truth)
    parameters = dict(as_text(with_settings(generator.id, generator.parameters, changed)))
    record = {"simulator": name, "duration_s": duration, "seed": seed, "parameters": parameters}
    path.with_suffix(".json").write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
