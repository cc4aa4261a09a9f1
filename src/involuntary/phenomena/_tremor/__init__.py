"""What is told of tremors: one sensor, two beside each other, the functional battery, their published names."""
