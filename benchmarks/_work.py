"""One measured piece of work, run in a process of its own: its seconds and its peak of memory, children included."""

import resource
import sys
import time
from pathlib import Path

import django

django.setup()

from vital.tenancy.context import tenant_context  # noqa: E402
from vital.tenancy.models import Tenant  # noqa: E402


def bring(path: str) -> None:
    """Import a file, as `import_personas` does."""
    from personas.exchange.direct import Direct

    with tenant_context(Tenant.objects.get(slug="digital-health")), open(path, "rb") as file:
        work = Direct([(Path(path).name, file)], {"mode": "merge"})
        for _ in work.run():
            pass
        assert work.errors == 0


def resource_import(path: str) -> None:
    """The same rows through a plain ModelResource, as its documentation begins."""
    from import_export import resources
    from tablib import Dataset

    from personas.models import Goal

    class GoalResource(resources.ModelResource):
        class Meta:
            model = Goal

    with tenant_context(Tenant.objects.get(slug="digital-health")):
        result = GoalResource().import_data(Dataset().load(Path(path).read_text(), format="csv"), raise_errors=True)
        assert not result.has_errors()


def send(format_: str) -> None:
    """Export everything."""
    from personas.exchange.exporting import Sending

    with open("/dev/null", "wb") as file, tenant_context(tenant := Tenant.objects.get(slug="digital-health")):
        Sending(tenant, None, {}, format_).write_to(file)


def send_table() -> None:
    """Export one section as CSV."""
    from personas.exchange.exporting import Sending

    with open("/dev/null", "wb") as file, tenant_context(tenant := Tenant.objects.get(slug="digital-health")):
        Sending(tenant, None, {"sections": ["goals"]}, "zip").write_to(file)


if __name__ == "__main__":
    work, *arguments = sys.argv[1:]
    start = time.perf_counter()
    globals()[work](*arguments)
    seconds = time.perf_counter() - start
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{seconds} {max(used) / 1024}")
