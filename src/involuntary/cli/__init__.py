"""The command line: parse, call, render. One file per command, loaded when it is asked for."""

from __future__ import annotations

import importlib
import os
from typing import Any

import click

from involuntary._version import __version__
from involuntary.errors import InvoluntaryError, printable

__all__ = ["main"]

# Channels are worked through side by side: threads within a product of small matrices only wait for each other, on a
# busy machine for long. It must be said before NumPy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Name → what `--help` says of it. The command is `COMMAND` in the module `involuntary.cli.<name>`.
_COMMANDS = {
    "demo": "The whole job on a simulated example: recording and case to report.",
    "observe": "What a recording shows: events, measurements, findings.",
    "assess": "From a case and its recordings to phenomena, conditions, red flags, next steps.",
    "simulate": "Make a recording with known truth.",
    "explain": "The knowledge base's entry for a name, a synonym or a code.",
    "knowledge": "For those who write entries: check them, tell what they cover, draw a sample to read again.",
    "list": "List phenomena, conditions, formats, simulators or reports.",
    "convert": "Convert a recording to another format; the header's identity is left behind.",
}


class _Group(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return [*_COMMANDS]  # the command `list` is a module of this package, and hides the builtin here

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"involuntary.cli.{name}").COMMAND
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([*_COMMANDS.items()])

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except InvoluntaryError as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            # A full disk or a forbidden folder is the user's to mend, not a defect to trace.
            where = printable(error.filename) if error.filename else "the file system"
            raise click.ClickException(f"{where}: {error.strerror or error}") from None


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="It supports a clinician's judgement; it is no medical device.",
)
@click.version_option(__version__, prog_name="involuntary")
def main() -> None:
    """Detect, measure and explain involuntary muscle contractions."""
