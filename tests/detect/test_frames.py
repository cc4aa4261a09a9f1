from itertools import pairwise

import numpy as np
import pytest

from involuntary.detect.frames import FrameLevels, Levels, whole
from simulated import recording


@pytest.mark.parametrize("blocks", [[1000], [100] * 10, [300, 400, 300]])
def test_pieces_part_where_it_is_quiet_and_hold_every_frame_once(blocks):
    level = np.random.default_rng(1).uniform(0, 1, 1000)
    for a, b in ((50, 90), (200, 610), (900, 1000)):
        level[a:b] += 10
    kept, at = FrameLevels(), 0
    for n in blocks:
        kept.append(Levels(20 * at, 20, level[at : at + n]))
        at += n
    one = recording(np.zeros(20000), 1000.0)
    pieces = list(kept.pieces(one, 0, lambda part: part > 5, 20))
    np.testing.assert_array_equal(np.concatenate([piece.level for piece in pieces]), level)
    for piece, after in pairwise(pieces):
        assert after.first == piece.first + piece.frame * piece.level.size
        assert piece.level[-20:].max() < 5
        assert after.level[:20].max() < 5
    (joined,) = map(whole, kept.stretches(one, 0))
    assert (joined.first, joined.level.tolist()) == (0, level.tolist())
    assert len(pieces) > 1
