"""`python -m vidstyle`"""

from vidstyle.cli.app import main

main()
