"""What gunicorn serves. A log-in that could bypass row-level security is refused here, before the first request."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vital.settings")
application = get_wsgi_application()
connections.databases.pop("owner", None)  # the web never acts as the owner of the tables

try:
    connection.ensure_connection()  # tenancy.checks looks at every new connection
except OperationalError:
    pass  # a database that is not up yet is for /readyz to report
finally:
    connection.close()
