"""``involuntary convert``."""

from __future__ import annotations

import click

from involuntary.cli.options import read_options, reading, split_settings

__all__ = ["COMMAND"]


@click.command()
@click.argument("recording", type=click.Path())
@click.argument("out", type=click.Path())
@reading
def COMMAND(recording: str, out: str, channels: tuple[str, ...], settings: tuple[str, ...]) -> None:  # noqa: N802
    """Convert RECORDING to OUT, whose suffix names the format.

    Names, dates and codes of the header are left behind; annotations are kept as they were written.
    """
    from involuntary.formats import read, write

    how_to_read, rest = split_settings(settings)
    if rest:
        raise click.UsageError(f"--set {next(iter(rest))} says nothing about how to read a recording")
    write(read(recording, read_options(channels, how_to_read)), out)
