"""README's recipe "Add a page", followed to the letter in a copy of the packages: one file, nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap

from tests.conftest import ROOT

ASK = """
import json, sys
from pathlib import Path
from dashboard.app import create_app
client = create_app(Path(sys.argv[1])).server.test_client()
client.get("/_dash-layout")
page = {"output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": "_pages_location", "property": "pathname", "value": "/demo"},
                   {"id": "_pages_location", "property": "search", "value": ""}],
        "changedPropIds": ["_pages_location.pathname"]}
print(json.dumps({"status": client.get("/demo").status_code, "frame": client.get("/_dash-layout").text,
                  "page": client.post("/_dash-update-component", json=page).text}))
"""


def test_a_page_is_one_file(tmp_path, warehouse):
    recipe = (ROOT / "README.md").read_text(encoding="utf-8").partition("### Add a page")[2]
    source = textwrap.dedent(re.search(r"```python\n(.*?)```", recipe, re.DOTALL)[1])
    for package in ("etl", "indicators", "dashboard"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "dashboard" / "pages" / "demo.py").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(warehouse)], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["status"] == 200
    assert "Démo" in json.dumps(json.loads(answer["frame"]), ensure_ascii=False)
    assert "7\u00a0intercommunalités" in json.dumps(json.loads(answer["page"]), ensure_ascii=False)
