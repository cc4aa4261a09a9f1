"""Arrays in, arrays out: filters, envelopes, noise, spectra. Knows nothing of recordings."""
