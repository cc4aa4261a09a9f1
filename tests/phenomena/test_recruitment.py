"""Recruitment curves as measurements: what a sigmoid explains, and what none does."""

import numpy as np
import pytest

from involuntary.detect.stimuli import Stimuli
from involuntary.phenomena._evoked import Desk
from involuntary.phenomena._recruitment import recruitment

LEVELS = np.repeat(np.arange(1.0, 9.0), 4)
DESK = Desk("evoked", "soleus", "soleus", 60.0)


def measured(size, upto=np.inf, levels=LEVELS):
    k = levels.size
    given = Stimuli(np.arange(float(k)), levels, ("nerve",) * k, ("",) * k, np.full(k, np.nan), "mA")
    return {m.id.split(".")[1].split("@")[0]: m for m in recruitment("m", size, given, DESK, "mV", upto)}


def test_a_growing_response_has_a_threshold_and_a_slope():
    found = measured(5 / (1 + np.exp(-(LEVELS - 4.5) / 0.5)))
    assert found["m_threshold"].value == pytest.approx(3.5, abs=0.01)
    assert found["m_threshold"].interval[0] < 3.5 < found["m_threshold"].interval[1]
    assert (found["m_slope"].value, found["m_slope"].unit) == (pytest.approx(2.5, rel=0.01), "mV/mA")
    assert found["m_max_level"].value == 8.0


def test_what_does_not_go_by_strength_has_none():
    found = measured(np.random.default_rng(0).uniform(0, 1, LEVELS.size))
    for name in ("m_threshold", "m_slope"):
        assert np.isnan(found[name].value)
        assert found[name].interval is None
        assert found[name].quality.startswith("not measured: a sigmoid explains ")
        assert found[name].quality.endswith("% of the variance, less than 50%")


def test_two_strengths_are_no_curve():
    assert not measured(LEVELS, levels=np.minimum(LEVELS, 2.0))
