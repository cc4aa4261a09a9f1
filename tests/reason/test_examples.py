"""The shipped examples: a right answer leads, every reason is shown, and warnings stand where they must."""

from importlib import resources

import pytest

from involuntary.intake import read_case
from involuntary.model import Urgency
from involuntary.reason import assess
from involuntary.reason.evidence import collect

RIGHT = {
    "night-cramps": ("nocturnal-leg-cramps", {"cramp"}),
    "weakness": ("amyotrophic-lateral-sclerosis", {"fasciculation"}),
    "rest-tremor": ("parkinsons-disease", {"tremor", "parkinsonism"}),
}


@pytest.fixture(scope="module")
def assessed(knowledge, tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("examples"), {}
    for name in RIGHT:
        path = folder / f"{name}.yaml"
        path.write_text(resources.files("involuntary.examples").joinpath(path.name).read_text("utf-8"), "utf-8")
        found[name] = (read_case(path, knowledge), assess(read_case(path, knowledge), knowledge))
    return found


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_ranks_first(assessed, name):
    condition, phenomenon = RIGHT[name]
    result = assessed[name][1]
    assert result.conditions[0].id == condition
    assert result.phenomena[0].id in phenomenon


@pytest.mark.parametrize("name", RIGHT)
def test_every_reason_is_shown(assessed, name, knowledge):
    case, result = assessed[name]
    leader = result.conditions[0]
    told = {c.finding.removeprefix("no ") for c in (*leader.supports, *leader.contradicts)}
    known = {e.name for e in collect(case, knowledge) if e.kind == "finding"}  # without what a narrower one says
    assert len(known & told) >= len(known) - 1  # what nobody counts stands elsewhere
    assert all(c.source for c in (*leader.supports, *leader.contradicts))


def test_weakness_with_fasciculations_raises_a_red_flag(assessed):
    result = assessed["weakness"][1]
    assert [flag.id for flag in result.red_flags] == ["fasciculation-with-weakness"]
    assert result.urgency is Urgency.URGENT


@pytest.mark.parametrize("name", ["night-cramps", "rest-tremor"])
def test_the_others_raise_none(assessed, name):
    assert assessed[name][1].red_flags == ()
