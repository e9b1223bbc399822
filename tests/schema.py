"""`make schema`: renews what is generated from the schema, the expected facts and the reference, on a fresh server."""

import os
import tempfile

from tests import database
from vital.database.drift import EXPECTED, read_facts, write_expected
from vital.services import Services

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="vital-schema-") as folder, Services() as services:
        os.environ[database.FOLDER] = folder
        database.start(services)
        with database.connect("vital_app", database.TEMPLATE) as connection:
            facts = read_facts(connection.cursor())
    write_expected(facts)
    os.write(1, f"{EXPECTED.name}: {len(facts):,} facts\n".encode())
