"""The editor: each of its pages in the server, beside a stock page that has everything on it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from tests import database


def measure() -> Iterator[tuple[str, float, float, str]]:
    database.create("vital_bench")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks._pages"],
        cwd=database.ROOT, env=database.environment("vital_bench"), check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    pages = told["ours"]
    slowest = max(pages, key=pages.get)
    yield f"editor: the slowest of {len(pages)} pages, at its median ({slowest})", 1000 * pages[slowest], 250, "ms"
    yield "editor: the median of all pages", 1000 * median(pages.values()), 250, "ms"
    stock = f"{told['stock']:.1f} s, {told['bytes'] / 1e6:.1f} MB, {told['fields']:,} fields"
    yield f"editor: that over a stock page ({stock})", median(pages.values()) / told["stock"], 0.1, "x "
    database.drop("vital_bench")
