"""Time the simulator: units under a grid of electrodes, by each pool of motoneurones; nothing here is parallel.

`python benchmarks/simulator.py [SECONDS]` prints set-up and simulation apart; the first run, which loads compiled code,
does not count. Time is that of the processor. Everything that a recording needs is in it: firing, summing, noise,
mains, converter.
"""

import sys
import time

import numpy as np

from involuntary.simulators._chunks import record
from involuntary.simulators._conductance import Conductances, conductance_discharges
from involuntary.simulators._conductor import sight
from involuntary.simulators._discharges import summed
from involuntary.simulators._motoneurones import discharges, pool
from involuntary.simulators._recording import SurfaceRecording, surface_track
from involuntary.simulators.grid import GridParameters, seen_units

UNITS, FIBRES, CHANNELS, RATE_HZ = 100, 50_000, 64, 2048.0


def _read(layer, seconds, random):
    how = SurfaceRecording(sampling_hz=RATE_HZ)
    track = surface_track("grid", [f"E{i}" for i in range(CHANNELS)], [layer], seconds, how, random)
    recording = record([track], random)
    for channel in range(CHANNELS):
        recording.samples(channel)


def _renewal(seconds, random):
    return discharges(pool(UNITS), lambda t: np.full(t.size, 0.5), seconds, 0.15, random)


def _conductances(seconds, random):
    return conductance_discharges([lambda t: np.full(t.size, 0.5)], seconds, Conductances(units=UNITS), random)[0]


def _timed(what, *given):
    start = time.process_time()
    return what(*given), time.process_time() - start


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    random = np.random.default_rng(0)
    muscle = GridParameters(units=UNITS, fibres=FIBRES, rows_n=8, columns_n=8)
    seen_units(GridParameters(fibres=10), random)
    sight.cache_clear()
    templates, setting_up = _timed(seen_units, muscle, random)
    print(f"{UNITS} units of {FIBRES} fibres, {CHANNELS} channels, {RATE_HZ:g} Hz, {seconds:g} s")
    print(f"set-up: {setting_up:.2f} s")
    for name, fire in (("renewal", _renewal), ("conductances", _conductances)):
        best = np.inf
        for _ in range(4):
            fired, firing = _timed(fire, seconds, random)
            layer, sorting = _timed(summed, fired, templates)
            _, reading = _timed(_read, layer, seconds, random)
            best = min(best, firing + sorting + reading)
        print(f"{name}: {len(fired)} discharges, {best:.2f} s, {seconds / best:.0f} times real time")


if __name__ == "__main__":
    main()
