"""`python -m orchestration.cli` is `entrepot`."""

from orchestration.cli import main

main()
