"""`python -m pik_xl.build`: make anew what ships; for maintainers, from a checkout."""

from pik_xl.build.ship import build

if __name__ == "__main__":
    for path in build():
        print(path)
