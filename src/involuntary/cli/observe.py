"""``involuntary observe``."""

from __future__ import annotations

from contextlib import nullcontext

import click

from involuntary.cli.options import read_options, read_together, reading, split_settings, write_out, writing

__all__ = ["COMMAND"]


@click.command()
@click.argument("recordings", nargs=-1, required=True, type=click.Path())
@click.option("--phenomenon", "phenomena", metavar="ID", multiple=True, help="Look for this alone; may be repeated.")
@click.option(
    "--as",
    "names",
    metavar="CONDITION",
    multiple=True,
    help="What was recorded, such as 'rest' or 'tapping 3 Hz', once for each RECORDING; else its file's name says it.",
)
@reading
@writing("observation")
@click.option("--without-heart", is_flag=True, help="Subtract the heart beat from surface EMG before all else.")
def COMMAND(  # noqa: N802  the name that the group looks up
    recordings: tuple[str, ...],
    phenomena: tuple[str, ...],
    names: tuple[str, ...],
    channels: tuple[str, ...],
    settings: tuple[str, ...],
    out: str | None,
    reports: tuple[str, ...],
    without_heart: bool,
    as_json: bool,
) -> None:
    """Say what RECORDING shows: events, measurements, findings.

    Several recordings of one person with the same sensors, such as one a condition, are looked at together.
    """
    from involuntary.cli.partial import finished_beside
    from involuntary.cli.progress import watched
    from involuntary.cli.summary import observation_lines
    from involuntary.phenomena import observe
    from involuntary.reports import Subject

    how_to_read, how_to_measure = split_settings(settings)
    signals = read_together(recordings, names, read_options(channels, how_to_read))
    if without_heart:
        from involuntary.detect import heart

        signals = heart.without_heart(signals)
    out = "-" if as_json else out
    request: dict[str, object] = {"phenomena": phenomena, "as": names, "channels": channels, "settings": settings}
    request["without_heart"] = without_heart
    # Only a run that writes a file has a place to go on from.
    keeping = finished_beside(out, recordings, request) if out and out != "-" else nullcontext()
    with keeping as kept:
        with watched(signals) as (shown, doing):
            observation = observe(shown, phenomena or None, how_to_measure, doing, kept)
        write_out(Subject(observation, (signals,)), out, reports)
    if out != "-":
        click.echo("\n".join(observation_lines(observation)))
