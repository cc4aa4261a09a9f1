"""Grid decomposition against published units: ``python benchmarks/grid.py otb_testfile.mat``.

The file is the recording that openhdemg 0.1.2 ships (64 channels, vastus lateralis, five decomposed units); install
that package elsewhere (``pip install --no-deps openhdemg==0.1.2``) and give the path of its file.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from scipy.io import loadmat

from involuntary.decompose.agreement import agreement
from involuntary.decompose.grid import GridRule, decompose


def main(path: str) -> None:
    """Read, take apart, compare."""
    file = loadmat(path)
    data = file["Data"][0, 0]
    rate_hz = float(file["SamplingFrequency"][0, 0])
    names = [str(name) for name in file["Description"].ravel()]
    pulses = [i for i, name in enumerate(names) if "Decomposition of" in name]
    published = [np.flatnonzero(data[:, i] > 0.5) / rate_hz for i in pulses]
    begun, used = time.perf_counter(), time.process_time()
    found = decompose(data[:, :64].T.astype(np.float64), rate_hz, GridRule())
    wall, processor = time.perf_counter() - begun, time.process_time() - used
    print(f"{len(found.units)} units in {wall:.0f} s, {processor:.0f} s of processor")
    for unit in found.units:
        print(f"  {len(unit.time_s)} discharges, silhouette {unit.silhouette:.3f}, {unit.pulse_to_noise_db:.1f} dB")
    for pair in agreement(published, [unit.time_s for unit in found.units], 0.001):
        print(f"published unit {pair.first} ({len(published[pair.first])} discharges): agreement {pair.rate:.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
