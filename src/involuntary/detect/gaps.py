"""Gaps in the clock: time that passed and was not recorded."""

from __future__ import annotations

from involuntary.model import Recording

__all__ = ["note"]


def note(recording: Recording) -> str:
    """Say how many gaps a discontinuous recording has, how long they are and where the longest is; else nothing."""
    between = recording.segments.start_s[1:] - recording.segments.stop_s[:-1]
    # Stretches that touch are one, whatever their ends were rounded to.
    least = 0.5 / max((channel.rate_hz for channel in recording.channels), default=1.0)
    missing = between[between > least]
    if not missing.size:
        return ""
    at = float(recording.segments.stop_s[:-1][between.argmax()])
    many = f"{missing.size} gap{'s' if missing.size > 1 else ''}"
    return (
        f"clock: {many}, {missing.sum():.6g} s not recorded, the longest {missing.max():.6g} s at {at:.6g} s;"
        " nothing is measured across them"
    )
