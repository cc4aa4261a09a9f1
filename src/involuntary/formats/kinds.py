"""What a channel recorded and in which unit: from its label and header, or as the user states it; never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from involuntary.errors import RecordingError, UnitError, nearest, printable
from involuntary.formats.base import ReadOptions
from involuntary.model import ChannelKind
from involuntary.units import Dimension, Unit, parse_unit

__all__ = ["Identity", "Stated", "clean_name", "identify", "parse_kind", "unique_names"]

_LISTED = 6

# How BIDS channel tables and users write the kinds, beside the names of `ChannelKind` themselves.
_SPELLINGS = {
    **{kind.value: kind for kind in ChannelKind},
    "semg": ChannelKind.SURFACE_EMG,
    "needle": ChannelKind.NEEDLE_EMG,
    "veog": ChannelKind.EOG,
    "heog": ChannelKind.EOG,
    "ekg": ChannelKind.ECG,
    "accel": ChannelKind.ACCELEROMETER,
    "acc": ChannelKind.ACCELEROMETER,
    "gyro": ChannelKind.GYROSCOPE,
    "jntang": ChannelKind.ANGLE,
    "pos": ChannelKind.DISPLACEMENT,
    "trig": ChannelKind.STIMULUS,
    "trigger": ChannelKind.STIMULUS,
    "misc": ChannelKind.OTHER,
}

_MUSCLES = (
    "abductor|adductor|anconeus|biceps|brachialis|brachioradialis|deltoid(eus)?|diaphragm|erector|extensor|flexor|"
    "frontalis|gastro(c|cnemius)?|glut(eus)?|hamstrings?|infraspinatus|intercostal|latissimus|masseter|mentalis|"
    "gracilis|hallucis|hypothenar|iliopsoas|interosse(i|us)|nasalis|opponens|platysma|pronator|rhomboid(eus)?|thenar|"
    "multifidus|orb(icularis)?[ _.-]?(oculi|oris)|orbicularis|paraspinals?|pectoralis|peron(a)?eus|quadriceps|"
    "rectus|sartorius|scm|soleus|splenius|"
    "sternocleidomastoid|submental(is)?|supraspinatus|temporalis|tib(ialis)?|trap(ezius)?|triceps|vastus|"
    "apb|adm|fdi|edb|ecr|fcr|fcu|edc|chin[12z]?|[lr]?legs?|plm[lr]?|[lr]at[12]?"
)
# Nerves, as studies of conduction name their channels.
_NERVES = "median(us)?|ulnar(is)?|radial(is)?|sural(is)?|tibial|fibular(is)?|snap|cmap"
# Abbreviations of muscles that are too short to be looked for among other words: the whole label, but for the side
# and a number, and in volts.
_ABBREVIATED = (
    r"^(?:(?:left|right|[lr])[ _.-]*)?(?:ta|sol|g[ml]|[ml]g|gmed|gmax|v[lm]|rf|bf|quads?|hams?|bb|tb|delt|ec[ur]|"
    r"ed[cl]|ehl|fc[ur]|fd[sp]|fpl|tfl|opp|orb|oo[cr]?|zyg|ah)(?:[ _.-]*(?:left|right|[lr]))?[ _.-]?[0-9]{0,2}\s*$"
)
# What sleep laboratories record beside EMG, EEG, EOG and ECG.
_SLEEP = (
    "position|body|s[ap]o2|resp(iration)?|(air)?flow|snor(e|ing)|pleth|pulse|temp(erature)?|pressure|thermistor|"
    "thorax|abdomen|light|battery|cpap|hr"
)
_TEN_TWENTY = "(fp|af|f|ft|fc|t|tp|c|cp|p|po|o)(z|[1-9]|10)|[am][12]"
# Words of labels and transducers, first row that fits and whose kind the unit allows. A word is bounded by
# anything but a letter, so that ``acc_x`` and ``EMG1`` are found and ``impact`` is not.
_WORDS = (
    ("needle|concentric|monopolar|(sf|single.?fib(re|er)).?emg", ChannelKind.NEEDLE_EMG),
    ("acc([xyz]|el|eleration|elerometer)?|accel[xyz]", ChannelKind.ACCELEROMETER),
    ("gyr(o|oscope)?[xyz]?|angular velocity|rotation rate", ChannelKind.GYROSCOPE),
    ("s-?emg|(surface|hd|high.density).*emg|emg.*surface", ChannelKind.SURFACE_EMG),
    ("[ei]?emg", ChannelKind.EMG),
    ("eeg|s?sep", ChannelKind.EEG),
    ("[vh]?eog|[lr]oc|e[12]", ChannelKind.EOG),
    ("ecg|ekg", ChannelKind.ECG),
    ("trig(ger)?|stim(ulus)?|status|marker", ChannelKind.STIMULUS),
    ("torque|moment", ChannelKind.TORQUE),
    ("force|load.?cell|dynamometer", ChannelKind.FORCE),
    ("angle|goniometer|jntang|flexion|extension", ChannelKind.ANGLE),
    ("displacement|pos", ChannelKind.DISPLACEMENT),
    (_SLEEP, ChannelKind.OTHER),
    (_MUSCLES, ChannelKind.EMG),
    (_NERVES, ChannelKind.EMG),
    (_TEN_TWENTY, ChannelKind.EEG),
    (_ABBREVIATED, ChannelKind.EMG),
)  # fmt: skip
_PATTERNS = tuple((re.compile(rf"(?<![a-z])({words})(?![a-z])"), kind) for words, kind in _WORDS)

# A unit that only one kind is recorded in names the kind.
_KIND_OF_DIMENSION = {
    Dimension.ACCELERATION: ChannelKind.ACCELEROMETER,
    Dimension.ANGULAR_VELOCITY: ChannelKind.GYROSCOPE,
    Dimension.ANGLE: ChannelKind.ANGLE,
    Dimension.FORCE: ChannelKind.FORCE,
    Dimension.TORQUE: ChannelKind.TORQUE,
    Dimension.LENGTH: ChannelKind.DISPLACEMENT,
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file says about one channel: its name, unit, and what else may tell its kind (the transducer)."""

    name: str
    unit: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What one channel is.

    Attributes
    ----------
    kind : ChannelKind
        What it recorded.
    unit : str
        The unit that samples are held in.
    scale : float
        Factor from the file's unit to `unit`.
    recorded_unit : str
        The file's unit.
    """

    kind: ChannelKind
    unit: str
    scale: float
    recorded_unit: str


def clean_name(text: str) -> str:
    """Give a channel's name without control characters and surrounding blanks."""
    return "".join(c for c in text if c.isprintable()).strip()


