"""`python -m sambung`: the same as the command `sambung`."""

from sambung.cli.main import main

main()
