"""What trains of one unit are found by: shapes learnt, stretches explained, readings weighed."""
