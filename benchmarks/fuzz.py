"""Read damaged files of every format for as long as wanted: ``python benchmarks/fuzz.py 200000 --seed 1``.

Each format has a process of its own. A file that takes five seconds of the processor or a minute by the clock,
crashes the process, raises anything but a refusal or takes a gibibyte of memory is kept in ``--keep``, and the exit
status is 1. The last line sums up, in JSON.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()
ROOT = HERE.parent.parent
LONGEST_S = 5.0  # of the processor: on a busy machine the clock tells of others
HANGS_S = 60.0  # by the clock
MOST_KIB = 1 << 20
_REPORT = 500


def formats() -> list[str]:
    """Every registered format; each has a contract test with a fixture."""
    from involuntary.formats import FORMATS

    return list(FORMATS.names())


def fuzz(name: str, count: int, seed: int, keep: Path) -> dict:
    """Read `count` damaged copies of a format's fixture in this process."""
    from involuntary.formats import ReadOptions
    from involuntary.testing.formats import contracts_in, refusal_of
    from involuntary.testing.fuzz import mutated

    contracts = contracts_in(importlib.import_module(f"formats.test_{name.replace('-', '_')}"))
    result = {"format": name, "files": 0, "read": 0, "refused": 0, "longest_s": 0.0, "failures": []}
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / str(i) for i in range(len(contracts))]
        for place in places:
            place.mkdir()
        paths = [contract.fixture(place) for contract, place in zip(contracts, places, strict=True)]
        for contract, path in zip(contracts, paths, strict=True):
            refusal_of(path, contract.options)  # loads what readers use, which is not what is timed
        sounds = [{f: f.read_bytes() for f in sorted(place.rglob("*")) if f.is_file()} for place in places]
        for number in range(count):
            which = number % len(contracts)
            contract, path, sound = contracts[which], paths[which], sounds[which]
            random = np.random.default_rng([seed, number, *name.encode()])
            victim = list(sound)[random.integers(len(sound))]
            victim.write_bytes(mutated(random, sound[victim]))
            if number % _REPORT == 0:
                print(number, flush=True)
            faulthandler.dump_traceback_later(HANGS_S, exit=True)
            begun = time.process_time()
            problem, message = "", ""
            try:
                message = refusal_of(path, ReadOptions(rate_hz=100.0) if random.integers(2) else contract.options)
            except Exception as error:  # what must never come: keep it and go on
                problem = f"{type(error).__name__}: {error}"[:200]
            took = time.process_time() - begun
            faulthandler.cancel_dump_traceback_later()
            problem = problem or ("slow" if took > LONGEST_S else "") or ("lines" if "\n" in message else "")
            if problem:
                _keep(keep, name, number, victim)
                result["failures"].append([number, problem])
            result["files"] += 1
            result["refused" if message else "read"] += 1
            result["longest_s"] = round(max(result["longest_s"], took), 3)
            victim.write_bytes(sound[victim])
    result["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    result["peak_of_probes_mib"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if result["peak_mib"] > MOST_KIB // 1024:
        result["failures"].append([-1, f"{result['peak_mib']} MiB"])
    return result


def _keep(keep: Path, name: str, number: int, victim: Path) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    shutil.copy(victim, keep / f"{name}-{number}-{victim.name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="files in all, shared evenly by the formats")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="one format")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    if asked.here:
        print(json.dumps(fuzz(asked.only, asked.count, asked.seed, asked.keep)))
        return
    names = [asked.only] if asked.only else formats()
    each = -(-asked.count // len(names))
    results = []
    for name in names:
        options = [str(each), "--seed", str(asked.seed), "--only", name, "--keep", str(asked.keep), "--here"]
        begun = time.monotonic()
        done = subprocess.run([sys.executable, str(HERE), *options], stdout=subprocess.PIPE, text=True, check=False)
        lines = done.stdout.splitlines()
        if done.returncode == 0:
            result = json.loads(lines[-1])
        else:
            result = {"format": name, "files": int(lines[-1]) if lines else 0, "failures": [[-1, "hang or crash"]]}
        result["took_s"] = round(time.monotonic() - begun)
        results.append(result)
        print(json.dumps(result), flush=True)
    failures = sum(len(result["failures"]) for result in results)
    print(json.dumps({"files": sum(result["files"] for result in results), "failures": failures, "seed": asked.seed}))
    raise SystemExit(bool(failures))


if __name__ == "__main__":
    main()
