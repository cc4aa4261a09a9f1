from dataclasses import dataclass

import pytest

from involuntary.errors import ParameterError
from involuntary.parameters import as_text, with_settings


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
