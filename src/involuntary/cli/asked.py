"""What a case is asked on the command line, and its answer: the one case or each of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from involuntary.cli.options import split_settings

if TYPE_CHECKING:
    from involuntary.knowledge import Knowledge
    from involuntary.model import Assessment, Case, Recording

__all__ = ["Asked", "assessed"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What each case is asked.

    Attributes
    ----------
    folder : str or None
        The ontology release; the default one when None.
    top : int
        How many conditions to give.
    channels, settings : tuple of str
        How recordings that a case names are read and measured, as on the command line.
    """

    folder: str | None
    top: int
    channels: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


# A recording to one that shows how far it is read, and what to call with each task's name.
Watch = Callable[["Recording"], AbstractContextManager[tuple["Recording", Callable[[str], None] | None]]]


@contextmanager
def _unseen(recording: Recording) -> Iterator[tuple[Recording, None]]:
    yield recording, None


def assessed(
    person: Case, signals: Iterable[Recording], asked: Asked, knowledge: Knowledge, watch: Watch = _unseen
) -> tuple[Assessment, Case]:
    """Add what the recordings show, and weigh it all.

    Returns
    -------
    assessment : Assessment
        With as many conditions as were asked for.
    person : Case
        With what the recordings show.
    """
    from involuntary.phenomena import observe
    from involuntary.reason import assess

    how_to_measure = split_settings(asked.settings)[1]
    for signal in signals:
        with watch(signal) as (shown, doing):
            person = person.add(observe(shown, None, how_to_measure, doing))
    assessment = assess(person, knowledge)
    return replace(assessment, conditions=assessment.conditions[: asked.top]), person
