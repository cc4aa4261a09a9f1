"""Kind and unit from what files write, and the questions asked where they do not."""

import pytest

from involuntary.errors import RecordingError
from involuntary.formats import ReadOptions
from involuntary.formats.kinds import Stated, clean_name, identify, parse_kind
from involuntary.model import ChannelKind as K


def _kind(name, unit="uV", hint="", **options):
    return identify("a.edf", [Stated(name, unit, hint)], ReadOptions(**options))[0][0]


@pytest.mark.parametrize(
    ("name", "unit", "hint", "kind", "si"),
    [
        ("EMG Biceps", "uV", "concentric needle", K.NEEDLE_EMG, "V"),
        ("EMG1", "mV", "surface electrodes, AgAgCl", K.SURFACE_EMG, "V"),
        ("sEMG_left", "uV", "", K.SURFACE_EMG, "V"),
        ("emg_adc", "adc", "", K.EMG, "count"),
        ("Chin1-Chin2", "uV", "", K.EMG, "V"),
        ("Leg/L", "uV", "", K.EMG, "V"),
        ("EMG LAT-RAT", "uV", "", K.EMG, "V"),
        ("Tibialis anterior R", "V", "", K.EMG, "V"),
        ("TA", "mV", "", K.EMG, "V"),
        ("OO left", "uV", "", K.EMG, "V"),
        ("R_OOc", "mV", "", K.EMG, "V"),
        ("ZYG R", "uV", "", K.EMG, "V"),
        ("R VL 2", "uV", "", K.EMG, "V"),
        ("SOL left", "uV", "", K.EMG, "V"),
        ("L Nasalis", "mV", "", K.EMG, "V"),
        ("Orb Oculi R", "mV", "", K.EMG, "V"),
        ("AH R", "mV", "", K.EMG, "V"),
        ("Median SNAP D2", "uV", "", K.EMG, "V"),
        ("Sural L", "uV", "", K.EMG, "V"),
        ("Tibial", "m/s2", "", K.ACCELEROMETER, "m/s²"),
        ("SEP median", "uV", "", K.EEG, "V"),
        ("Frontalis SFEMG", "uV", "", K.NEEDLE_EMG, "V"),
        ("EEG Fpz-Cz", "uV", "", K.EEG, "V"),
        ("C3-M2", "uV", "", K.EEG, "V"),
        ("EOG horizontal", "uV", "", K.EOG, "V"),
        ("ECG II", "mV", "", K.ECG, "V"),
        ("gyro_x", "deg/s", "", K.GYROSCOPE, "deg/s"),
        ("acc_z", "g", "", K.ACCELEROMETER, "m/s²"),
        ("x", "m/s2", "", K.ACCELEROMETER, "m/s²"),
        ("ACCX", "m/s^2", "", K.ACCELEROMETER, "m/s²"),
        ("knee flexion", "deg", "", K.ANGLE, "deg"),
        ("grip", "N", "", K.FORCE, "N"),
        ("displacement", "mm", "", K.DISPLACEMENT, "m"),
        ("Status", "Boolean", "Triggers and Status", K.STIMULUS, "Boolean"),
        ("SpO2", "%", "", K.OTHER, "%"),
        ("ch1", "uV", "surface-emg", K.SURFACE_EMG, "V"),
    ],
)
def test_what_files_write(name, unit, hint, kind, si):
    identity = _kind(name, unit, hint)
    assert (identity.kind, identity.unit) == (kind, si)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("EMG", K.EMG),
        ("ACCEL", K.ACCELEROMETER),
        ("Gyro", K.GYROSCOPE),
        ("TRIG", K.STIMULUS),
        ("surface_emg", K.SURFACE_EMG),
        ("needle-emg", K.NEEDLE_EMG),
        ("MISC", K.OTHER),
        *((kind.value, kind) for kind in K),
    ],
)
def test_how_users_and_bids_write_kinds(text, kind):
    assert parse_kind(text, "ch1") is kind


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(RecordingError) as refusal:
        parse_kind("surfaceemg", "ch1")
    assert str(refusal.value) == (
        "ch1: 'surfaceemg' is no channel kind (did you mean 'surface-emg'?); use one of emg, surface-emg, needle-emg,"
        " eeg, eog, ecg, accelerometer, gyroscope, angle, force, torque, displacement, stimulus, other"
    )


def test_nothing_recognised_is_asked_for():
    with pytest.raises(RecordingError) as refusal:
        identify("a.edf", [Stated("ch 1", "uV"), Stated("ch2")], ReadOptions())
    assert str(refusal.value) == (
        "a.edf: no label or unit tells what a channel recorded; got 'ch 1' in uV, 'ch2' in no unit;"
        " state it with --channel 'ch 1'=KIND:UNIT, KIND one of emg, surface-emg, needle-emg, eeg, eog, ecg,"
        " accelerometer, gyroscope, angle, force, torque, displacement, stimulus, other"
    )


def test_one_recognised_channel_keeps_a_mixture_usable():
    identities, notes = identify(
        "a.edf", [Stated("EMG chin", "uV"), Stated("xyz", "hPa"), Stated("acc", "?")], ReadOptions()
    )
    assert [i.kind for i in identities] == [K.EMG, K.OTHER, K.OTHER]
    assert notes == (
        (
            "kept as kind 'other' because nothing tells what they recorded: 'xyz' in hPa, 'acc' in ?;"
            " state it with --channel NAME=KIND:UNIT"
        ),
    )


def test_a_stated_kind_and_unit_win_over_the_file():
    identity = _kind("EMG", "V", kinds={"EMG": "needle-emg:mV"})
    assert (identity.kind, identity.unit, identity.scale, identity.recorded_unit) == (K.NEEDLE_EMG, "V", 1e-3, "mV")


def test_an_exact_name_wins_over_a_pattern():
    options = ReadOptions(kinds={"*": "eeg", "a": "emg"})
    identities, _ = identify("f", [Stated("a", "uV"), Stated("b", "uV")], options)
    assert [i.kind for i in identities] == [K.EMG, K.EEG]


def test_the_stated_unit_fills_in_only_where_the_file_has_none():
    identities, _ = identify("f", [Stated("EMG1"), Stated("EMG2", "V")], ReadOptions(unit="uV"))
    assert [i.scale for i in identities] == [1e-6, 1.0]


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ({"EGM": "emg"}, "f: no channel is called 'EGM' (did you mean 'EMG'?); channels: EMG"),
        (
            {"EMG": "accelerometer"},
            (
                "f: channel 'EMG' of kind accelerometer must have a unit of acceleration; got 'mV';"
                " state it with --channel EMG=accelerometer:UNIT, such as m/s²"
            ),
        ),
        ({"EMG": "emg:furlong"}, "EMG: the unit 'furlong' is unknown; use one of V, mV, µV, nV, "),
    ],
)
def test_a_statement_that_cannot_be_is_refused(kinds, message):
    from involuntary.errors import InputError

    with pytest.raises(InputError) as refusal:
        identify("f", [Stated("EMG", "mV")], ReadOptions(kinds=kinds))
    assert str(refusal.value).startswith(message)


def test_names_are_cleaned():
    assert clean_name(" EMG\x00\x1b[31m \n") == "EMG[31m"


@pytest.mark.parametrize("name", ["Tab", "RFid", "TA-RF ratio", "X"])
def test_an_abbreviation_is_the_whole_label_or_nothing(name):
    with pytest.raises(RecordingError, match="no label or unit tells what a channel recorded"):
        _kind(name)
