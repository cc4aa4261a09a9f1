import numpy as np
import pytest

from involuntary.dsp.derivative import rate_of_change

RATE = 60.0
TIME = np.arange(600) / RATE


@pytest.mark.parametrize(("frequency_hz", "within"), [(1, 1e-6), (5, 1e-4), (10, 2e-3), (14, 0.02)])
def test_the_slope_of_a_sine_is_true_up_to_a_quarter_of_the_rate(frequency_hz, within):
    omega = 2 * np.pi * frequency_hz
    found = rate_of_change(np.stack([np.sin(omega * TIME), np.cos(omega * TIME)]), RATE)[:, 4:-4]
    assert found[0] == pytest.approx(omega * np.cos(omega * TIME[4:-4]), abs=within * omega)
    assert found[1] == pytest.approx(-omega * np.sin(omega * TIME[4:-4]), abs=within * omega)


def test_a_line_has_its_slope_everywhere_however_short():
    for n in (2, 3, 8, 9, 50):
        assert rate_of_change(3.0 * np.arange(n) / RATE, RATE) == pytest.approx(np.full(n, 3.0))
