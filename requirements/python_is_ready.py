"""Says in one line what this Python lacks, before anything is installed with it."""

import importlib.util
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "VITAL Personas needs Python 3.11 or later, and %s is %s.%s. Name another: make up PYTHON=python3.12"
        % (sys.executable, sys.version_info[0], sys.version_info[1])
    )
for module, package in (
    ("venv", "python3-venv"),
    ("ensurepip", "python3-venv"),
    ("ssl", "libssl-dev, then rebuild Python"),
):
    if importlib.util.find_spec(module) is None:
        sys.exit(f"This Python lacks the module {module}. On Debian or Ubuntu: sudo apt install {package}")
