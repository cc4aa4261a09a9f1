"""Generators with ground truth: what detectors are held against and students look at."""

from involuntary.simulators._spike_trains import from_spike_trains, to_spike_trains
from involuntary.simulators.base import GENERATORS, Generator, simulate

__all__ = ["GENERATORS", "Generator", "from_spike_trains", "simulate", "to_spike_trains"]
