"""What is told of motor units: shapes, grades, trains, rates in a cramp, series of fibres, jitter."""
