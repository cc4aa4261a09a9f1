"""Many cases at once: one line of JSON each, in order, weighed by as many processes as there are processors."""

from __future__ import annotations

import gzip
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import click

from involuntary.cli.asked import Asked, assessed
from involuntary.cli.options import read_options, split_settings
from involuntary.cli.partial import lines_beside
from involuntary.cli.progress import counted
from involuntary.errors import InvoluntaryError, printable
from involuntary.workers import in_order, processors

__all__ = ["assess_many", "is_many"]

_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_FILES = (".yaml", ".yml", ".json")
_REFUSED = b'{"refused":'  # so begins the line of a case that was refused


@dataclass(frozen=True, slots=True)
class _Told:
    """One case as it came: a line of a file, or a file."""

    name: str
    path: Path
    line: bytes | None = None


def is_many(case: str) -> bool:
    """Tell whether a path holds many cases: a folder of case files, or a file with one a line."""
    return Path(case).is_dir() or case.lower().endswith(_LINES)


def assess_many(case: str, asked: Asked, out: str | None, jobs: int) -> None:
    """Assess every case of a file or a folder; what is refused is told in its line, and by the exit status.

    Parameters
    ----------
    case : str
        Where the cases are.
    asked : Asked
        What each is asked.
    out : str or None
        Where the lines go: an interrupted run is gone on with; standard output when None or ``-``.
    jobs : int
        Processes; 0 for one a processor.
    """
    source = Path(case)
    total, jobs = sum(1 for _ in _told(source)), jobs or processors()
    request: Mapping[str, object] = {"asked": repr(asked)}
    lines = lines_beside(out, [case], request) if out and out != "-" else nullcontext((list[bytes](), click.echo))
    with lines as (written, write), counted(total) as done:
        refused = sum(begin.startswith(_REFUSED) for begin in written)
        left = islice(_told(source), len(written), None)
        for count, line in enumerate(_answers(left, asked, min(jobs, total)), len(written) + 1):
            write(line)
            done(count)
            refused += line.startswith(_REFUSED)
    if refused:
        raise click.ClickException(f"{refused} of {total} cases were refused: their lines say why")


def _told(source: Path) -> Iterator[_Told]:
    """Give the cases in order, empty lines left out."""
    if source.is_dir():
        yield from (_Told(p.name, p) for p in sorted(source.iterdir()) if p.suffix.lower() in _FILES and p.is_file())
        return
    with gzip.open(source) if source.suffix.lower() == ".gz" else source.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _Told(f"{source.name}:{number}", source, line)


def _answers(cases: Iterable[_Told], asked: Asked, jobs: int) -> Iterator[bytes]:
    """Give each case's line in turn."""
    answer = partial(_answer, asked=asked)
    if jobs <= 1:
        yield from map(answer, cases)
        return
    with _processes(jobs) as submit:
        yield from in_order(partial(submit, answer), cases, jobs)


@contextmanager
def _processes(jobs: int) -> Iterator[Callable[..., Future[bytes]]]:
    """Give what hands a case to another process; whoever leaves early does not wait for what is left."""
    pool = ProcessPoolExecutor(jobs, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    try:
        yield pool.submit
    finally:
        pool.shutdown(cancel_futures=sys.exc_info()[0] is not None)


def _answer(told: _Told, asked: Asked) -> bytes:
    """Assess one case and give its line."""
    import msgspec

    try:
        whole = msgspec.Raw(msgspec.json.format(_assessment(told, asked), indent=-1))
        return msgspec.json.encode({"case": told.name, "assessment": whole})
    except (InvoluntaryError, OSError) as error:
        return msgspec.json.encode({"refused": printable(str(error), 500), "case": told.name})


def _assessment(told: _Told, asked: Asked) -> bytes:
    """Read a case, look at its recordings, assess it, and give what ``assess -o -`` gives of it alone."""
    from involuntary.formats import read
    from involuntary.intake import read_case, read_case_text
    from involuntary.knowledge import load
    from involuntary.reports import REPORTS, Subject

    knowledge = load(asked.folder)
    one = told.line
    person = read_case(told.path, knowledge) if one is None else read_case_text(told.path, one, knowledge)
    how_to_read = split_settings(asked.settings)[0]
    signals = (read(path, read_options(asked.channels, how_to_read)) for path in person.recordings)
    assessment, person = assessed(person, signals, asked, knowledge)
    return REPORTS.get("json").render(Subject(assessment, (), person))
