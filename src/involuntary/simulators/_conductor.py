"""What surface electrodes see of fibres of finite length, through muscle, fat and skin.

The conductor is a half-space of muscle, which leads better along its fibres than across, below plane layers that
lead alike in all directions, below air. In the frequencies of the plane the potential on the skin over a point source
has a closed form: flux and potential are carried down from the air through the layers, and the source in the muscle
meets them at its border [1]_. Along the fibres nothing changes, so a source that travels is a shift [2]_.

A fibre carries a few point sources each way: pieces of the membrane current of Rosenfalck's potential behind the front,
each at its centre of gravity. They start at the end-plate and stay at the tendon, where they cancel; so the
waves that stand still as an action potential starts and ends come out of the sum.

References
----------
.. [1] Mesin L (2005). Analytical generation model of surface electromyogram for multi-layer volume conductors.
   WIT Trans Biomed Health 8.
.. [2] Farina D, Mesin L, Martina S (2004). Advances in surface electromyographic signal simulation with analytical and
   numerical descriptions of the volume conductor. Med Biol Eng Comput 42:467–476. doi:10.1007/BF02350987
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from involuntary.simulators._chunks import Floats
from involuntary.simulators._discharges import Templates
from involuntary.simulators._fibres import ACROSS_S_M, ALONG_S_M, WITHIN_S_M, Fibres

__all__ = ["SOURCES", "Grid", "Layers", "Sight", "sight", "surface_templates"]

# Where the second derivative of 96 s³ exp(-s) mV is cut into pieces (mm behind the front); it changes sign at 3 ± √3.
_CUTS = np.array([0.0, 3 - np.sqrt(3), 2.2, 3.3, 3 + np.sqrt(3), 6.3, 8.3, 60.0])
_PHASES = 16
_FINE = 2
_TAIL_MM = 12.0


def _pieces() -> tuple[Floats, Floats]:
    """Give current (V/m) and centre (mm behind the front) of the pieces; sum and first moment of all are zero."""
    decay = 96.0 * np.exp(-_CUTS)
    slope = decay * (3 * _CUTS**2 - _CUTS**3)
    current = np.diff(slope)
    return current, np.diff(_CUTS * slope - decay * _CUTS**3) / current


SOURCES = _pieces()


@dataclass(frozen=True, slots=True)
class Layers:
    """What lies on the muscle.

    Attributes
    ----------
    fat_mm, skin_mm : float
        Thickness.
    fat_s_m, skin_s_m : float
        Conductivity.
    """

    fat_mm: float = 3.0
    skin_mm: float = 1.0
    fat_s_m: float = 0.05
    skin_s_m: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Electrodes on the skin in columns across the fibres and rows along them; channels go row by row.

    Attributes
    ----------
    x_mm : ndarray of float64, shape (columns,)
        Across the fibres.
    z_mm : ndarray of float64, shape (rows,)
        Along the fibres from the middle of the end-plate zone.
    """

    x_mm: Floats
    z_mm: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """Potential on the skin of a current of 1 A in the muscle, up to a constant.

    Attributes
    ----------
    values : ndarray of float32, shape (depths, across, along)
        In volts; even in both distances.
    depth_mm, x_mm, z_mm : float
        Steps of the table; the first depth is one step.
    """

    values: NDArray[np.float32]
    depth_mm: float
    x_mm: float
    z_mm: float


