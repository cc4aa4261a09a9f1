"""Recordings taken apart into motor units: of one needle by their potentials, of a grid by blind source separation."""
