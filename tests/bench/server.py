"""The dashboard as it is served, on the published build: time, JSON bytes and weight of its pages and callbacks."""

from __future__ import annotations

import functools
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from dashboard.serving import ask_page
from tests.bench import baseline
from tests.bench.measure import Measure
from tests.bench.site import Call, Site, list_parts, serving

MOST_JSON = 150.0  # kB a callback may ship, for up to 1,300 territories
MOST_WEIGHT = 1200.0  # kB compressed of a first page, beyond the bundles
MOST_COST = 2.0  # times what a callback costs that returns the same figure, precomputed
RUNS = 5
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"  # fetched with the first figure
DETAILS = ["/territoire/200040715", "/territoire/38185", "/territoire/departement-38", "/territoire/region-84",
           "/source/culture_musees"]  # fmt: skip


def measure() -> Iterator[Measure]:
    """Serve the published build; say and bound what each page and each callback costs, as it is measured."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("dashboard", "--port", "{port}", ready="/publication") as site,
        serving("tests.bench.baseline", "{port}", folder, ready="/") as floor,
    ):
        yield from _measure_first(site)
        pages = [*site.list_views(), *DETAILS]
        for page in pages:
            yield from _measure_page(site, page, with_bundles=page == pages[0])
        for page in pages:
            for call in site.list_calls(page):
                yield from _measure_call(site, floor, call, Path(folder))
        yield from _measure_routes(site, pages)


def _measure_first(site: Site) -> list[Measure]:
    """The first reader of a commune, who comes while the workers warm up."""
    first = _time(lambda: site.lay_out("/territoire/38185"))
    again = median(_time(lambda: site.lay_out("/territoire/38544")) for _ in range(RUNS))
    return [Measure("first commune after the start", first), Measure("another commune, then", again)]


def _measure_page(site: Site, address: str, *, with_bundles: bool) -> list[Measure]:
    """JSON of the layout, and everything that a first visit fetches beyond the bundles, compressed."""
    path, _, query = address.partition("?")
    layout = site.post(ask_page(path, query))[0].decode()
    seconds = median(_time(lambda: site.lay_out(address)) for _ in range(RUNS))
    document, weight = site.get(address)
    ours, bundles = list_parts(document.decode())
    styles = [path for path in ours if ".css" in path]
    fonts = {f"/assets/{f}" for path in styles for f in re.findall(r"url\((fonts/[^)]+)\)", site.get(path)[0].decode())}
    contours = set(re.findall(r"/geo/[0-9a-f]+/[^\"]+\.geojson", layout.replace(r"\u002f", "/")))
    parts = {*ours, *fonts, *contours, "/_dash-layout", "/_dash-dependencies"}
    weight += sum(site.get(path)[1] for path in parts)
    beyond = sum(site.get(path)[1] for path in (*bundles, PLOTLY)) if with_bundles else 0
    return [
        Measure(f"{address} JSON of the layout", len(layout.encode()) / 1000, bound=MOST_JSON, unit="kB"),
        Measure(f"{address} weight of a first visit", weight / 1000, bound=MOST_WEIGHT, unit="kB"),
        *([Measure("  the bundles beyond it", beyond / 1000, unit="kB")] if beyond else []),
        Measure(f"{address} layout", seconds),
    ]


def _measure_call(site: Site, floor: Site, call: Call, folder: Path) -> list[Measure]:
    """JSON of a callback, and its cost against a callback that returns the same, both asked in turn."""
    start = time.perf_counter()
    body, _ = site.post(call.body)
    first = time.perf_counter() - start
    if not body:
        return []  # nothing to update
    name = f"{len(list(folder.iterdir()))}"
    (folder / f"{name}.json").write_bytes(body)
    asked = baseline.ask(name)
    for _ in range(2):
        site.post(call.body)
        floor.post(asked)
    pairs = [(_time(lambda: site.post(call.body)), _time(lambda: floor.post(asked))) for _ in range(RUNS)]
    own, least = (min(side) for side in zip(*pairs, strict=True))  # the least: others may be using the machine
    is_figure = b'"figure"' in body
    found = [
        Measure(f"{call.name} JSON", len(body) / 1000, bound=MOST_JSON, unit="kB"),
        Measure(f"{call.name} the first time", first),
        Measure(f"{call.name}", own, least, bound=MOST_COST if is_figure else None),
    ]
    if call.changed and is_figure and '"map"' in json.dumps(call.body["outputs"]) and b'"map":{"figure"' in body:
        names = sum(body.count(key) for key in (b'"locations":', b'"geojson":'))
        found.append(Measure(f"{call.name} contours and codes sent again", names, bound=0, unit=""))
    return found


def _measure_routes(site: Site, pages: list[str]) -> Iterator[Measure]:
    """Search, and what each page lets its reader open or take away."""
    addresses = {"/recherche?q=saint", *(a for page in pages for a in _list_routes(site, page))}
    for address in sorted(addresses):
        body, weight = site.get(address)
        seconds = _time(functools.partial(site.get, address))
        yield Measure(address[:50], seconds)
        yield Measure("  compressed", weight / 1000, unit="kB")
        if address.startswith("/figure/"):
            yield Measure("  JSON", len(body) / 1000, unit="kB")


def _list_routes(site: Site, page: str) -> Iterator[str]:
    layout = json.dumps(site.lay_out(page), ensure_ascii=False)  # parsed, then without escapes
    seen = set()
    for address in re.findall(r'"(/(?:export|figure|chiffres)/[^"]+)"', layout):
        kind = re.sub(r"\?.*|[\d-]+", "", address).rsplit("/", 1)[0] if "/chiffres/" in address else address
        if kind not in seen:
            seen.add(kind)
            yield address


def _time(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
