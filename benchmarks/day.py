"""Potentials, bursts and quality of every channel of a long recording on disk: time and peak memory."""

import resource
import sys
import time
from pathlib import Path


def make(hours: int, path: Path, apart_s: float = 1.0) -> None:
    """Write eight channels at 2 kHz as BDF, two simulated minutes over and over, a potential about every `apart_s`."""
    from recordings import signals, write_bdf

    write_bdf(signals(8, 2000.0, 120.0, apart_s), 2000, path, hours * 30)


def main(path: Path) -> None:
    import involuntary as iv
    from involuntary.detect.bench import Bench
    from involuntary.detect.bursts import BurstRule
    from involuntary.detect.potentials import PotentialRule

    start = time.perf_counter()
    bench = Bench(iv.read(path))

    channels = range(len(bench.recording.channels))
    bench.ahead(channels, PotentialRule(), BurstRule())
    usable = [bench.usable(channel).fraction for channel in channels]
    n = sum(channel.n_samples for channel in bench.recording.channels)
    wall, cpu = time.perf_counter() - start, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n:.3g} samples, {min(usable):.0%} usable: ", end="")
    print(f"{wall:.1f} s, {1e9 * cpu / n:.0f} ns of processor a sample, peak {peak:.0f} MiB")


if __name__ == "__main__":
    make(int(sys.argv[2]), Path(sys.argv[3]), *map(float, sys.argv[4:])) if sys.argv[1:2] == ["--make"] else main(
        Path(sys.argv[1])
    )
