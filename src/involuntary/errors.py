"""Every error that a user can meet.

::

    InvoluntaryError
    ├── InputError            what was given is refused
    │   ├── RecordingError    a recording file or its content
    │   ├── CaseError         a case file or its content
    │   ├── KnowledgeError    an ontology release, an annotation file or an entry
    │   ├── ParameterError    a parameter of an analysis or a generator
    │   └── UnitError         a unit that is unknown or of the wrong kind
    ├── UnknownNameError      no phenomenon, condition, simulator or report of that name
    └── MissingExtraError     an optional dependency is not installed

A message is one line and names what, the rule, what was got and what to do next.
"""

from __future__ import annotations

__all__ = [
    "CaseError",
    "InputError",
    "InvoluntaryError",
    "KnowledgeError",
    "MissingExtraError",
    "ParameterError",
    "RecordingError",
    "UnitError",
    "UnknownNameError",
    "nearest",
    "printable",
]

_LONGEST = 120


def printable(text: object, longest: int = _LONGEST) -> str:
    """Text from outside made safe for one line: control characters escaped, length bounded."""
    line = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def nearest(name: str, known: object) -> str:
    """Give ``" (did you mean 'x'?)"`` for the known name closest to `name`, or nothing."""
    import difflib

    names = sorted(str(k) for k in known)  # type: ignore[attr-defined]
    close = difflib.get_close_matches(str(name), names, n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


class InvoluntaryError(Exception):
    """Anything that `involuntary` refuses or cannot do, said in one line.

    Parameters
    ----------
    what : str
        The thing concerned, such as a file name or a key.
    rule : str
        What must hold.
    got : str, optional
        What was found instead.
    advice : str, optional
        What to do next.
    """

    def __init__(self, what: str, rule: str, got: str = "", advice: str = "") -> None:
        self.what, self.rule, self.got, self.advice = what, rule, got, advice
        message = f"{printable(what)}: {rule}"
        if got:
            message += f"; got {got}"
        if advice:
            message += f"; {advice}"
        super().__init__(message)


class InputError(InvoluntaryError):
    """What was given is refused."""


class RecordingError(InputError):
    """A recording file, or what it holds, is refused."""


class CaseError(InputError):
    """A case file, or what it holds, is refused."""


class KnowledgeError(InputError):
    """An ontology release, an annotation file or an entry is refused."""


class ParameterError(InputError):
    """A parameter is unknown, of the wrong type or out of range."""


class UnitError(InputError):
    """A unit is unknown, or measures something else."""


class UnknownNameError(InvoluntaryError):
    """Nothing is registered under that name."""


class MissingExtraError(InvoluntaryError):
    """An optional dependency is needed and not installed."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            purpose,
            f"needs the package {package}",
            "",
            f"install it with: pip install 'involuntary[{extra}]'",
        )
