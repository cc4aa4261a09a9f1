"""Names of rows: like a tuple of them."""

import numpy as np

from involuntary.model import Events
from involuntary.model.labels import Labels


def test_labels_read_and_equal_like_a_tuple():
    names = ("b", "a", "b", "c")
    labels = Labels.of(names)
    assert labels == names
    assert labels != (*names, "a")
    assert hash(labels) == hash(names)
    assert (labels[1], labels[-1], len(labels), list(labels), repr(labels)) == ("a", "c", 4, list(names), repr(names))
    assert labels[1:3] == ("a", "b")
    assert labels[np.array([3, 0])] == ("c", "b")
    assert labels[np.array([True, False, False, True])] == ("b", "c")
    assert labels.are("b").tolist() == [True, False, True, False]
    assert not labels.are("z").any()
    assert Labels.all("x", 3) == ("x",) * 3
    assert Labels.of(()) == ()
    assert Labels.joined([]) == ()


def test_joined_labels_keep_their_order():
    parts = [("a", "b"), (), ("c", "b", "a")]
    assert Labels.joined([Labels.of(part) for part in parts]) == ("a", "b", "c", "b", "a")


def test_long_events_keep_their_channels():
    n = 20_000
    both = Events.merged(
        "burst",
        [Events("burst", (name,) * n, np.arange(n) + shift, np.ones(n)) for name, shift in (("a", 0), ("b", 0.5))],
    )
    assert both.channel[:4] == ("a", "b", "a", "b")
    assert len(both.on("b")) == n
    assert set(both[both.onset_s > 5].channel) == {"a", "b"}
