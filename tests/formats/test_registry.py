"""Every format that is registered faces the contract."""

import importlib
from pathlib import Path

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


def test_the_page_of_formats_names_all_of_them_and_which_are_written():
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    written = {name.strip(" `"): row[5].strip().startswith("yes") for row in rows for name in row[1].split(",")}
    assert written == {f.id: f.writes for f in FORMATS}
