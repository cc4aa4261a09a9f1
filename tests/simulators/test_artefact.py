import numpy as np
import pytest

from involuntary import simulate
from involuntary.errors import ParameterError
from involuntary.simulators.artefact import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_in_the_signal_and_nothing_in_the_truth(kind):
    recording, truth = simulate("artefact", 20, 1, kind=kind, mains_uv=0.0)
    assert truth == ()
    assert np.abs(recording.samples(0)).max() > 100e-6
    still = simulate("artefact", 20, 1, kind=kind, size_uv=0.0, mains_uv=0.0)[0].samples(0)
    assert np.abs(still).max() < 50e-6


def test_an_unknown_kind_is_refused():
    with pytest.raises(ParameterError) as caught:
        simulate("artefact", 10, kind="hum")
    assert str(caught.value) == "artefact.kind: must be one of ecg, mains, movement, pops; got 'hum'"
