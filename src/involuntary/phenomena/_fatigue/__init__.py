"""What fatigue is read from: waves that travel along an array, and how a value runs with time."""
