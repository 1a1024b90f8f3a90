"""`python -m sambung`: the same as the command `sambung`."""

from sambung.cli import main

main()
