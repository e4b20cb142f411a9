"""`python -m crm_platform` is the command `crm-platform`."""

from crm_platform.cli import main

if __name__ == "__main__":
    main()
