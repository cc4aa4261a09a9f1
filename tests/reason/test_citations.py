"""Every source that an answer names by its key comes with its citation."""

from involuntary.knowledge import load
from involuntary.model import Contribution, PhenomenonResult, RedFlag, Urgency
from involuntary.reason.citations import references


def test_keys_are_resolved_once_and_other_sources_are_left_alone():
    knowledge = load()
    key = min(knowledge.sources)
    supports = (
        Contribution("x", 2.0, 1.0, f"{key}, expert-judgement"),
        Contribution("y", 2.0, 1.0, "Author 2020, p. 3"),
    )
    flag = RedFlag("f", "why", "what", Urgency.URGENT, key)
    found = dict(references((PhenomenonResult("p", "P", 0.5, supports),), (flag,), (), knowledge))
    assert set(found) == {key, "expert-judgement"}
    assert str(knowledge.sources[key].year) in found[key]
    assert found["expert-judgement"] == "Judgement of the developers; nothing published is cited."
