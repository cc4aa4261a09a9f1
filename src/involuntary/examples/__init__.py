"""Example cases that ship with the package; their recordings are simulated when asked for."""
