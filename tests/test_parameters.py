from dataclasses import dataclass, field

import pytest

from involuntary.errors import ParameterError
from involuntary.parameters import as_text, check_bounds, with_settings


@dataclass(frozen=True, slots=True)
class Rule:
    floor_uv: float = 40.0
    count: int = 3
    strict: bool = False
    name: str = "a"


def test_settings_take_the_type_of_the_default():
    changed = with_settings("rule", Rule(), {"floor_uv": "1e2", "count": "5", "strict": "True", "name": "b"})
    assert changed == Rule(100.0, 5, True, "b")
    assert as_text(changed) == (("count", "5"), ("floor_uv", "100.0"), ("name", "b"), ("strict", "True"))


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        (
            "flor_uv",
            "1",
            r"rule.flor_uv: is no parameter \(did you mean 'floor_uv'\?\); known: floor_uv, count, strict, name",
        ),
        ("floor_uv", "x", "rule.floor_uv: must be a number; got 'x'"),
        ("floor_uv", "nan", "rule.floor_uv: must be finite; got 'nan'"),
        ("count", "1.5", "rule.count: must be a whole number; got '1.5'"),
        ("strict", "1", "rule.strict: must be true or false; got '1'"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(key, text, message):
    with pytest.raises(ParameterError, match=f"^{message}$"):
        with_settings("rule", Rule(), {key: text})


@dataclass(frozen=True, slots=True)
class Bounded:
    noise_factor: float = 8.0
    present_n: int = 3
    rest_fraction: float = 0.3
    margin_s: float = 5.0
    from_s: float = -1.0
    order: int = field(default=4, metadata={"at_least": 2, "at_most": 8})
    strict: bool = False
    name: str = "a"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"noise_factor": "0"}, "rule.noise_factor: must be above zero; got 0.0"),
        ({"noise_factor": "-2"}, "rule.noise_factor: must be above zero; got -2.0"),
        ({"present_n": "0"}, "rule.present_n: must be above zero; got 0"),
        ({"rest_fraction": "1.5"}, "rule.rest_fraction: must be at most 1; got 1.5"),
        ({"rest_fraction": "-0.1"}, "rule.rest_fraction: must not be negative; got -0.1"),
        ({"margin_s": "-1"}, "rule.margin_s: must not be negative; got -1.0"),
        ({"order": "1"}, "rule.order: must be at least 2; got 1"),
        ({"order": "9"}, "rule.order: must be at most 8; got 9"),
    ],
)
def test_a_number_out_of_bounds_is_refused(settings, message):
    with pytest.raises(ParameterError) as refused:
        with_settings("rule", Bounded(), settings)
    assert str(refused.value) == message


def test_what_lies_within_the_bounds_is_taken():
    wide = {"rest_fraction": "1", "margin_s": "0", "from_s": "-3", "order": "8", "noise_factor": "0.1"}
    assert with_settings("rule", Bounded(), wide) == Bounded(0.1, 3, 1.0, 0.0, -3.0, 8)
    check_bounds("rule", Bounded())
