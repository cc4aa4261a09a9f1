"""OTB+ and OTB4 archives, packed by hand as the maker's own readers take them apart."""

import io
import tarfile

import numpy as np
import pytest

from involuntary.errors import RecordingError
from involuntary.formats import read
from involuntary.model import Annotation, ChannelKind
from involuntary.testing.formats import IDENTITY, FormatContract

RANDOM = np.random.default_rng(31)
PLUS = RANDOM.integers(-32768, 32768, (500, 4)).astype("<i2")
FOUR = RANDOM.integers(-(1 << 20), 1 << 20, (400, 3)).astype("<i4")
AUX = RANDOM.integers(-30000, 30000, (400, 2)).astype("<i2")
DEVICE = """<?xml version="1.0" encoding="utf-8"?>
<Device Name="{device}" ID="1" DeviceTotalChannels="4" SampleFrequency="2048" ad_bits="{bits}"><Channels>
<Adapter ID="AD1x64" Gain="{gain}" ChannelStartIndex="0" HighPassFilter="10" LowPassFilter="500">
<Channel Index="0" ID="GR08MM1305" Muscle="Tibialis anterior" /><Channel Index="1" ID="GR08MM1305" />
</Adapter>
<Adapter ID="Direct connection" Gain="0.5" ChannelStartIndex="2"><Channel Index="0" ID="AUX" /></Adapter>
<Adapter ID="AdapterControl" Gain="1" ChannelStartIndex="3"><Channel Index="0" ID="Ramp" /></Adapter>
</Channels></Device>"""
MARKERS = """<Markers><Marker><Milliseconds>125</Milliseconds><Description> twitch </Description></Marker></Markers>"""


def _archive(path, members):
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            content = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def _plus(folder, device="QUATTROCENTO", gain="150", bits=16, **members):
    described = DEVICE.format(device=device, gain=gain, bits=bits)
    patient = f"<patient><family_name>{IDENTITY}</family_name></patient>"
    content = {"patient.xml": patient, "a.xml": described, "markers_0.xml": MARKERS, "a.sig": PLUS.tobytes()}
    return _archive(folder / "a.otb+", content | members)


def _track(**said):
    said = {
        "Title": "IN1", "SubTitle": "", "SamplingFrequency": 2000, "SampleSize": 4, "NumberOfChannels": 2,
        "TotalChannelsInFile": 3, "AcquisitionChannel": 1, "Gain": 2, "ADC_Nbits": 24, "ADC_Range": 4.8,
        "UnitOfMeasurement": "mV", "UnitOfMeasurementFactor": 1000, "SignalStreamPath": "grid.sig",
        "IsControl": "false", "IsProcessing": "false",
    } | said  # fmt: skip
    sensor = "<StringsDescriptions><OriginalSensor>HD04MM1305</OriginalSensor></StringsDescriptions>"
    return "<TrackInfo>" + "".join(f"<{k}>{v}</{k}>" for k, v in said.items()) + sensor + "</TrackInfo>"


def _four(folder, *tracks, **members):
    aux = _track(
        Title="Load cell force", NumberOfChannels=1, TotalChannelsInFile=2, AcquisitionChannel=0, SampleSize=2,
        ADC_Nbits=16, Gain=0.5, ADC_Range=5, UnitOfMeasurement="V", UnitOfMeasurementFactor=1,
        SignalStreamPath="aux.sig",
    ).replace("HD04MM1305", "Unknown")  # fmt: skip
    listed = "".join(tracks or (_track(), aux))
    content = {
        "DeviceParameters.xml": "<DeviceParameters/>",
        "Tracks_000.xml": f"<ArrayOfTrackInfo>{listed}</ArrayOfTrackInfo>",
        "grid.sig": FOUR.tobytes(),
        "aux.sig": AUX.tobytes(),
    }
    return _archive(folder / "a.otb4", content | members)


class TestContract(FormatContract):
    id = "otb"

    def fixture(self, folder):
        return _plus(folder)

    def truth(self):
        emg = PLUS[:, :2].astype(float) * 5 / 2**16 / 150
        return [emg[:, 0], emg[:, 1], PLUS[:, 2].astype(float) * 5 / 2**16 / 0.5, PLUS[:, 3].astype(float)]


class TestFour(FormatContract):
    id = "otb"

    def fixture(self, folder):
        return _four(folder, **{"patient.xml": IDENTITY})

    def truth(self):
        emg = FOUR[:, 1:].astype(float) * 4.8 / 2**24 / 2
        return [emg[:, 0], emg[:, 1], AUX[:, 0].astype(float) * 5 / 2**16 / 0.5]


