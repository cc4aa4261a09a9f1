"""Which limits hold for a nerve, and what is said where none does."""

import pytest

from involuntary.norms import Person, norms
from involuntary.phenomena._conduction import MOTOR, SENSORY, Limits, nerve_of

KNOWN = ("median", "tibial", "ulnar")


@pytest.mark.parametrize(
    ("name", "nerve"),
    [("R APB", "median"), ("adm_l", "ulnar"), ("AH1", "tibial"), ("Tibial R", "tibial"), ("chapb", ""), ("", "")],
)
def test_a_nerve_is_named_by_itself_or_by_its_muscle(name, nerve):
    assert nerve_of(name, KNOWN) == nerve


@pytest.mark.parametrize(
    ("test", "nerve", "base", "unit", "said"),
    [
        (MOTOR, "", "velocity", "m/s", "neither the channel nor --set nerve-conduction.nerve=… names a nerve"),
        (SENSORY, "median", "amplitude", "µV", "no limit of the amplitude of the median nerve is known"),
        (MOTOR, "median", "amplitude", "count", "its limits are in mV, not in count"),
        (MOTOR, "tibial", "velocity", "m/s", "--set nerve-conduction.age_years=…, --set nerve-conduction.sex=…"),
    ],
)
def test_where_no_limit_holds_it_is_said_why(test, nerve, base, unit, said):
    limits = Limits(norms(), test, nerve, Person(), 90.0)
    assert not limits.of(base, unit)
    assert said in limits.missing(base, unit)


def test_a_limit_of_ones_own_for_any_nerve_asks_for_what_it_needs(tmp_path):
    own = tmp_path / "own.tsv"
    names = ("test", "measure", "direction", "limit", "unit", "population", "source_id", "source", "per_m", "at_m")
    cells = (MOTOR, "latency", "above", "4", "ms", "ours", "expert-judgement", "ours", "0.5", "1.7")
    own.write_text("\t".join(names) + "\n" + "\t".join(cells) + "\n")
    limits = Limits(norms(str(own)), MOTOR, "median", Person(), 90.0)
    assert limits.missing("latency", "ms").endswith("hold for certain people: --set nerve-conduction.height_m=…")
    assert Limits(limits.table, MOTOR, "median", Person(height_m=1.9), 90.0).of("latency", "ms")
