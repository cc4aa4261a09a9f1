"""How a report writes numbers, times and names: three significant digits, a narrow space before the unit."""

from __future__ import annotations

import math
import re
import unicodedata

__all__ = [
    "bits",
    "clean",
    "duration",
    "lead",
    "number",
    "percent",
    "quantity",
    "readable",
    "scaled",
    "share",
    "stretch",
]

_SPACE = "\u202f"  # narrow, does not break
_MINUS = "−"
_MISSING = "–"

# Odds of the first over the second, from the top: words for the eye, the numbers stand beside them.
_LEADS = ((100.0, "far ahead of"), (10.0, "clearly ahead of"), (2.0, "ahead of"), (0.0, "level with"))
_PREFIXES = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
_PREFIXED = {"V", "m", "A", "N", "N·m"}
_ABBREVIATIONS = {
    "cv", "ecg", "eeg", "emg", "eog", "f", "h", "m", "mcd", "mep", "munix", "musix", "r1", "r2", "rms", "snr",
}  # fmt: skip
_CONTROL = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: object, longest: int = 4000) -> str:
    r"""Give text from outside for one line of a page, `longest` characters at most.

    Tabs and line ends become spaces; other control and direction characters become U+FFFD.

    Examples
    --------
    >>> clean("left\tcalf\x00")
    'left calf�'
    """
    start = str(text)[: longest + 1]
    line = "".join(c if unicodedata.category(c) not in _CONTROL else " " if c in "\t\n\r" else "\ufffd" for c in start)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def number(value: float | None, digits: int = 3) -> str:
    """Give a number with so many significant digits.

    Examples
    --------
    >>> number(0.01234), number(1234.5), number(-2.0), number(float("nan"))
    ('0.0123', '1234', '−2', '–')
    >>> number(0.4771, 2)
    '0.48'
    """
    if value is None or not math.isfinite(value):
        return _MISSING
    rounded = float(f"{value:.{digits}g}")
    if abs(value) >= 1000:
        text = f"{value:.0f}"
    elif rounded != 0 and abs(rounded) < 1e-3:
        text = f"{rounded:.2e}"
    else:
        text = f"{rounded:.10f}".rstrip("0").rstrip(".")
    return text.replace("-", _MINUS)


def quantity(value: float | None, unit: str = "") -> str:
    r"""Give a number with its unit.

    Examples
    --------
    >>> quantity(20.14, "1/min"), quantity(0.5, "1"), quantity(float("nan"), "Hz")
    ('20.1\u202f/min', '0.5', '–')
    """
    text = number(value)
    if text == _MISSING or unit in {"", "1"}:
        return text
    return f"{text}{_SPACE}{unit.removeprefix('1') if unit.startswith('1/') else unit}"


def stretch(interval: tuple[float, float] | None) -> str:
    """Give an interval as ``low to high``."""
    return _MISSING if interval is None else f"{number(interval[0])} to {number(interval[1])}"


def percent(probability: float) -> str:
    r"""Give a probability as a percentage that never says 0 or 100.

    Examples
    --------
    >>> percent(0.584), percent(0.001), percent(0.9999)
    ('58\u202f%', '<1\u202f%', '>99\u202f%')
    """
    if not math.isfinite(probability):
        return _MISSING
    if probability < 0.01:
        return f"<1{_SPACE}%"
    return f">99{_SPACE}%" if probability > 0.99 else f"{probability * 100:.0f}{_SPACE}%"


def share(fraction: float | None) -> str:
    r"""Give a part of a whole as a percentage; only the whole is 100.

    Examples
    --------
    >>> share(1.0), share(0.9999), share(None)
    ('100\u202f%', '99\u202f%', '–')
    """
    if fraction is None or not math.isfinite(fraction):
        return _MISSING
    return f"{100 if fraction >= 1 else min(99, round(100 * fraction))}{_SPACE}%"


def lead(first: float, second: float) -> str:
    """Say how far one probability lies ahead of another.

    Examples
    --------
    >>> lead(0.58, 0.21), lead(0.52, 0.47), lead(0.99, 0.0)
    ('ahead of', 'level with', 'far ahead of')
    """
    odds = first / second if second > 0 else math.inf
    return next(words for least, words in _LEADS if odds >= least)


def bits(value: float) -> str:
    """Give a contribution with its sign, to a tenth of a bit.

    Examples
    --------
    >>> bits(2.07), bits(-0.5)
    ('+2.1', '−0.5')
    """
    return f"{value:+.1f}".replace("-", _MINUS) if math.isfinite(value) else _MISSING


def duration(seconds: float) -> str:
    r"""Give a length of time in the two units that matter.

    Examples
    --------
    >>> duration(0.25), duration(59.6), duration(600), duration(28_815)
    ('250\u202fms', '59.6\u202fs', '10\u202fmin', '8\u202fh 0\u202fmin')
    """
    if not math.isfinite(seconds):
        return _MISSING
    if seconds < 1:
        return quantity(seconds * 1e3, "ms")
    if seconds < 60:
        return quantity(seconds, "s")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}{_SPACE}min" + (f" {rest}{_SPACE}s" if rest else "")
    return f"{minutes // 60}{_SPACE}h {minutes % 60}{_SPACE}min"


def scaled(largest: float, unit: str) -> tuple[float, str]:
    """Give the factor and the unit that make values up to `largest` easy to read.

    Examples
    --------
    >>> scaled(3e-4, "V")
    (1000000.0, 'µV')
    """
    if unit not in _PREFIXED or not 0 < abs(largest) < math.inf:
        return 1.0, unit
    # Up to 999 µV stay in µV, as the field writes amplitudes.
    size, prefix = next(((s, p) for s, p in _PREFIXES if abs(largest) >= s), _PREFIXES[-1])
    return 1.0 / size if size == 1.0 else float(round(1.0 / size)), prefix + unit


def readable(name: str) -> str:
    """Give an id as words.

    Examples
    --------
    >>> readable("surface-emg"), readable("turns_100uv"), readable("self-care"), readable("h_m_ratio")
    ('surface EMG', 'turns 100 µV', 'self-care', 'H/M ratio')
    """
    name = re.sub(r"(?<=\d)uv\b", " µV", re.sub(r"\b([fh])_m_ratio", r"\1/m_ratio", name))
    words = name.replace("_", " ").replace("-", " ").replace("self care", "self-care").split()
    return " ".join(word.upper() if set(word.split("/")) <= _ABBREVIATIONS else word for word in words)
