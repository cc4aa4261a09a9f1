"""Potentials, bursts and quality of every channel of a long recording on disk: time and peak memory."""

import resource
import sys
import time
from pathlib import Path

import numpy as np


def make(hours: int, path: Path, apart_s: float = 1.0) -> None:
    """Write eight channels at 2 kHz as BDF, two simulated minutes over and over, a potential about every `apart_s`."""
    from compare import signals

    rate, channels, step_uv = 2000, 8, 1 / 32
    digits = np.round(signals(channels, float(rate), 120.0, apart_s) * 1e6 / step_uv).astype("<i4")
    raw = digits.reshape(channels, 120, rate).view(np.uint8).reshape(channels, 120, rate, 4)[..., :3]
    records = np.ascontiguousarray(raw.transpose(1, 0, 2, 3)).tobytes()
    columns = [
        (16, [f"EMG{c}" for c in range(channels)]), (80, ["surface"] * channels), (8, ["uV"] * channels),
        (8, [-262144] * channels), (8, [262144] * channels), (8, [-(2**23)] * channels),
        (8, [2**23 - 1] * channels), (80, [""] * channels), (8, [rate] * channels), (32, [""] * channels),
    ]  # fmt: skip
    head = [(80, "X X X X"), (80, "Startdate 01-JAN-2026 X X X"), (8, "01.01.26"), (8, "00.00.00")]
    head += [(8, 256 * (channels + 1)), (44, "24BIT"), (8, hours * 3600), (8, 1), (4, channels)]
    fields = head + [(width, value) for width, values in columns for value in values]
    with path.open("wb") as file:
        file.write(b"\xffBIOSEMI" + b"".join(str(value).ljust(width).encode("ascii") for width, value in fields))
        for _ in range(hours * 30):
            file.write(records)


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
