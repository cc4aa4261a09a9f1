"""``python -m involuntary``."""

from involuntary.cli import main

main()
