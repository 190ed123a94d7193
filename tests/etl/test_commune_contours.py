import json

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.commune_contours import find_departement, write_by_departement

SQUARE = shapely.box(5.0, 45.0, 5.5, 46.0)
NEIGHBOUR = shapely.Polygon([(5.5, 45.0), (6.2, 45.0), (6.2, 46.0), (5.5001, 46.0), (5.5, 45.5)])
ISLE = shapely.box(6.5, 45.0, 6.5004, 45.0004)
MENDED = shapely.GeometryCollection([shapely.box(-61.2, 14.5, -61.0, 14.8), shapely.LineString([(-61, 14), (-61, 15)])])


@pytest.fixture
def written():
    shapes = [shapely.orient_polygons(SQUARE, exterior_cw=False), NEIGHBOUR, ISLE, MENDED]
    codes = ["38185", "38002", "38003", "97209"]
    found = write_by_departement(pd.DataFrame({"commune_code": codes, "wkb": list(shapely.to_wkb(np.array(shapes)))}))
    return {code: json.loads(text) for code, text in found.items()}


def test_each_departement_has_its_own_communes_and_its_bounds(written):
    assert {code: [f["id"] for f in one["features"]] for code, one in written.items()} == {
        "38": ["38002", "38003", "38185"], "972": ["97209"],
    }  # fmt: skip
    assert written["38"]["bbox"] == [5.0, 45.0, 6.5, 46.0]


def test_every_ring_is_clockwise_and_nothing_but_areas_is_kept(written):
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for one in written.values() for f in one["features"]]
    assert {shape.geom_type for shape in shapes} == {"Polygon"}
    assert not any(shape.exterior.is_ccw for shape in shapes)


def test_corners_nobody_sees_are_cut_and_a_tiny_commune_is_kept(written):
    shapes = {f["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in written["38"]["features"]}
    assert shapely.get_num_coordinates(shapes["38002"]) == 5
    assert shapes["38003"].area > 0


@pytest.mark.parametrize(("code", "departement"), [("38185", "38"), ("2A004", "2A"), ("97209", "972")])
def test_a_departement_is_the_start_of_its_communes_codes(code, departement):
    assert find_departement(code) == departement
