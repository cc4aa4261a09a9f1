"""Time against length, channels and threads, drawn for the documentation."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib as mpl
import numpy as np
from recordings import signals

from involuntary.detect.potentials import PotentialRule, detect
from involuntary.model import Channel, ChannelKind, Recording

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.ticker import LogLocator

RATE = 2000.0
RUNS = 3
Row = tuple[str, list[int], list[tuple[float, float]]]
OUT = Path(__file__).parents[1] / "docs" / "images" / "speed.svg"


def best(x: np.ndarray, threads: int) -> tuple[float, float]:
    """Give the shortest time by the clock and of the processors, in seconds."""
    channels = [Channel(f"c{i}", ChannelKind.SURFACE_EMG, "V", RATE, x.shape[1]) for i in range(len(x))]
    recording = Recording.from_arrays(list(x), channels)
    times = []
    for _ in range(RUNS):
        start, used = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda i: detect(recording, i, PotentialRule()), range(len(x))))
        times.append((time.perf_counter() - start, time.process_time() - used))
    clock, processor = np.min(times, axis=0)
    return float(clock), float(processor)


def measured() -> list[Row]:
    minutes, channels, threads = [10, 20, 40, 80], [2, 4, 8, 16], [1, 2]
    ten = signals(1, RATE)
    best(np.tile(ten, (8, 1)), 2)  # loads the kernels
    return [
        ("minutes, 8 channels, 2 threads", minutes, [best(np.tile(ten, (8, m // 10)), 2) for m in minutes]),
        ("channels of 40 minutes, 2 threads", channels, [best(np.tile(ten, (c, 4)), 2) for c in channels]),
        ("threads, 8 channels of 40 minutes", threads, [best(np.tile(ten, (8, 4)), t) for t in threads]),
    ]


def draw(rows: list[Row], path: Path) -> None:
    mpl.rcParams["svg.hashsalt"] = "speed"
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), layout="constrained")
    for axis, (label, at, times) in zip(axes, rows, strict=True):
        for shown, name, style in zip(
            zip(*times, strict=True), ("by the clock", "of the processors"), ("o-", "s--"), strict=True
        ):
            axis.loglog(at, shown, style, label=name)
        axis.set_xticks(at, [str(n) for n in at])
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_locator(LogLocator(subs=(2, 5)))
        axis.yaxis.set_minor_formatter("{x:.2g}")
        axis.tick_params(which="minor", axis="y", labelsize=7)
        axis.xaxis.minorticks_off()
        axis.set_xlabel(label)
        axis.set_ylabel("seconds")
        axis.grid(alpha=0.3)
    axes[0].legend(frameon=False)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


if __name__ == "__main__":
    rows = measured()
    sys.stdout.writelines(f"{row}\n" for row in rows)
    draw(rows, OUT)
