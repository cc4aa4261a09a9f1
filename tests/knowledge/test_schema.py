import msgspec
import pytest

from involuntary.knowledge.schema import CONDITION_GROUPS, PHENOMENON_GROUPS, Clauses, ConditionGroup, PhenomenonGroup

FASCICULATION = {"finding": "HP:0002380", "label": "Fasciculations"}
ONE = "a clause holds exactly one of finding, lab, exposure, age_below/age_above, onset"
EITHER = "a clause on a lab holds either flag, or below or above with unit"


def test_every_group_has_a_name():
    assert tuple(CONDITION_GROUPS) == ConditionGroup.__args__
    assert tuple(PHENOMENON_GROUPS) == PhenomenonGroup.__args__


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        ({"any": [{}]}, f"{ONE} - at `$.any[0]`"),
        ({"any": [{**FASCICULATION, "onset": "acute"}]}, f"{ONE} - at `$.any[0]`"),
        ({"any": [{"lab": "calcium"}]}, f"{EITHER} - at `$.any[0]`"),
        ({"any": [{"lab": "calcium", "below": 1.9}]}, "a limit needs its lab and unit - at `$.any[0]`"),
        ({"any": [FASCICULATION], "at_least": 2}, "at_least must be 1 to 1, the number of clauses; got 2"),
    ],
)
def test_a_rule_that_says_nothing_clear_is_refused(clauses, message):
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.convert(clauses, Clauses)
    assert str(error.value) == message


def test_a_rule_is_read():
    rule = msgspec.convert({"any": [FASCICULATION, {"lab": "calcium", "below": 1.9, "unit": "mmol/L"}]}, Clauses)
    assert (rule.at_least, rule.any[1].below) == (1, 1.9)