@lru_cache(maxsize=8)
def sight(layers: Layers, deepest_mm: float, across_mm: float, along_mm: float, electrode_mm: float = 0.0) -> Sight:
    """Tabulate what an electrode sees of a point source.

    Parameters
    ----------
    layers : Layers
        What lies between.
    deepest_mm, across_mm, along_mm : float
        How far the table reaches.
    electrode_mm : float
        Side of a square electrode; 0 for a point.
    """
    depth, x_step, z_step = 1.0, 1.0, 0.5
    # Period images lie four times as far as the table reaches.
    n_x, n_z = (int(2 ** np.ceil(np.log2(2 * far / step))) for far, step in ((across_mm, x_step), (along_mm, z_step)))
    k_x = np.pi * np.arange(n_x + 1)[:, None] / (n_x * x_step) * 1000.0
    k_z = np.pi * np.arange(n_z + 1)[None, :] / (n_z * z_step) * 1000.0
    k = np.hypot(k_x, k_z)
    k_muscle = np.sqrt(k_x**2 + ALONG_S_M / ACROSS_S_M * k_z**2)
    potential, flux = np.ones_like(k), np.zeros_like(k)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for thick_mm, conductivity in ((layers.skin_mm, layers.skin_s_m), (layers.fat_mm, layers.fat_s_m)):
            rise, fall = np.cosh(k * thick_mm / 1000), np.sinh(k * thick_mm / 1000)
            # Over many of its wavelengths nothing comes through; the waves stay finite.
            potential, flux = (
                potential * rise + np.where(k > 0, flux * fall / (conductivity * k), 0.0),
                flux * rise + potential * conductivity * k * fall,
            )
        met = flux + ACROSS_S_M * k_muscle * potential
        half = electrode_mm / 2000
        filtered = np.sinc(k_x * half / np.pi) * np.sinc(k_z * half / np.pi) / met
    filtered[0, 0] = 0.0
    filtered = np.nan_to_num(filtered, nan=0.0, posinf=0.0, neginf=0.0)
    kept = slice(int(across_mm / x_step) + 2), slice(int(along_mm / z_step) + 2)
    values = [_back(filtered * np.exp(-k_muscle * d * depth / 1000), x_step, z_step)[kept]
              for d in range(1, int(deepest_mm / depth) + 3)]  # fmt: skip
    return Sight(np.array(values, dtype=np.float32), depth, x_step, z_step)


def _back(spectrum: Floats, x_step: float, z_step: float) -> Floats:
    """Give the even function of the plane (steps in mm) whose transform this is, from its middle on."""
    from scipy.fft import dctn

    n_x, n_z = (n - 1 for n in spectrum.shape)
    values: Floats = dctn(spectrum, type=1) / (4 * n_x * n_z * x_step * z_step * 1e-6)
    return values


def surface_templates(
    fibres: Fibres, unit: NDArray[np.intp], units: int, grid: Grid, seen: Sight, rate_hz: float
) -> Templates:
    """Give the potentials of units under a grid of electrodes, against a distant reference.

    Parameters
    ----------
    fibres : Fibres
        Of all units; `y_mm` is their depth below the surface of the muscle, at least 1 mm.
    unit : ndarray of intp, shape (fibres,)
        Whose each is.
    units : int
        How many there are; one without a fibre is silence.
    grid : Grid
        Electrodes.
    seen : Sight
        Table that reaches as far as grid and fibres do.
    rate_hz : float
        Sampling rate.
    """
    from involuntary.simulators._kernels import add_fibres

    slowest = float(np.min(fibres.velocity_m_s, initial=4.0))
    half = np.broadcast_to(np.asarray(fibres.half_mm, dtype=np.float64), len(fibres)).copy()
    way = float(np.max(half, initial=0.0)) + float(np.max(np.abs(fibres.plate_mm), initial=0.0)) + _TAIL_MM
    n = int(np.ceil((way / slowest + float(np.max(fibres.delay_ms, initial=0.0))) * rate_hz / 1000)) + 4
    waves = np.zeros((units, len(grid.z_mm), len(grid.x_mm), _FINE * n))
    current, behind = SOURCES
    ampere = WITHIN_S_M * np.pi * (fibres.diameter_um * 0.5e-6) ** 2
    step = np.array([seen.depth_mm, seen.x_mm, seen.z_mm])
    add_fibres(
        waves, np.asarray(unit, dtype=np.intp), fibres.x_mm, fibres.y_mm, fibres.plate_mm, half,
        fibres.velocity_m_s, fibres.delay_ms, ampere, grid.x_mm, grid.z_mm, seen.values, step, current, behind,
        _FINE * rate_hz,
    )  # fmt: skip
    return _templates(waves.reshape(units, -1, _FINE * n), rate_hz)


def _templates(waves: Floats, rate_hz: float) -> Templates:
    """Cut waves of `_FINE` times the sampling rate into templates of all phases; in between they are band-limited."""
    n = waves.shape[2] // _FINE
    # Room before the discharge for the ripple of a wave that starts in a bend.
    before = 4
    padded = np.concatenate([np.zeros((*waves.shape[:2], _FINE * before)), waves], axis=2)
    length = padded.shape[2]
    more = _PHASES // _FINE
    dense = np.fft.irfft(np.fft.rfft(padded, axis=2), more * length, axis=2) * more
    dense = np.pad(dense, ((0, 0), (0, 0), (_PHASES, 0)))
    values = np.stack([dense[:, :, _PHASES - phase :: _PHASES][:, :, : before + n] for phase in range(_PHASES)], axis=1)
    return Templates(values, before, rate_hz)
