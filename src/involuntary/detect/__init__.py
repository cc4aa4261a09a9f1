"""One file per time scale of event: samples in, events and usable time out."""
