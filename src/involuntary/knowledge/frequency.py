"""How often a feature occurs: counts where they exist, else a share, a range or one of HPO's words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

__all__ = ["WORDS", "Frequency"]

# Human Phenotype Ontology, Frequency subontology (HP:0040279): the definitions of its six terms.
WORDS = {
    "obligate": ("HP:0040280", 1.0, 1.0),
    "very frequent": ("HP:0040281", 0.80, 0.99),
    "frequent": ("HP:0040282", 0.30, 0.79),
    "occasional": ("HP:0040283", 0.05, 0.29),
    "very rare": ("HP:0040284", 0.01, 0.04),
    "excluded": ("HP:0040285", 0.0, 0.0),
}
_BY_CODE = {code: word for word, (code, _, _) in WORDS.items()}
_COUNTS = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)(?:\s*[-–]\s*(\d{1,3}(?:\.\d+)?))?\s*%")


@dataclass(frozen=True, slots=True)
class Frequency:
    """A share of the people who have something.

    Attributes
    ----------
    low, high : float
        Bounds of the share, 0 to 1; equal where one figure is published.
    n, of : int
        Counted people; `of` is 0 where no counts are published.
    text : str
        As written.
    """

    low: float
    high: float
    n: int = 0
    of: int = 0
    text: str = ""

    @property
    def middle(self) -> float:
        """The share itself, or the middle of its bounds."""
        return self.n / self.of if self.of else (self.low + self.high) / 2

    @classmethod
    def parse(cls, text: str) -> Frequency:
        """Read ``12/40``, ``30%``, ``30-60%``, a word of `WORDS` or its HPO code.

        Raises
        ------
        ValueError
            If it is none of these, or counts more than there are.
        """
        written = text.strip()
        word = _BY_CODE.get(written, written.lower())
        if word in WORDS:
            return cls(*WORDS[word][1:], text=word)
        if match := _COUNTS.fullmatch(written):
            n, of = int(match[1]), int(match[2])
            if of == 0 or n > of:
                raise ValueError(f"frequency {written!r} is over its denominator")
            return cls(n / of, n / of, n, of, written)
        if match := _PERCENT.fullmatch(written):
            low, high = float(match[1]) / 100, float(match[2] or match[1]) / 100
            if not (math.isfinite(high) and low <= high <= 1):
                raise ValueError(f"frequency {written!r} is no range within 0 to 100 %")
            return cls(low, high, text=written)
        raise ValueError(f"frequency {written!r} is none of 12/40, 30%, 30-60%, {', '.join(WORDS)}")
