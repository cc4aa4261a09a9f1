"""What is told of jerks: the jerks themselves, their measures, their cortex, their published names."""