def test_names_kinds_units_and_marks(tmp_path):
    recording = read(_plus(tmp_path))
    assert [(c.name, c.kind, c.unit) for c in recording.channels] == [
        ("Tibialis anterior GR08MM1305 1", ChannelKind.SURFACE_EMG, "V"),
        ("GR08MM1305 2", ChannelKind.SURFACE_EMG, "V"),
        ("AUX 3", ChannelKind.OTHER, "V"),
        ("Ramp 4", ChannelKind.OTHER, "count"),
    ]
    assert recording.annotations == (Annotation(0.125, 0.0, "twitch"),)
    assert [c.kind for c in read(_four(tmp_path)).channels] == [ChannelKind.SURFACE_EMG] * 2 + [ChannelKind.OTHER]


@pytest.mark.parametrize(("device", "gain"), [("EMG-USB2", "150"), ("QUATTROCENTO", "500")])
def test_a_gain_that_is_not_documented_leaves_counts(tmp_path, device, gain):
    recording = read(_plus(tmp_path, device, gain))
    assert [c.unit for c in recording.channels[:2]] == ["count", "count"]
    np.testing.assert_array_equal(recording.samples(1), PLUS[:, 1])
    assert recording.notes[0].startswith(
        f"kept in counts because the maker's table of gains does not cover: {device} AD1x64"
    )


@pytest.mark.parametrize(
    ("device", "gain", "microvolts"), [("DUE+", "202", 0.24928), ("DUE", "200", 0.38147), ("SYNCSTATION", "1", 0.2861)]
)
def test_the_makers_published_factors(tmp_path, device, gain, microvolts):
    recording = read(_plus(tmp_path, device, gain))
    np.testing.assert_allclose(recording.samples(0), PLUS[:, 0] * microvolts * 1e-6, rtol=1e-3)


@pytest.mark.parametrize("dtype", ["int24", "<f8"])
def test_samples_of_three_and_eight_bytes(tmp_path, dtype):
    values = np.random.default_rng(31).integers(-(1 << 23), 1 << 23, (100, 3))
    raw = values.astype("<i4").tobytes() if dtype == "int24" else values.astype(dtype).tobytes()
    if dtype == "int24":
        raw = np.frombuffer(raw, np.uint8).reshape(-1, 4)[:, :3].tobytes()
    track = _track(SampleSize=3 if dtype == "int24" else 8)
    recording = read(_four(tmp_path, track, **{"grid.sig": raw}))
    factor = 4.8 / 2**24 / 2 if dtype == "int24" else 1e-3
    np.testing.assert_allclose(recording.samples(1, 5, 60), values[5:60, 2] * factor)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda f: _plus(f, bits=24),
         "a.otb+: OTB+ is documented for samples of 16 bits alone; got 24; export it as OTB4 or MATLAB"),
        (lambda f: _plus(f, **{"b.sig": b""}),
         "a.otb+: must hold one stream of samples with its description; got 2 streams; export one recording a file"),
        (lambda f: _plus(f, **{"a.sig": b"123"}),
         "a.otb+: the stream 'a.sig' must hold whole rows of 4 channels; got 3 bytes; copy or export it again"),
        (lambda f: _plus(f, **{"a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><Device/>"}),
         "a.otb+: its XML must be whole; got a damaged part; export it again"),
        (lambda f: _four(f, _track(AcquisitionChannel=2)),
         "a.otb4: channels must lie within the 3 of their stream; got one at 4; export it again"),
        (lambda f: _four(f, _track(Gain=0)),
         "a.otb4: Gain must be stated and possible; got '0'; export it again"),
        (lambda f: _four(f, _track(SignalStreamPath="x.sig")),
         "a.otb4: every track needs its stream; got x.sig; export it again"),
        (lambda f: _four(f, **{"aux.sig": AUX[:200].tobytes()}),
         "a.otb4: all tracks must be of one length, to one sample; got 0.1 to 0.2 s;"
         " export tracks of one span to a file"),
    ],
)  # fmt: skip
def test_refusals(tmp_path, write, message):
    with pytest.raises(RecordingError) as refusal:
        read(write(tmp_path))
    assert str(refusal.value) == message


def test_computed_tracks_are_left_out_and_named(tmp_path):
    recording = read(_four(tmp_path, _track(), _track(Title="RMS", IsProcessing="true"), **{"Tracks_001.xml": "<a/>"}))
    assert len(recording.channels) == 2
    assert recording.notes == (
        "computed tracks are left out: RMS",
        "further lists of tracks are left out: Tracks_001.xml",
    )
