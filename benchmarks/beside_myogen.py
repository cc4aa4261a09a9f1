"""Time MyoGen's published pipeline (its examples 1, 3, 4, 5 and 6) beside `benchmarks/simulator.py`.

MyoGen is licensed under AGPL: it belongs into an environment of its own (Python 3.12, `pip install myogen`, then
`setup_myogen`), and nothing of ours uses it. `python benchmarks/beside_myogen.py [SECONDS [FIBRES [WHOLE]]]` prints the
time of the processor of each step, for SECONDS of signal and a muscle of about FIBRES fibres; with WHOLE it also lays a
muscle of its default density. Every worker is this process.
"""

import sys
import time
import warnings

import numpy as np
import quantities as pq
from myogen import simulator
from myogen.simulator.core.emg.runtime.policy import ExecutionPolicy
from myogen.simulator.neuron import Network
from myogen.simulator.neuron.populations import AlphaMN__Pool, DescendingDrive__Pool
from myogen.utils.nmodl import load_nmodl_mechanisms
from neo import Block, Segment, SpikeTrain
from neuron import h

UNITS, SIDE, DRIVE_HZ = 100, 8, 65.0


def _timed(name, what):
    start = time.process_time()
    made = what()
    print(f"{name}: {time.process_time() - start:.1f} s", flush=True)
    return made


def _muscle(thresholds, **settings):
    muscle = simulator.Muscle(thresholds, radius_bone__mm=1.0 * pq.mm, fat_thickness__mm=10 * pq.mm, **settings)
    muscle.distribute_innervation_centers()
    muscle.generate_muscle_fiber_centers(verbose=False)
    muscle.assign_mfs2mns(n_jobs=1, verbose=False)
    muscle._generate_fiber_properties()
    print(f"  {int(np.sum(muscle.resulting_number_of_innervated_fibers))} fibres")
    return muscle


def _surface(muscle, units=None):
    bent = muscle.radius__mm + muscle.skin_thickness__mm + muscle.fat_thickness__mm
    grid = simulator.SurfaceElectrodeArray(
        num_rows=SIDE, num_cols=SIDE, inter_electrode_distance__mm=5 * pq.mm, electrode_radius__mm=5 * pq.mm,
        differentiation_mode="monopolar", bending_radius__mm=bent,
    )  # fmt: skip
    return simulator.SurfaceEMG(muscle, [grid], sampling_frequency__Hz=2048.0 * pq.Hz, MUs_to_simulate=units)


def _pools(thresholds):
    load_nmodl_mechanisms()
    step = 0.1 * pq.ms
    h.secondorder, h.dt = 2, 0.1
    neurones = AlphaMN__Pool(recruitment_thresholds__array=thresholds, config_file="alpha_mn_default.yaml")
    drive = DescendingDrive__Pool(n=100, timestep__ms=step, process_type="poisson")
    network = Network({"DD": drive, "aMN": neurones})
    network.connect(source="DD", target="aMN", probability=0.5, weight__uS=0.15 * pq.uS)
    network.connect_from_external(source="cortical_input", target="DD", weight__uS=1.0 * pq.uS)
    return neurones, drive, network


def _spikes(neurones, drive, network, seconds):
    entries, seen, kept = network.get_netcons("cortical_input", "DD"), [], []
    for cell in neurones:
        times = h.Vector()
        watch = h.NetCon(cell.soma(0.5)._ref_v, None, sec=cell.soma)
        watch.threshold = 50
        watch.record(times)
        seen.append(times)
        kept.append(watch)
    h.load_file("stdrun.hoc")
    h.tstop = 1000.0 * seconds
    for pool in (neurones, drive):
        for section, voltage in zip(*pool.get_initialization_data(), strict=True):
            section.v = voltage
    h.finitialize()
    level = DRIVE_HZ
    while h.t < h.tstop:
        for cell in drive:
            if cell.integrate(level) and h.t + 1 < h.tstop:
                entries[cell.pool__ID].event(h.t + 1)
        h.fadvance()
    trains = [
        SpikeTrain(times.as_numpy() * pq.ms, t_stop=h.tstop * pq.ms, sampling_rate=10 * pq.kHz).rescale(pq.s)
        for times in seen
    ]
    print(f"  {sum(map(len, trains))} discharges of {sum(len(train) > 0 for train in trains)} units")
    block, segment = Block(), Segment()
    segment.spiketrains = trains
    block.segments.append(segment)
    return block


def main():
    warnings.simplefilter("ignore")
    seconds, fibres = (float(given) for given in (sys.argv[1:3] + ["5", "250"][len(sys.argv) - 1 :])[:2])
    thresholds, _ = simulator.RecruitmentThresholds(
        N=UNITS, recruitment_range__ratio=100, deluca__slope=5, konstantin__max_threshold__ratio=1.0, mode="combined"
    )
    if len(sys.argv) > 3:
        _timed("a muscle of the default density", lambda: _muscle(thresholds))
    density = fibres / (np.pi * 6.91**2) * pq.mm**-2
    muscle = _timed("muscle", lambda: _muscle(thresholds, fiber_density__fibers_per_mm2=density))
    count = np.array(muscle.resulting_number_of_innervated_fibers)
    some = int(np.flatnonzero(count >= min(3, count.max()))[0])
    print(f"  unit {some} has {count[some]} fibres")
    one = [some]
    _timed("potentials of this unit, default", lambda: _surface(muscle, one).simulate_muaps(n_jobs=1, verbose=False))
    surface, policy = _surface(muscle), ExecutionPolicy(max_workers=1)
    _timed(
        "potentials of all units, bounded", lambda: surface.simulate_muaps(n_jobs=1, verbose=False, execution=policy)
    )
    pools = _timed("pools", lambda: _pools(thresholds))
    block = _timed(f"{seconds:g} s of spike trains", lambda: _spikes(*pools, seconds))
    for name, way in (("default", None), ("bounded", policy)):
        made = _timed(f"{seconds:g} s of EMG, {name}",
                      lambda way=way: surface.simulate_surface_emg(block, verbose=False, execution=way))  # fmt: skip
        print("  shape", made.groups[0].segments[0].analogsignals[0].shape)


if __name__ == "__main__":
    main()
