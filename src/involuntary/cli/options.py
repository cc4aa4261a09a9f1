"""Options that several commands share, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from involuntary.formats import ReadOptions
    from involuntary.model import Recording
    from involuntary.reports import Subject

__all__ = ["pairs", "read_options", "read_together", "reading", "split_settings", "write_out", "writing"]

F = TypeVar("F", bound=Callable[..., Any])

_CHANNEL_HELP = "State what a channel recorded, such as 'EMG1=surface-emg' or 'X=accelerometer:g'."
_SET_HELP = (
    "Set a parameter, such as rate_hz=1000 (how to read) or fasciculation.amplitude_floor_uv=50 (how to measure)."
)


def reading(command: F) -> F:
    """Give a command the options that say how a recording is read and measured."""
    command = click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help=_SET_HELP)(command)
    return click.option("--channel", "channels", metavar="NAME=KIND", multiple=True, help=_CHANNEL_HELP)(command)


def pairs(texts: Sequence[str], option: str) -> dict[str, str]:
    """Split ``KEY=VALUE`` texts; the last ``=`` divides, since channel names may hold one."""
    found: dict[str, str] = {}
    for text in texts:
        key, divider, value = text.rpartition("=")
        if not divider or not key.strip() or not value.strip():
            raise click.UsageError(f"{option} takes KEY=VALUE, got {text!r}")
        if key.strip() in found:
            raise click.UsageError(f"{option} {key.strip()} is given twice")
        found[key.strip()] = value.strip()
    return found


def split_settings(settings: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Split settings into how to read and how to measure."""
    from involuntary.formats import ReadOptions

    names = {f.name for f in fields(ReadOptions)} - {"kinds"}
    given = pairs(settings, "--set")
    return {k: v for k, v in given.items() if k in names}, {k: v for k, v in given.items() if k not in names}


def read_options(channels: Sequence[str], how_to_read: dict[str, str]) -> ReadOptions:
    """Give what the user stated about a recording."""
    from involuntary.formats import ReadOptions
    from involuntary.parameters import number

    stated: dict[str, Any] = dict(how_to_read)
    for name in stated.keys() & {"rate_hz", "interval_s", "scale_mm"}:
        stated[name] = number(name, stated[name])
    return ReadOptions(kinds=pairs(channels, "--channel"), **stated)


def read_together(paths: Sequence[str], names: Sequence[str], options: ReadOptions) -> Recording:
    """Read one recording, or several of the same sensors as one.

    Parameters
    ----------
    paths : sequence of str
        In the order in which they were taken.
    names : sequence of str
        What was recorded in each; without any, the condition that the name of each file tells, or its number.
    options : ReadOptions
        For each of them.
    """
    from involuntary.detect.conditions import condition_in
    from involuntary.formats import read
    from involuntary.model import join

    if names and len(names) != len(paths):
        raise click.UsageError(f"--as is given once for each recording, got {len(names)} for {len(paths)}")
    recordings = [read(path, options) for path in paths]
    if len(recordings) == 1 and not names:
        return recordings[0]
    told = list(names) or [condition_in(Path(path).stem) for path in paths]
    if any(told) and not all(told):
        unknown = Path(paths[told.index("")]).name
        raise click.UsageError(f"no condition in the name of {unknown!r}: state one a recording with --as")
    return join(recordings, told if any(told) else [f"recording {i}" for i in range(1, len(paths) + 1)])


def writing(what: str) -> Callable[[F], F]:
    """Give a command the options that say where its result goes."""

    def decorate(command: F) -> F:
        told = f"Write the {what} as JSON ('-': standard output)."
        command = click.option("--json", "as_json", is_flag=True, help="The same as -o -.")(command)
        command = click.option(
            "--report", "reports", metavar="OUT.html", multiple=True, help="Write a report in the form of the suffix."
        )(command)
        return click.option("-o", "--output", "out", metavar="OUT.json", help=told)(command)

    return decorate


def write_out(subject: Subject, out: str | None, reports: Sequence[str]) -> None:
    """Write reports, each in the form of its suffix, and the JSON, to standard output where `out` is ``-``."""
    from involuntary.reports import REPORTS, write_report

    for report in reports:
        write_report(subject, report)
    if not out:
        return
    data = REPORTS.get("json").render(subject)
    if out == "-":
        click.echo(data, nl=False)
    else:
        Path(out).write_bytes(data)
