"""The recording that benchmarks read: simulated rest EMG, in memory and as BDF on disk."""

from pathlib import Path

import numpy as np

STEP_UV = 1 / 32


def signals(channels: int, rate: float, seconds: float = 600.0, apart_s: float = 1.0) -> np.ndarray:
    """Rest EMG in volts: noise of 5 µV, potentials of 40 to 300 µV about once every `apart_s`, mains of 20 µV."""
    n = round(seconds * rate)
    t = np.arange(n) / rate
    mains = sum(a * np.cos(2 * np.pi * 50.02 * k * t + k) for k, a in [(1, 20.0), (2, 6.0), (3, 8.0), (5, 4.0)])
    out = np.empty((channels, n))
    for c in range(channels):
        random = np.random.default_rng(c)
        x = random.normal(0, 5.0, n) + mains
        wave_t = np.arange(-round(0.012 * rate), round(0.012 * rate) + 1) / rate
        wave = -wave_t * np.exp(-(wave_t**2) / (2 * 0.002**2))
        wave /= np.ptp(wave)
        for at in np.cumsum(random.exponential(apart_s, int(seconds / apart_s))):
            first = round(at * rate)
            if first + wave.size < n:
                x[first : first + wave.size] += random.uniform(40, 300) * wave
        out[c] = x * 1e-6
    return out


def write_bdf(x: np.ndarray, rate: int, path: Path, times: int = 1, names: list[str] | None = None) -> None:
    """Write volts, shape (channels, whole seconds), as BDF in records of a second, over and over."""
    channels, seconds = len(x), x.shape[1] // rate
    digits = np.round(x[:, : seconds * rate] * 1e6 / STEP_UV).astype("<i4")
    raw = digits.reshape(channels, seconds, rate).view(np.uint8).reshape(channels, seconds, rate, 4)[..., :3]
    labels = [name[:16] for name in names or [f"EMG{c}" for c in range(channels)]]
    columns = [
        (16, labels), (80, ["surface"] * channels), (8, ["uV"] * channels),
        (8, [-262144] * channels), (8, [262144] * channels), (8, [-(2**23)] * channels),
        (8, [2**23 - 1] * channels), (80, [""] * channels), (8, [rate] * channels), (32, [""] * channels),
    ]  # fmt: skip
    head = [(80, "X X X X"), (80, "Startdate 01-JAN-2026 X X X"), (8, "01.01.26"), (8, "00.00.00")]
    head += [(8, 256 * (channels + 1)), (44, "24BIT"), (8, times * seconds), (8, 1), (4, channels)]
    fields = head + [(width, value) for width, values in columns for value in values]
    with path.open("wb") as file:
        file.write(b"\xffBIOSEMI" + b"".join(str(value).ljust(width).encode("ascii") for width, value in fields))
        for _ in range(times):
            for second in range(seconds):
                file.write(np.ascontiguousarray(raw[:, second]).tobytes())
