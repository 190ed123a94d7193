"""The only module that writes what the repository ships: computed tables, never a publisher's file, under 15 MB.

`data/snapshot/<source>/` holds what each source brought to the published build (see `etl.store`); `data/geo/` the
contours for display. Writing twice from the same raw files gives the same bytes.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from etl.commune_contours import write_by_departement
from etl.errors import BuildError
from etl.paths import DataPaths
from etl.registry import load_sources
from etl.sources.anct_contours import to_geojson
from etl.store import read_loaded, read_state, write_state
from etl.warehouse import find_current, open_build

MAX_BYTES = 15_000_000
GEO_LEVELS = ("epci", "departement", "region", "frame")


def write_snapshot(paths: DataPaths) -> dict[str, int]:
    """Copy what the published build is made of into `data/snapshot`, and prepare `data/geo`.

    Returns:
        Bytes by source.

    Raises:
        BuildError: Nothing is published, a source is stale, or the whole exceeds 15 MB; the snapshot is left as it was.
    """
    kept = _kept_folders(paths)
    size = sum(f.stat().st_size for folder in kept.values() for f in folder.iterdir())
    if size > MAX_BYTES:
        raise BuildError(str(paths.snapshot), f"it would weigh {size:,} bytes, more than {MAX_BYTES:,}",
                         "Find the largest source with: du -sh data/warehouse/loaded/*")  # fmt: skip
    fresh = paths.snapshot.with_name(f".{paths.snapshot.name}.tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    for code, folder in kept.items():
        shutil.copytree(folder, fresh / code)
        _keep_date(paths.snapshot / code, fresh / code)
        (fresh / code / "LICENCE.txt").write_text(_licence(code), encoding="utf-8")
    write_geo(paths, fresh)
    old = paths.snapshot.with_name(f".{paths.snapshot.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if paths.snapshot.exists():
        paths.snapshot.rename(old)
    fresh.rename(paths.snapshot)
    shutil.rmtree(old, ignore_errors=True)
    return {code: sum(f.stat().st_size for f in (paths.snapshot / code).iterdir()) for code in kept}


def _kept_folders(paths: DataPaths) -> dict[str, Path]:
    current = find_current(paths.warehouse)
    if current is None:
        raise BuildError(str(paths.warehouse), "no build is published", "Run: MIRROR=<folder> make refresh")
    with open_build(current) as con:
        rows = con.execute("SELECT source_code, loaded_key, state, message FROM source ORDER BY 1").fetchall()
    stale = [f"{code} ({message})" for code, _, state, message in rows if state == "stale"]
    if stale:
        raise BuildError("snapshot", f"a source is stale: {stale[0]}", "Mend it and run: make refresh")
    cards = {code: source.card for code, source in load_sources().items()}
    shipped = {code: key for code, key, _, _ in rows if code in cards and cards[code].shipping != "off"}
    folders = {c: paths.loaded / c / key for c, key in shipped.items()}
    return {c: f if read_state(f) is not None else paths.snapshot / c for c, f in folders.items()}


def _keep_date(before: Path, now: Path) -> None:
    """Unchanged raw files keep the day they were first seen, so that the same files give the same bytes any day."""
    old, new = read_state(before), read_state(now)
    if old is not None and new is not None and old.files == new.files:
        write_state(now, replace(new, retrieved_at=old.retrieved_at))


def _licence(code: str) -> str:
    card = load_sources()[code].card
    lines = [f"{card.title}", f"{card.producer}", f"Licence: {card.licence}", card.page]
    return "\n".join([*lines, *([card.citation] if card.citation else []),
                      "These tables were computed from the publisher's files."]) + "\n"  # fmt: skip


def write_geo(paths: DataPaths, results: Path) -> None:
    """Write `data/geo/<level>.geojson` and `data/geo/commune/<département>.geojson` from the stored results.

    Args:
        paths: Where the product's files are.
        results: Folder of the stored results, one folder a source.
    """
    table = read_loaded(results / "anct_contours")[0].tables["display_contour"]
    communes = write_by_departement(read_loaded(results / "contours_communes")[0].tables["contour"])
    (paths.geo / "commune").mkdir(parents=True, exist_ok=True)
    for level in GEO_LEVELS:
        (paths.geo / f"{level}.geojson").write_text(to_geojson(table, level), encoding="utf-8")
    for departement, text in communes.items():
        (paths.geo / "commune" / f"{departement}.geojson").write_text(text, encoding="utf-8")
