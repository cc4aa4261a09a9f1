"""Only the conditions that a piece of evidence can concern are asked, and none of them is passed over."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from involuntary.reason.circumstances import Heard, weigh
from involuntary.reason.evidence import Evidence


@pytest.fixture(scope="module")
def heard(knowledge):
    return Heard.of(tuple(knowledge.conditions.values()), knowledge.ontology)


CODES = ("HP:0003394", "HP:0002380", "HP:0001324", "HP:0000118", "HP:0001250", "HP:0002063", "HP:0001945")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nobody_who_has_something_to_say_is_passed_over(knowledge, heard, data):
    substance = data.draw(st.sampled_from(sorted(knowledge.substances)))
    lab = data.draw(st.sampled_from(sorted(knowledge.labs)))
    flag = data.draw(st.sampled_from(["low", "high", "normal", "positive"]))
    present, code = data.draw(st.booleans()), data.draw(st.sampled_from(CODES))
    told = [
        Evidence("finding", "x", present, code),
        Evidence("lab", "x", entry=lab, value=flag),
        Evidence("lab", "x", term=code, entry=lab, value=flag),
        Evidence("exposure", "x", entry=substance),
        Evidence("exposures", "x", value=substance),
        Evidence("age", "x", number=data.draw(st.floats(0, 100))),
        Evidence("sex", "x", value="female"),
        Evidence("onset", "x", value="acute"),
    ]
    for e in told:
        asked = set(heard.by(e, knowledge.ontology))
        said = {i for i, c in enumerate(knowledge.conditions.values()) if weigh(c, e, knowledge.ontology)}
        assert said <= asked


def test_few_are_asked_of_a_finding(knowledge, heard):
    asked = list(heard.by(Evidence("finding", "x", True, "HP:0002380"), knowledge.ontology))
    assert 0 < len(asked) < len(knowledge.conditions) / 3
