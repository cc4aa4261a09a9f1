"""Every format that is registered faces the contract."""

import importlib

import pytest

from involuntary.formats import FORMATS
from involuntary.testing.formats import FormatContract


@pytest.mark.parametrize("name", FORMATS.names())
def test_every_format_has_its_contract_test(name):
    contract = importlib.import_module(f"formats.test_{name.replace('-', '_')}").TestContract
    assert issubclass(contract, FormatContract)
    assert contract.id == name


def test_formats_that_write_say_how_they_are_named():
    assert {f.id for f in FORMATS if f.writes} == {"edf", "bdf", "parquet", "emg-bids"}
    assert all(f.suffixes or f.folder for f in FORMATS if f.writes)
