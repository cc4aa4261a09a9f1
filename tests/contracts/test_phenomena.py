"""Every registered phenomenon keeps the contract."""

import pytest

from involuntary.phenomena import PHENOMENA
from involuntary.testing.phenomena import PhenomenonContract


@pytest.mark.parametrize("phenomenon", list(PHENOMENA), ids=lambda phenomenon: phenomenon.id)
class TestPhenomena(PhenomenonContract):
    pass
