import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from involuntary.dsp.peaks import highest_apart


def _slowly(at, height, apart):
    chosen = []
    for i in np.argsort(-height, kind="stable").tolist():
        if all(abs(at[i] - at[k]) >= apart for k in chosen):
            chosen.append(i)
    return sorted(chosen)


@given(st.dictionaries(st.integers(0, 200), st.integers(0, 5), max_size=60), st.integers(1, 20))
def test_peaks_are_chosen_as_one_after_the_other_from_the_highest(peaks, apart):
    at = np.array(sorted(peaks), dtype=np.intp)
    height = np.array([peaks[k] for k in sorted(peaks)], dtype=float)
    assert highest_apart(at, height, apart).tolist() == _slowly(at, height, apart)
