"""Generators with ground truth: what detectors are held against and students look at."""

from involuntary.simulators.base import GENERATORS, Generator, simulate

__all__ = ["GENERATORS", "Generator", "simulate"]
