"""Nothing of the identity that an EDF header has room for is in anything that is made of the file."""

import datetime

import edfio
import numpy as np
import pytest
from click.testing import CliRunner

from involuntary.cli import main
from involuntary.formats import FORMATS

SECRETS = ("Quisquam", "PC-77-31", "04-MAR-1951", "HOSP9", "Techniker7", "Device-5521", "SECRETNOTE", "WARD12")


@pytest.fixture(params=["edf", "bdf"])
def file(request, tmp_path):
    random = np.random.default_rng(3)
    make, signal = (edfio.Edf, edfio.EdfSignal) if request.param == "edf" else (edfio.Bdf, edfio.BdfSignal)
    muscle = signal(
        random.normal(0, 5, 20_000), 1000, label="EMG left", physical_dimension="uV", physical_range=(-500, 500)
    )
    patient = edfio.Patient(
        code="PC-77-31", sex="F", birthdate=datetime.date(1951, 3, 4), name="Quisquam", additional=("SECRETNOTE",)
    )
    recording = edfio.Recording(
        startdate=datetime.date(2024, 5, 6), hospital_administration_code="HOSP9",
        investigator_technician_code="Techniker7", equipment_code="Device-5521", additional=("WARD12",),
    )  # fmt: skip
    path = tmp_path / f"night.{request.param}"
    make([muscle], patient=patient, recording=recording).write(path)
    assert all(secret.encode() in path.read_bytes() for secret in SECRETS)
    return path


def test_neither_results_nor_reports_nor_conversions_hold_any_of_it(file, tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    written = [str(made / (f.id if f.folder else f"a{f.suffixes[0]}")) for f in FORMATS if f.writes]
    commands = [["convert", str(file), out] for out in written]
    commands.append(["observe", str(file), "-o", str(made / "o.json"), "--report", str(made / "o.html")])
    told = b""
    for command in commands:
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
        told += done.output.encode()
    found = {path.name: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    found["terminal"] = told
    assert len(found) > len(written)
    for name, content in found.items():
        assert not [secret for secret in SECRETS if secret.lower().encode() in content.lower()], name
