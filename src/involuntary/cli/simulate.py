"""``involuntary simulate``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from involuntary._version import __version__
from involuntary.cli.options import pairs

__all__ = ["COMMAND"]


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "-o",
    "--output",
    "out",
    metavar="OUT",
    required=True,
    help="A file, or a folder for a dataset; truth beside or in it.",
)
@click.option("--duration", default=60.0, show_default=True, help="Seconds.")
@click.option("--seed", default=0, show_default=True, help="Seed of the random generator.")
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help="Set a parameter of the simulator.")
def COMMAND(name: str, out: str, duration: float, seed: int, settings: tuple[str, ...]) -> None:  # noqa: N802
    """Make a recording of ID with its truth in OUT_events.tsv and its parameters in OUT.json.

    Where OUT is a folder it becomes an EMG-BIDS dataset, with truth and parameters in derivatives/truth.
    """
    from involuntary.formats import write, write_events
    from involuntary.parameters import as_text, with_settings
    from involuntary.simulators import GENERATORS

    generator = GENERATORS.get(name)
    changed = pairs(settings, "--set")
    recording, truth = generator.simulate(duration, seed, changed)
    path = Path(out)
    write(recording, path)
    events, parameters = _places(path)
    write_events(events, truth)
    known = dict(as_text(with_settings(generator.id, generator.parameters, changed)))
    _json(parameters, {"simulator": name, "duration_s": duration, "seed": seed, "parameters": known})


def _places(path: Path) -> tuple[Path, Path]:
    """Give where truth and parameters go: beside a file, or among a dataset's derivatives."""
    if not path.is_dir():
        return path.with_name(f"{path.stem}_events.tsv"), path.with_suffix(".json")
    top = path / "derivatives" / "truth"
    folder = top / "sub-01" / "emg"
    folder.mkdir(parents=True)
    made_by = [{"Name": "involuntary simulate", "Version": __version__}]
    _json(
        top / "dataset_description.json",
        {"Name": "Simulated truth", "BIDSVersion": "1.11.0", "DatasetType": "derivative", "GeneratedBy": made_by},
    )
    stem = "sub-01_task-recording_desc-truth"
    return folder / f"{stem}_events.tsv", folder / f"{stem}_events.json"


def _json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
