"""`python -m referloop` is `referloop`."""

from referloop.cli import main

if __name__ == "__main__":
    main()
