import pytest

from involuntary.knowledge import load


@pytest.fixture(scope="session")
def knowledge():
    return load()