def unique_names(labels: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Give empty and repeated labels a number, and say so."""
    names: list[str] = []
    for position, label in enumerate(labels, start=1):
        name, count = label or f"signal {position}", 1
        while name in names:
            count += 1
            name = f"{label or f'signal {position}'} ({count})"
        names.append(name)
    changed = [name for name, label in zip(names, labels, strict=True) if name != label]
    return names, (f"labels were empty or repeated; numbered: {', '.join(changed)}",) if changed else ()


def parse_kind(text: str, what: str) -> ChannelKind:
    """Read a kind as users and BIDS write it, in any case.

    Raises
    ------
    RecordingError
        If it is none.
    """
    kind = _SPELLINGS.get(text.strip().lower().replace("_", "-"))
    if kind is None:
        raise RecordingError(
            what,
            f"{printable(text)!r} is no channel kind{nearest(text.lower(), _SPELLINGS)}",
            "",
            f"use one of {', '.join(ChannelKind)}",
        )
    return kind


def identify(file: str, stated: Sequence[Stated], options: ReadOptions) -> tuple[tuple[Identity, ...], tuple[str, ...]]:
    """Say what every channel of a file is.

    Parameters
    ----------
    file : str
        The file's name, for messages.
    stated : sequence of Stated
        What the file says of each channel.
    options : ReadOptions
        What the user says: `kinds` (exact names before patterns such as ``EMG*``) and `unit`.

    Returns
    -------
    identities : tuple of Identity
        One a channel.
    notes : tuple of str
        Which channels are kept as kind ``other`` because nothing tells what they are.

    Raises
    ------
    RecordingError
        If no channel is recognised, an EMG, EEG, EOG or ECG channel has no known unit, or the user names a
        channel that is not there.
    """
    _check_that_overrides_hit(file, stated, options)
    found = [_identity(file, channel, options) for channel in stated]
    unknown = [channel for channel, identity in zip(stated, found, strict=True) if identity is None]
    if stated and len(unknown) == len(stated):
        raise RecordingError(
            file,
            "no label or unit tells what a channel recorded",
            _listed(unknown),
            f"state it with --channel {_quoted(unknown[0].name)}=KIND:UNIT, KIND one of {', '.join(ChannelKind)}",
        )
    note = (
        f"kept as kind 'other' because nothing tells what they recorded: {_listed(unknown)};"
        " state it with --channel NAME=KIND:UNIT"
    )
    return tuple(i or _other(c, options) for i, c in zip(found, stated, strict=True)), ((note,) if unknown else ())


def _check_that_overrides_hit(file: str, stated: Sequence[Stated], options: ReadOptions) -> None:
    names = [channel.name for channel in stated]
    for pattern in options.kinds:
        if not any(name == pattern or fnmatchcase(name, pattern) for name in names):
            raise RecordingError(
                file,
                f"no channel is called {printable(pattern)!r}{nearest(pattern, names)}",
                "",
                f"channels: {printable(', '.join(names))}",
            )


def _identity(file: str, channel: Stated, options: ReadOptions) -> Identity | None:
    override = _override(channel.name, options)
    if override is not None:
        kind_text, _, unit_text = override.partition(":")
        kind = parse_kind(kind_text, channel.name)
        text = unit_text or channel.unit or options.unit or ""
        unit = parse_unit(unit_text, channel.name) if unit_text else _unit(text)
        if unit is None and kind.dimensions:
            raise _unit_is_missing(file, channel, kind, text)
        if unit is not None and kind.dimensions and unit.dimension not in kind.dimensions:
            raise _unit_is_wrong(file, channel, kind, unit)
        return _of(kind, unit, text)
    text = channel.unit or options.unit or ""
    unit = _unit(text)
    recognised = _recognised(channel, unit)
    if recognised is None:
        return None
    if unit is None and Dimension.VOLTAGE in recognised.dimensions:
        raise _unit_is_missing(file, channel, recognised, text)
    if unit is None and recognised.dimensions:
        return None
    return _of(recognised, unit, text)


def _override(name: str, options: ReadOptions) -> str | None:
    if name in options.kinds:
        return options.kinds[name]
    return next((value for pattern, value in options.kinds.items() if fnmatchcase(name, pattern)), None)


def _recognised(channel: Stated, unit: Unit | None) -> ChannelKind | None:
    exact = _SPELLINGS.get(channel.hint.strip().lower())
    if exact is not None and _allows(exact, unit):
        return exact
    text = f"{channel.name} {channel.hint}".lower()
    for pattern, kind in _PATTERNS:
        if pattern.search(text) and _allows(kind, unit):
            return kind
    return _KIND_OF_DIMENSION.get(unit.dimension) if unit is not None else None


def _allows(kind: ChannelKind, unit: Unit | None) -> bool:
    return unit is None or not kind.dimensions or unit.dimension in kind.dimensions


def _unit(text: str) -> Unit | None:
    try:
        return parse_unit(text)
    except UnitError:
        return None


def _of(kind: ChannelKind, unit: Unit | None, text: str) -> Identity:
    if unit is None:
        # Nothing is computed from such a channel; its unit is carried as the file writes it.
        return Identity(kind, printable(clean_name(text), 16) or "count", 1.0, clean_name(text))
    return Identity(kind, unit.si, unit.scale, unit.symbol)


def _other(channel: Stated, options: ReadOptions) -> Identity:
    text = channel.unit or options.unit or ""
    return _of(ChannelKind.OTHER, _unit(text), text)


def _unit_is_missing(file: str, channel: Stated, kind: ChannelKind, text: str) -> RecordingError:
    return RecordingError(
        file,
        f"the unit of channel {printable(channel.name)!r} must be known",
        repr(printable(text)) if text else "none",
        f"state it with --channel {_quoted(channel.name)}={kind}:UNIT, such as {_example(kind)}",
    )


def _unit_is_wrong(file: str, channel: Stated, kind: ChannelKind, unit: Unit) -> RecordingError:
    wanted = " or ".join(sorted(kind.dimensions))
    return RecordingError(
        file,
        f"channel {printable(channel.name)!r} of kind {kind} must have a unit of {wanted}",
        repr(unit.symbol),
        f"state it with --channel {_quoted(channel.name)}={kind}:UNIT, such as {_example(kind)}",
    )


def _example(kind: ChannelKind) -> str:
    examples = {
        ChannelKind.ACCELEROMETER: "m/s²",
        ChannelKind.GYROSCOPE: "deg/s",
        ChannelKind.ANGLE: "deg",
        ChannelKind.FORCE: "N",
        ChannelKind.TORQUE: "N·m",
        ChannelKind.DISPLACEMENT: "mm",
    }
    return examples.get(kind, "uV")


def _quoted(name: str) -> str:
    shown = printable(name)
    return f"'{shown}'" if " " in shown else shown


def _listed(channels: Sequence[Stated]) -> str:
    shown = [f"{printable(c.name, 40)!r} in {printable(c.unit, 16) or 'no unit'}" for c in channels[:_LISTED]]
    more = [f"and {len(channels) - _LISTED} more"] if len(channels) > _LISTED else []
    return ", ".join([*shown, *more])
