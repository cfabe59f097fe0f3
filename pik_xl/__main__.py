"""`python -m pik_xl` is the same as the command `pik-xl`."""

from pik_xl.cli import main

if __name__ == "__main__":
    main()
