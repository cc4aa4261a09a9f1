"""Every registered generator keeps the contract."""

import pytest

from involuntary.simulators import GENERATORS
from involuntary.testing.generators import GeneratorContract


@pytest.mark.parametrize("generator", list(GENERATORS), ids=lambda generator: generator.id)
class TestGenerators(GeneratorContract):
    pass
