"""`python -m study.cli`."""

from .app import main

main()
