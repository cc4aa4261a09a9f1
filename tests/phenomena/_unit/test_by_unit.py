"""Contractions under a grid, unit by unit: intervals vary by 45 %, as in a cramp."""

from dataclasses import replace

import numpy as np
import pytest

from involuntary.decompose.agreement import agreement
from involuntary.decompose.grid import GridDecomposition, GridRule
from involuntary.detect.bench import Bench
from involuntary.model import Channel, ChannelKind, Recording
from involuntary.model.recording import Annotation
from involuntary.phenomena import cramp, spasm
from involuntary.phenomena._unit import by_unit as module
from involuntary.phenomena._unit.by_unit import by_unit

RATE = 1024.0
BEGIN, END, SECONDS = 3.0, 13.0, 16.0
RATES = (12.0, 18.0)


def cramp_under_a_grid(channels=16):
    """Two units that travel along the grid at different speeds, and noise, with a mark of a cramp."""
    random = np.random.default_rng(3)
    samples = random.normal(0, 3e-6, (channels, round(SECONDS * RATE)))
    rows, columns = np.divmod(np.arange(channels), 4)
    time_ms, trains = np.arange(-20, 21) / RATE * 1e3, []
    for unit, rate in enumerate(RATES):
        x = (time_ms[None, :] - (rows * (1.5 + 0.8 * unit))[:, None] + 5) / (1.6 + 0.8 * unit)
        wave = 1e-4 * np.exp(-0.7 * np.abs(columns - 3 * unit))[:, None] * (1 - x * x) * np.exp(-0.5 * x * x)
        at = BEGIN + np.cumsum(np.maximum(random.gamma(1 / 0.45**2, 0.45**2 / rate, 300), 0.02))
        trains.append(at[at < END])
        for t in np.rint(trains[-1] * RATE).astype(int):
            samples[:, t - 20 : t + 21] += wave
    metas = [Channel(f"calf {i}", ChannelKind.SURFACE_EMG, "V", RATE, samples.shape[1]) for i in range(channels)]
    recording = Recording.from_arrays(list(samples), metas)
    return replace(recording, annotations=(Annotation(BEGIN, END - BEGIN, "cramp, pain"),)), trains


@pytest.fixture(scope="module")
def read():
    recording, trains = cramp_under_a_grid()
    rule = GridRule(extended_n=256, at_once_n=12, rounds_n=2)
    return by_unit("cramp", Bench(recording), range(16), [(BEGIN, END)], rule), trains


def test_every_unit_has_its_discharges(read):
    found, trains = read
    (events,) = found.events
    own = [events.onset_s[events.features["unit_id"] == k] for k in np.unique(events.features["unit_id"])]
    pairs = agreement(trains, own, 0.001)
    assert len(own) == len(pairs) == 2
    assert all(pair.rate > 0.95 for pair in pairs)


def test_rates_and_variation_are_those_of_the_units(read):
    found, trains = read
    value = {m.id.split("@")[0]: m.value for m in found.measurements}
    assert sorted(value[f"cramp.unit_{k}.rate"] for k in (0, 1)) == pytest.approx(
        sorted(1 / np.mean(np.diff(train)) for train in trains), rel=0.05
    )
    assert all(0.35 < value[f"cramp.unit_{k}.interval_cv"] < 0.55 for k in (0, 1))
    assert all(0 <= value[f"cramp.unit_{k}.from"] < 0.5 and value[f"cramp.unit_{k}.to"] > 9 for k in (0, 1))


def test_few_channels_are_no_grid():
    recording, _ = cramp_under_a_grid(8)
    found = by_unit("cramp", Bench(recording), range(8), [(BEGIN, END)])
    assert (found.measurements, found.events) == ((), ())
    assert "8 channels" in found.notes[0]


@pytest.mark.parametrize(
    ("spans", "read", "notes"),
    [
        (
            [(1.0, 13.0), (14.0, 15.0)],
            [(1.0, 9.0)],
            (
                "cramp: the first 8 of 12 s of the first contraction were read unit by unit",
                "cramp: 1 of 2 contractions were not read unit by unit: too long",
            ),
        ),
        # What is left out takes no time from what follows.
        (
            [(1.0, 4.0), (5.0, 12.0), (13.0, 15.0)],
            [(1.0, 4.0), (13.0, 15.0)],
            ("cramp: 1 of 3 contractions were not read unit by unit: too long",),
        ),
        ([(1.0, 4.0), (5.0, 9.0)], [(1.0, 4.0), (5.0, 9.0)], ()),
    ],
)
def test_no_more_is_taken_apart_than_there_is_time_for(monkeypatch, spans, read, notes):
    recording, _ = cramp_under_a_grid()
    lasted = []
    monkeypatch.setattr(module, "_LONGEST_S", 8.0)
    monkeypatch.setattr(
        module, "decompose", lambda samples, *_: lasted.append(samples.shape[1] / RATE) or GridDecomposition((), 0.0)
    )
    found = by_unit("cramp", Bench(recording), range(16), spans)
    assert found.notes == notes
    assert lasted == pytest.approx([stop - start + 2 for start, stop in read])


@pytest.mark.parametrize(("owner", "context"), [(cramp, "pain"), (spasm, "paralysed")])
def test_it_is_read_where_it_is_asked_for(monkeypatch, owner, context):
    recording, _ = cramp_under_a_grid()
    phenomenon, asked = owner.PHENOMENON.id, []
    monkeypatch.setattr(owner, "by_unit", lambda *given: asked.append(given) or owner.ByUnit(notes=("read",)))
    for grid in (False, True):
        settings = {"grid": str(grid).lower(), "context": context}
        assert ("read" in owner.PHENOMENON.observe(Bench(recording), settings).notes) is grid
    ((name, _, channels, spans),) = asked
    assert (name, len(channels)) == (phenomenon, 16)
    assert spans[0] == pytest.approx((BEGIN, END), abs=0.3)
