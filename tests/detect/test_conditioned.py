"""What a detector's rule states of the conditioning of a channel."""

from dataclasses import dataclass

from involuntary.detect.conditioned import Conditioning
from involuntary.detect.limb_movements import LimbMovementRule
from involuntary.detect.tonic import TonicRule


@dataclass(frozen=True)
class Rule:
    high_hz: float = 200.0
    remove_mains: bool = False
    shortest_s: float = 1.0


def test_a_rule_states_what_it_names_and_the_rest_is_usual():
    assert Conditioning.of(Rule()) == Conditioning(20.0, 200.0, False, 10.0)
    assert Conditioning.of(LimbMovementRule()) == Conditioning(10.0, 200.0, True, 40.0)
    assert Conditioning.of(TonicRule()) == Conditioning()
