from dataclasses import replace
from types import SimpleNamespace

import pytest

from involuntary import simulate
from involuntary.testing.generators import GeneratorContract


@pytest.mark.parametrize("name", ["fasciculation", "myoclonus", "negative-myoclonus"])
def test_truth_that_lies_elsewhere_breaks_the_contract(name):
    recording, (truth,) = simulate(name, 20, 1)
    # Wrong truth passes by chance one time in ten at most; this one does not.
    late = replace(truth, onset_s=truth.onset_s + 0.7)
    GeneratorContract().test_truth_matches_the_signal(SimpleNamespace(simulate=lambda *_: (recording, (truth,))))
    with pytest.raises(AssertionError, match="the signal tells nothing of it"):
        GeneratorContract().test_truth_matches_the_signal(SimpleNamespace(simulate=lambda *_: (recording, (late,))))
