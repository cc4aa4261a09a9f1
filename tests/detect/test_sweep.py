import numpy as np
import pytest

from involuntary.detect import bursts, conditioned, potentials, tonic
from involuntary.detect.bench import Bench
from involuntary.detect.sweep import sweep
from involuntary.errors import ParameterError
from simulated import noise, recording, with_potentials

RATE = 2000.0
WANTED = [
    (potentials.POTENTIALS, potentials.PotentialRule()),
    (bursts.BURSTS, bursts.BurstRule()),
    (tonic.TONIC, tonic.TonicRule()),
]


def example():
    x, _ = with_potentials(noise(30, RATE, seed=1), RATE, np.arange(0.5, 10, 0.7), seed=2)
    random = np.random.default_rng(3)
    for start, stop in [(12.0, 12.1), (13.0, 13.08), (15.0, 20.0)]:
        x[round(start * RATE) : round(stop * RATE)] += random.normal(0, 60, round((stop - start) * RATE))
    return recording(x, RATE)


def same(a, b):
    return (a.kind, a.channel, a.onset_s.tolist(), a.duration_s.tolist()) == (
        b.kind, b.channel, b.onset_s.tolist(), b.duration_s.tolist(),
    )  # fmt: skip


def test_one_pass_gives_what_each_detector_gives_alone():
    together = sweep(example(), 0, WANTED)
    alone = [
        module.detect(example(), 0, rule) for module, (_, rule) in zip((potentials, bursts, tonic), WANTED, strict=True)
    ]
    assert [len(events) > 0 for events in together] == [True] * 3
    assert all(same(a, b) for a, b in zip(together, alone, strict=True))


def test_detectors_that_condition_alike_share_one_pass(monkeypatch):
    passes = []
    original = conditioned.condition
    monkeypatch.setattr(conditioned, "condition", lambda *given, **how: passes.append(1) or original(*given, **how))
    sweep(example(), 0, WANTED)
    assert len(passes) == 1
    sweep(example(), 0, [*WANTED, (tonic.TONIC, tonic.TonicRule(low_hz=30.0))])
    assert len(passes) == 3


def test_the_bench_keeps_what_one_pass_gave(monkeypatch):
    bench = Bench(example())
    bench.sweep(0, potentials.PotentialRule(), bursts.BurstRule())
    monkeypatch.setattr(conditioned, "condition", None)
    assert len(bench.detect(potentials.detect, 0, potentials.PotentialRule())) > 0
    assert len(bench.detect(bursts.detect, 0, bursts.BurstRule())) > 0


def test_nothing_wanted_is_nothing_read():
    assert sweep(example(), 0, []) == []


def test_compiled_kernels_find_the_same_events(monkeypatch):
    plain = sweep(example(), 0, WANTED)
    monkeypatch.setattr(conditioned, "_COMPILED_FROM", 0)
    compiled = sweep(example(), 0, WANTED)
    assert all(same(a, b) for a, b in zip(plain, compiled, strict=True))
    for a, b in zip(plain, compiled, strict=True):
        for name, column in a.features.items():
            np.testing.assert_allclose(b.features[name], column, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("factor", [0.0, -1.0])
def test_a_rule_that_cannot_be_is_refused(factor):
    with pytest.raises(ParameterError, match=r"^PotentialRule\.extent_factor: must be above zero; got"):
        sweep(example(), 0, [(potentials.POTENTIALS, potentials.PotentialRule(extent_factor=factor))])
