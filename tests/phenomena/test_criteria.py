"""A table of names, weighed by what was recorded."""

import numpy as np

from involuntary.model import Reference
from involuntary.phenomena._criteria import Criterion, shares

SOURCE = Reference("expert-judgement", "a test")
TABLE = {
    "first_kind": (Criterion("fast", "rate", 4, 12), Criterion("small", "size", high=1), Criterion("seen", "seen", 1)),
    "second": (Criterion("slow", "rate", high=np.nextafter(4, 0)),),
}


def found(known):
    return list(shares(TABLE, known, "twitch", dict.fromkeys(TABLE, SOURCE)))


def test_what_holds_what_fails_and_what_was_not_recorded():
    first, second = found({"rate": 4.0, "size": 1.5})
    assert (first.name, first.value, first.n) == ("criteria_first_kind", 0.5, 2)
    assert first.quality == "for: fast; against: small; not recorded: seen"
    assert first.method == "share of the recorded criteria of first kind twitch that hold; no diagnosis"
    assert (second.value, second.quality) == (0.0, "against: slow")


def test_a_name_of_which_nothing_was_recorded_is_not_weighed():
    assert [row.name for row in found({"size": 0.5})] == ["criteria_first_kind"]
    assert found({}) == []
