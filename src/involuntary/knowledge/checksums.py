"""Check digits of the codes that have one: a slip of a finger shows."""

from __future__ import annotations

import re

__all__ = ["isbn_holds", "loinc_holds"]


def loinc_holds(code: str) -> bool:
    """Tell whether a LOINC code's check digit holds (Luhn's mod 10; LOINC Users' Guide, appendix C)."""
    match = re.fullmatch(r"(\d{1,7})-(\d)", code)
    if not match:
        return False
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(match[1]))]
    return (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(match[2])


def isbn_holds(code: str) -> bool:
    """Tell whether an ISBN of ten or thirteen digits holds (ISO 2108)."""
    digits = code.replace("-", "").replace(" ", "")
    if re.fullmatch(r"\d{9}[\dX]", digits):
        return sum((10 - i) * (10 if d == "X" else int(d)) for i, d in enumerate(digits)) % 11 == 0
    if re.fullmatch(r"\d{13}", digits):
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0
    return False
