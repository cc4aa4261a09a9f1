"""What clonus is found by: beats, runs of beats, the rule."""
