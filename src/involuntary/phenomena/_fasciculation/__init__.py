"""What is told of fasciculations: their measures, the second look, the company they keep, potentials made whole."""
