"""Limits that several steps go by, wherever units explain what a channel holds; engineering choices."""

from __future__ import annotations

__all__ = [
    "ALIKE", "ALIKE_SIZES", "DEVIATES", "LEAST_GAIN", "LEAST_OF_ALL", "LIKELY", "MET", "POTENTIAL_S", "TRIED",
]  # fmt: skip

ALIKE, ALIKE_SIZES = 0.9, 1.4  # correlation and ratio of sizes of waveforms of one unit
POTENTIAL_S = 0.030  # the longest potential
LEAST_OF_ALL = 0.04  # of all stretches, that a unit tells
LEAST_GAIN = 0.4  # of its unit's size, that a discharge has where its place is explained by it
LIKELY = 4  # units that are tried alone on a place, the best matches first
TRIED, MET = 16, 0.25  # places after which a block is interference, if few of several discharges are met as a unit's
DEVIATES = 3.5  # of what noise leaves: more is left by something else
