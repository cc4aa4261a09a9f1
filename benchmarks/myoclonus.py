"""Half an hour of 32 channels of EEG and 8 of EMG with 500 jerks: the whole analysis of myoclonus, time and memory.

    PYTHONPATH=src python benchmarks/myoclonus.py [MINUTES [JERKS]]

The recording is written as BDF at 1 kHz and read back by `involuntary observe --phenomenon myoclonus`, in a process of
its own, with the 1,000 surrogates that are the default. A spike at −20 ms lies under some channels.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from recordings import write_bdf

RATE = 1000
EEG, EMG = 32, 8
NAMES = [*(f"EEG {i}" for i in range(EEG)), *(f"EMG {i}" for i in range(EMG))]


def signals(minutes: float, jerks: int) -> np.ndarray:
    """Pink EEG of 10 µV, a spike before each jerk, bursts of 30 to 50 ms down eight muscles, in volts."""
    random = np.random.default_rng(1)
    n = round(60 * minutes * RATE)
    onset = np.sort(random.choice(np.arange(4 * RATE, n - 4 * RATE, 600), jerks, replace=False))
    onset = onset + random.integers(0, 200, jerks)
    hz = np.maximum(np.fft.rfftfreq(n, 1 / RATE), 0.3)
    x = np.empty((EEG + EMG, n))
    shape = np.exp(-0.5 * (np.arange(-30, 31) / 6.0) ** 2)
    for row in range(EEG):
        noise = np.fft.irfft(np.fft.rfft(random.standard_normal(n)) / np.sqrt(hz), n)
        x[row] = 10e-6 * noise / noise.std()
        for at in onset:
            x[row, at - 50 : at + 11] += 5e-6 * np.exp(-row / 8) * shape
    for muscle in range(EMG):
        row = x[EEG + muscle]
        row[:] = 5e-6 * random.standard_normal(n)
        for at in onset + 4 * muscle:
            length = int(random.integers(30, 50))
            row[at : at + length] += 60e-6 * random.standard_normal(length)
    return x


def make(path: Path, minutes: float, jerks: int) -> None:
    write_bdf(signals(minutes, jerks), RATE, path, 1, NAMES)


def main(minutes: float, jerks: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jerks.bdf"
        # Made by another process: what this one holds would be counted as the child's.
        subprocess.run([sys.executable, __file__, "--make", str(path), str(minutes), str(jerks)], check=True)
        out = path.with_suffix(".json")
        kinds = [
            word for name in NAMES for word in ("--channel", f"{name}={'eeg' if 'EEG' in name else 'surface-emg'}")
        ]
        command = [sys.executable, "-m", "involuntary", "observe", str(path), "--phenomenon", "myoclonus", *kinds]
        start = time.perf_counter()
        child = subprocess.Popen([*command, "-o", str(out)], stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        if status:
            raise SystemExit("observe failed")
        found = [line.strip() for line in out.read_text(encoding="utf-8").splitlines() if "jerks in" in line]
    print(f"{wall:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of processor, peak {used.ru_maxrss / 1024:.0f} MiB")
    print(found[0] if found else "nothing found")


if __name__ == "__main__":
    given = sys.argv[1:]
    if given[:1] == ["--make"]:
        make(Path(given[1]), float(given[2]), int(given[3]))
    else:
        main(*(float(given[0]) if given else 30.0, int(given[1]) if len(given) > 1 else 500))
