"""Says in one line what this Python lacks, before anything is installed with it."""

import importlib.util
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is read by the Python that may be too old
    found = "%s is %s.%s" % (sys.executable, *sys.version_info[:2])  # noqa: UP031
    sys.exit("VITAL Personas needs Python 3.11 or later, and " + found + ". Name another: make up PYTHON=python3.12")
for module, package in (
    ("venv", "python3-venv"),
    ("ensurepip", "python3-venv"),
    ("ssl", "libssl-dev, then rebuild Python"),
):
    if importlib.util.find_spec(module) is None:
        sys.exit("This Python lacks the module " + module + ". On Debian or Ubuntu: sudo apt install " + package)
