"""`python -m orchestration`: the command line, for where the console script is not on the PATH."""

from orchestration.cli import main

if __name__ == "__main__":
    main()
