"""Real recordings beside the checkout, where they exist; tests that read them skip with a reason elsewhere."""

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(*parts: str) -> Path:
    """Give a path under ``../shared``, or skip the test."""
    path = _SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs ../shared/{'/'.join(parts)}, which is not beside this checkout")
    return path
