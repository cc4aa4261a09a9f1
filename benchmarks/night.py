"""Two days of spasms in six muscles of the legs, from a BDF file to the observation: time and peak memory.

PYTHONPATH=src python benchmarks/night.py --make HOURS FILE.bdf [PER_MIN [RATE]]
PYTHONPATH=src python benchmarks/night.py FILE.bdf [PHENOMENON ...]   runs `involuntary observe`, by default as users do
PYTHONPATH=src python benchmarks/night.py --where FILE.bdf            processor time of each phenomenon
"""

import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

TILE_S = 600


def make(hours: float, path: Path, per_min: float = 3.0, rate: int = 2000) -> None:
    """Write ten simulated minutes over and over: flexor spasms of one leg, extensor ones of the other, hum, drift."""
    import numpy as np
    from recordings import write_bdf

    import involuntary as iv

    noise = {"noise_uv": 5, "mains_uv": 10, "drift_uv": 50, "sampling_hz": rate, "per_min": per_min}
    legs = [iv.simulate("spasm", TILE_S, seed, pattern=p, **noise)[0] for seed, p in ((1, "flexor"), (2, "extensor"))]
    rows = [(leg, row) for leg in legs for row in range(3)]
    names = [f"{side} {legs[i // 3].channels[i % 3].name}" for i, side in enumerate(3 * ("left",) + 3 * ("right",))]
    write_bdf(np.stack([leg.samples(row) for leg, row in rows]), rate, path, round(3600 * hours / TILE_S), names)


def main(path: Path, phenomena: list[str]) -> None:
    chosen = [word for name in phenomena for word in ("--phenomenon", name)]
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "involuntary", "observe", str(path), *chosen, "-o", str(path.with_suffix(".json"))],
        check=True,
    )
    wall, used = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    print(f"{wall:.1f} s, {cpu:.1f} s of processor, peak {used.ru_maxrss / 1024:.0f} MiB")


def where(path: Path) -> None:
    import involuntary as iv

    marks: list[tuple[str, float]] = []
    iv.observe(iv.read(path), progress=lambda name: marks.append((name, time.process_time())))
    marks.append(("summary", time.process_time()))
    print(f"reading and one pass over each channel: {marks[0][1]:.1f} s of processor")
    for (name, begun), (_, ended) in pairwise(marks):
        print(f"{name}: {ended - begun:.1f} s")


if __name__ == "__main__":
    if sys.argv[1] == "--make":
        make(float(sys.argv[2]), Path(sys.argv[3]), *map(float, sys.argv[4:5]), *map(int, sys.argv[5:6]))
    elif sys.argv[1] == "--where":
        where(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]), sys.argv[2:])
