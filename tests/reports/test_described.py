"""A test's numbers are its result where nothing was called."""

from math import nan

from involuntary.model import Finding, Measurement, Observation, RecordingSummary, Reference, State, Term
from involuntary.reports.described import described, of_all, units

RULE = Reference("expert-judgement", "a test's")
TERM = Term("HP:0031826", "Abnormal reflex")


def measurement(id_, value=1.0):
    return Measurement(id_, id_.partition(".")[0], "", value, "1", 3, 60.0, "good", "counted", RULE)


def observed(state, *measurements):
    finding = Finding(TERM, state, "evoked", rule="evoked: not assessed: no limit")
    return Observation(RecordingSummary("bdf", 60.0, ()), (), measurements, (finding,), (), "0")


def test_what_was_measured_and_not_called_is_described_with_the_reason():
    ratio, unknown = measurement("evoked.h_m_ratio"), measurement("evoked.f_latency", nan)
    (test,) = described(observed(State.NOT_ASSESSED, ratio, unknown, measurement("tremor.frequency")))
    assert (test.name, test.measured, test.why) == ("Evoked responses", (ratio,), "not assessed: no limit")


def test_what_was_called_speaks_for_itself():
    assert described(observed(State.EXCLUDED, measurement("evoked.h_m_ratio"))) == ()
    assert described(observed(State.NOT_ASSESSED)) == ()


def test_numbers_of_one_unit_or_pair_are_not_of_the_whole_test():
    whole = ("motor-units.mean_amplitude", "transmission-failure.jitter_mean@needle")
    single = ("motor-units.unit_0.rate@needle", "transmission-failure.jitter_12@needle")
    assert [of_all(measurement(name)) for name in whole + single] == [True, True, False, False]


def test_units_stand_one_a_row():
    names = ("unit_0.rate@needle", "unit_0.area@needle", "unit_1.rate@needle", "mean_area")
    rows = units(observed(State.NOT_ASSESSED, *(measurement(f"motor-units.{name}") for name in names)))
    assert [(row.unit, list(row.measured)) for row in rows] == [("0", ["rate", "area"]), ("1", ["rate"])]


def test_units_of_two_phenomena_that_bear_one_number_are_two():
    names = ("motor-units.unit_0.rate@needle", "cramp.unit_0.rate@grid 3", "cramp.unit_0.from@grid 3")
    rows = units(observed(State.NOT_ASSESSED, *(measurement(name) for name in names)))
    assert [(row.unit, list(row.measured)) for row in rows] == [("0", ["rate"]), ("0", ["rate", "from"])]
