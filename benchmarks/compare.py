"""One run on one machine: ours against the peers, each in a process of its own, to detections.

Twice: of samples that lie in memory, the same array for every tool, and from one BDF file, which every tool reads by
its usual reader.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import lru_cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from recordings import signals, write_bdf

CASES = {"600 s x 1, 2000 Hz": (1, 2000.0), "600 s x 8, 2000 Hz": (8, 2000.0), "600 s x 64, 2048 Hz": (64, 2048.0)}
SECONDS = 600
RUNS = 5
LONGEST_S = 10.0  # no run of a tool is begun after so long
LOW, HIGH = 20.0, 450.0


def opened(path: Path) -> Any:
    """Open for ours, which reads block by block while it works."""
    import involuntary as iv

    return iv.read(path)


def involuntary(x: Any, rate: float) -> int:
    from involuntary.detect.abreast import abreast, readable_abreast
    from involuntary.detect.potentials import PotentialRule, detect
    from involuntary.model import Channel, ChannelKind, Recording

    if isinstance(x, np.ndarray):
        channels = [Channel(f"EMG{i}", ChannelKind.SURFACE_EMG, "V", rate, row.size) for i, row in enumerate(x)]
        x = Recording.from_arrays(list(x), channels)
    recording = readable_abreast(x)
    jobs = [partial(detect, recording, channel, PotentialRule()) for channel in range(len(recording.channels))]
    return sum(map(len, abreast(recording, jobs)))


def by_edfio(path: Path) -> np.ndarray:
    """Read all at once: volts, shape (channels, samples)."""
    import edfio

    return np.stack([signal.data for signal in edfio.read_bdf(path).signals]) * 1e-6


def by_mne(path: Path) -> np.ndarray:
    import mne

    return mne.io.read_raw_bdf(path, preload=True, verbose="error").get_data()


def scipy(x: np.ndarray, rate: float) -> int:
    from scipy import signal

    shift = (np.sqrt(2) - 1) ** 0.25
    moved = [np.arctan(np.tan(np.pi * f / rate) * s) * rate / np.pi for f, s in [(LOW, shift), (HIGH, 1 / shift)]]
    sections = [
        signal.butter(2, moved[0], "high", fs=rate, output="sos"),
        signal.butter(2, moved[1], "low", fs=rate, output="sos"),
    ]
    sections += [signal.tf2sos(*signal.iirnotch(f, f, fs=rate)) for f in (50, 150, 250, 350)]
    found = 0
    for channel in x:
        y = np.abs(signal.sosfiltfilt(np.vstack(sections), channel))
        found += signal.find_peaks(y, height=5 * np.median(y) / 0.6745, distance=round(0.01 * rate))[0].size
    return found


def neurokit2(x: np.ndarray, rate: float) -> int:
    import neurokit2

    return sum(len(neurokit2.emg_process(c, sampling_rate=rate)[1]["EMG_Onsets"]) for c in x)


def biosppy(x: np.ndarray, rate: float) -> int:
    from biosppy.signals import emg

    return sum(len(emg.emg(c, sampling_rate=rate, show=False)["onsets"]) for c in x)


def spikeinterface(x: np.ndarray, rate: float) -> int:
    import spikeinterface.preprocessing as pre
    from spikeinterface.core import NumpyRecording
    from spikeinterface.sortingcomponents.peak_detection import detect_peaks

    recording = NumpyRecording([np.ascontiguousarray(x.T * 1e6, dtype=np.float32)], rate)
    recording.set_dummy_probe_from_locations(np.column_stack([np.arange(len(x)) * 1e4, np.zeros(len(x))]))
    recording = pre.notch_filter(pre.bandpass_filter(recording, LOW, HIGH, ignore_low_freq_error=True), freq=50.0)
    return len(
        detect_peaks(recording, method="by_channel", method_kwargs={"peak_sign": "both"}, job_kwargs={"n_jobs": 1})
    )


def mne(x: np.ndarray, rate: float) -> int:
    import mne

    y = mne.filter.filter_data(x, rate, LOW, HIGH, verbose="error")
    mne.filter.notch_filter(y, rate, [50, 100, 150, 250, 350], verbose="error")
    return 0


@lru_cache
def _target(shape: tuple[int, ...]) -> np.ndarray:
    return np.zeros(shape)


def copy(x: np.ndarray, rate: float) -> int:
    np.copyto(_target(x.shape), x)
    return 0


SAMPLED = {"neurokit2", "biosppy"}  # go channel by channel and take long: one is run, and its time scaled
TOOLS = {f.__name__: f for f in (involuntary, scipy, neurokit2, biosppy, spikeinterface, mne, copy)}
READERS: dict[str, Callable[[Path], Any]] = {"involuntary": opened, "mne": by_mne}  # the others have none for BDF
WAYS = ("in memory", "from file")


def one(tool: str, way: str, case: str, folder: Path) -> None:
    """Time one tool on one case and print the figures as JSON."""
    channels, rate = CASES[case]
    run = TOOLS[tool]
    scaled = channels if tool in SAMPLED else 1
    held = np.load(folder / "emg.npy") if way == "in memory" else None

    def whole() -> tuple[float, float, int]:
        """Give time by the clock and of the processors, and what was found; reading is never scaled."""
        start, used = time.perf_counter(), time.process_time()
        x = READERS.get(tool, by_edfio)(folder / "emg.bdf") if held is None else held
        mid, mid_used = time.perf_counter(), time.process_time()
        found = run(x[:1] if tool in SAMPLED else x, rate)
        clock, processor = time.perf_counter() - mid, time.process_time() - mid_used
        return mid - start + clock * scaled, mid_used - used + processor * scaled, found

    # Loads and compiles what is used; ours picks by the length what to load.
    whole() if tool in ("involuntary", "copy") else run(signals(1, rate, 20.0), rate)
    runs, begun = [whole()], time.perf_counter()
    while len(runs) < RUNS and time.perf_counter() - begun + runs[0][0] / scaled < LONGEST_S:
        runs.append(whole())
    best, processor, found = np.min(runs, axis=0).tolist()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    n = round(channels * rate * SECONDS)
    print(json.dumps({"s": best, "processor": processor, "found": round(found), "peak": peak, "n": n}))


def machine() -> str:
    """Name processor, memory and Python."""
    info = Path("/proc/cpuinfo")
    told = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in told if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} processors, {memory:.0f} GiB, Python {platform.python_version()}"


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def row(tool: str, case: str, r: dict[str, float], ours: dict[str, float] | None) -> str:
    mark = "~" if tool in SAMPLED and CASES[case][0] > 1 else " "
    ratio = f"{r['s'] / ours['s']:7.1f}{r['processor'] / ours['processor']:7.1f}" if ours else ""
    return (
        f"{tool:15}{mark}{r['s']:9.3f}s{r['processor']:10.3f}s{r['n'] / r['s']:12.3g}"
        f"{r['peak']:10.0f}{r['found']:9}{ratio:>15}"
    )


def write(case: str, folder: Path) -> None:
    """Write the recording of a case as BDF, and as the array that its reader gives."""
    channels, rate = CASES[case]
    write_bdf(signals(channels, rate), round(rate), folder / "emg.bdf")
    np.save(folder / "emg.npy", by_edfio(folder / "emg.bdf"))


def main() -> None:
    wanted = set(sys.argv[1:]) or set(TOOLS)
    print(machine())
    print(", ".join(f"{p} {installed(p)}" for p in ("involuntary", "numpy", "numba", "edfio") if installed(p)))
    peers = {tool: installed(tool) for tool in TOOLS if tool in wanted - {"involuntary", "copy"}}
    print(", ".join(f"{tool} {number or 'is not installed, left out'}" for tool, number in peers.items()))
    tools = [tool for tool in TOOLS if tool in wanted and peers.get(tool, "here")]
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            # A child starts with its parent's peak of memory: what is large is made in a child of its own.
            subprocess.run([sys.executable, __file__, "--write", case, folder], check=True)
            for way in WAYS:
                compare(way, case, [tool for tool in tools if (tool, way) != ("copy", "from file")], folder)


def compare(way: str, case: str, tools: list[str], folder: str) -> None:
    """Print a row for each tool."""
    if "involuntary" in tools:
        # Kernels are compiled when they are first used, and kept on disk: that is not what is measured.
        subprocess.run([sys.executable, __file__, "--one", "involuntary", way, case, folder], capture_output=True)
    print(f"\n{case}, {way}, load {os.getloadavg()[0]:.1f}", flush=True)
    print(f"{'':16}{'time':>10}{'processor':>11}{'samples/s':>12}{'peak MiB':>10}{'found':>9}{'in ours':>15}")
    ours = None
    for tool in tools:
        command = [sys.executable, __file__, "--one", tool, way, case, folder]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines()[-1:] or [f"status {done.returncode}"]
            print(f"{tool:16}failed: {said[0][:90]}", flush=True)
            continue
        r = json.loads(done.stdout.strip().splitlines()[-1])
        ours = r if tool == "involuntary" else ours
        print(row(tool, case, r, ours), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3], sys.argv[4], Path(sys.argv[5]))
    elif sys.argv[1:2] == ["--write"]:
        write(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
