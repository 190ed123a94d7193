"""A dashboard of one page, over the dashboard's own view of the warehouse: which build answered, and what it says.

Served by gunicorn in the tests: `gunicorn tests.etl.serving:app` with WAREHOUSE in the environment.
"""

import json
import os
from pathlib import Path

from dashboard.warehouse import Build, Warehouse, per_build

WAREHOUSE = Warehouse(Path(os.environ["WAREHOUSE"]))


@per_build
def visitors(build: Build) -> float:
    """What is computed once a build, and kept with it."""
    where = "level = 'epci' AND territory_code = '200040715' AND series_code = 'musees_visiteurs' AND year = 2023"
    return float(build.read(f"SELECT value FROM observation WHERE {where}")["value"].iloc[0])


def app(environ, start_response):
    build = WAREHOUSE.build()
    answer = {
        "worker": os.getpid(),
        "build": build.build_id,
        "says": build.read("SELECT build_id FROM build")["build_id"].iloc[0],
        "kept": visitors(build),
        "read": visitors.__wrapped__(build),
        "scored": float(build.read("SELECT score FROM score WHERE territory_code = '200040715'")["score"].iloc[0]),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]
