"""The only module that knows today's geography: territories, membership, and what old codes became.

One reference vintage (2026): 34,875 communes outside the overseas collectivities, 1,255 EPCI, départements,
régions and zones d'emploi 2020. Built from the tables of the geography sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
import shapely

from etl.contours import Contours
from etl.errors import BuildError
from etl.naming import normalise_level_name, normalise_name
from etl.places import Places

LEVELS = ("commune", "epci", "departement", "region", "ze")
CODE_PATTERN: Mapping[str, str] = {
    "commune": r"^(?:(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])\d{3}|97[1-46]\d{2})$",
    "epci": r"^\d{9}$",
    "departement": r"^(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-46])$",
    "region": r"^\d{2}$",
    "ze": r"^\d{4}$",
}
ARRONDISSEMENT = r"^(?:751[012]\d|6938[1-9]|132[01]\d)$"  # of Paris, Lyon, Marseille
CITY_OF_ARRONDISSEMENT: Mapping[str, str] = {"75": "75056", "69": "69123", "13": "13055"}
SIZE_CLASSES: Mapping[str, tuple[int, ...]] = {
    "epci": (0, 20_000, 50_000, 100_000, 200_000, 500_000),
    "commune": (0, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000),
}
AAV_CATEGORY = {"11": "pole", "12": "pole", "13": "pole", "20": "couronne", "30": "hors_attraction"}
TERRITORY_COLUMNS = (
    "level", "territory_code", "label", "nature", "size_class", "typology", "population", "longitude", "latitude",
    "departement", "region",
)  # fmt: skip


@dataclass(frozen=True)
class Territories:
    """Today's geography.

    Attributes:
        territory: TERRITORY_COLUMNS, one row a place at one level.
        membership: commune_code, level, territory_code, vintage.
        passage: old_code, commune_code, kind; `split` tells an old commune divided into several.
        names: name_key, name, commune_code, kind.
        postcodes: postcode, commune_code.
        contour: commune_code, wkb.
        perimeter_2022: commune_code, epci of 2022, to tell the EPCI whose perimeter changed.
    """

    territory: pd.DataFrame
    membership: pd.DataFrame
    passage: pd.DataFrame
    names: pd.DataFrame
    postcodes: pd.DataFrame
    contour: pd.DataFrame
    perimeter_2022: pd.DataFrame

    @cached_property
    def _lookup(self) -> dict[str, str]:
        return _as_dict(self.passage["old_code"], self.passage["commune_code"])

    def fold(self, codes: pd.Series[str]) -> pd.Series[str]:
        """Today's commune of each code: old communes, déléguées, associées, arrondissements; NaN when unknown."""
        return pd.Series([self._lookup.get(code, np.nan) for code in codes], index=codes.index, dtype=str)

    @cached_property
    def split_codes(self) -> frozenset[str]:
        """Codes of the old communes divided into several."""
        return frozenset(self.passage.loc[self.passage["kind"].eq("split"), "old_code"].to_numpy(dtype=object))

    def known_codes(self, level: str) -> frozenset[str]:
        """All the codes of one level."""
        return self._codes.get(level, frozenset())

    @cached_property
    def _codes(self) -> dict[str, frozenset[str]]:
        by_level = self.territory.groupby("level")["territory_code"]
        return {str(level): frozenset(codes.to_numpy()) for level, codes in by_level}

    @cached_property
    def changed_epci(self) -> frozenset[str]:
        """EPCI whose set of communes is not what it was in 2022 (new ones included)."""
        now = (
            self.membership[self.membership["level"].eq("epci")]
            .groupby("territory_code")["commune_code"]
            .agg(frozenset)
        )
        before = self.perimeter_2022.groupby("epci")["commune_code"].agg(frozenset)
        return frozenset(str(code) for code, members in now.items() if before.get(code) != members)

    @cached_property
    def places(self) -> Places:
        """The view that matches names and points to communes."""
        territory = self.territory
        communes = territory[territory["level"].eq("commune")].set_index("territory_code", drop=False)
        others = territory[territory["level"].isin(["epci", "departement", "region"])]
        keys = others["label"].map(normalise_level_name)
        return Places(
            names=self.names,
            postcodes=self.postcodes,
            communes=communes[["label", "longitude", "latitude", "population"]],
            contours=Contours(
                self.contour["commune_code"].to_numpy(dtype=object),
                shapely.from_wkb(self.contour["wkb"].map(bytes).to_numpy()),
            ),
            others=others[["level", "territory_code"]].assign(name_key=keys),
            epci=self.membership[self.membership["level"].eq("epci")].merge(
                others[["level", "territory_code", "label"]], on=["level", "territory_code"]
            )[["commune_code", "territory_code", "label"]],
        )


def build_territories(tables: Mapping[str, pd.DataFrame]) -> Territories:
    """Build the geography from the tables of the geography sources.

    Args:
        tables: commune, epci, epci_member, departement, region, old_commune, old_commune_2021, postcode
            (etalab_decoupage and its 2021 edition), zone, commune_2022 (insee_appartenance), passage_2025
            (insee_passage), contour (contours_communes).

    Raises:
        BuildError: A table is missing.
    """
    for name in (
        "commune",
        "epci",
        "epci_member",
        "departement",
        "region",
        "old_commune",
        "postcode",
        "contour",
    ):
        if name not in tables:
            raise BuildError("territories", f"no table '{name}' in the geography sources", "Run: make refresh")
    passage = _build_passage(tables)
    lookup = _as_dict(passage["old_code"], passage["commune_code"])
    membership = _build_membership(tables, lookup)
    territory = _build_territory(tables, membership, lookup)
    before = tables["commune_2022"]
    perimeter = pd.DataFrame({"commune_code": before["code"].map(lookup), "epci": before["epci"]}).dropna()
    return Territories(
        territory=territory,
        membership=membership,
        passage=passage,
        names=_build_names(tables, lookup),
        postcodes=tables["postcode"].drop_duplicates().sort_values(["postcode", "commune_code"], ignore_index=True),
        contour=tables["contour"][["commune_code", "wkb"]],
        perimeter_2022=perimeter.drop_duplicates(),
    )


def _as_dict(keys: pd.Series[str], values: pd.Series[str]) -> dict[str, str]:
    """A dictionary from two columns (object arrays are walked ten times faster than text columns)."""
    return dict(zip(keys.to_numpy(dtype=object), values.to_numpy(dtype=object), strict=True))


def _build_passage(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every old code to today's commune; the first rule that knows a code decides.

    An old commune divided into several keeps its own code where that still exists; otherwise its figures go to the most
    populous of its parts (`split`), a guess that `etl.ingest` marks as estimated.
    """
    communes = tables["commune"].set_index("code")["population"]
    found: dict[str, tuple[str, str]] = {c: (c, "commune") for c in communes.index}
    olds = [tables["old_commune"], tables.get("old_commune_2021", tables["old_commune"].head(0))]
    steps = pd.concat([*olds, tables["passage_2025"].assign(name="")], ignore_index=True)
    size = steps["commune_code"].map(communes).fillna(-1.0)
    steps = steps.assign(size=size).sort_values("size", ascending=False, kind="stable")
    parts = tables["passage_2025"].drop_duplicates(["code", "commune_code"])["code"].value_counts()
    pending = steps[~steps["code"].isin(communes.index)].drop_duplicates("code")
    times = parts.to_dict()
    for _ in range(3):  # a code may lead to a code that has itself changed since
        for code, target, kind in pending[["code", "commune_code", "kind"]].to_numpy(dtype=object):
            if code not in found and target in found:
                found[code] = (found[target][0], "split" if times.get(code, 1) > 1 else kind)
    rows = [(old, new, kind) for old, (new, kind) in sorted(found.items())]
    return pd.DataFrame(rows, columns=["old_code", "commune_code", "kind"])


def _build_membership(tables: Mapping[str, pd.DataFrame], lookup: dict[str, str]) -> pd.DataFrame:
    communes = tables["commune"]
    zones = tables["commune_2022"].assign(commune_code=lambda t: t["code"].map(lookup)).dropna(subset=["commune_code"])
    zones = zones.sort_values("code").drop_duplicates("commune_code")
    zone_of = _inherit_zones(communes["code"], _as_dict(zones["commune_code"], zones["ze"]), tables)
    frames = [
        pd.DataFrame({"commune_code": communes["code"], "level": level, "territory_code": communes[level]})
        for level in ("departement", "region")
    ]
    members = tables["epci_member"]
    frames.append(
        pd.DataFrame({"commune_code": members["commune_code"], "level": "epci", "territory_code": members["epci"]})
    )
    frames.append(pd.DataFrame({"commune_code": communes["code"], "level": "ze", "territory_code": zone_of.to_numpy()}))
    frame = pd.concat(frames, ignore_index=True).dropna()
    frame["vintage"] = np.where(frame["level"].eq("ze"), "2022", "2026")
    return frame.sort_values(["level", "commune_code"], ignore_index=True)


def _inherit_zones(codes: pd.Series[str], zones: dict[str, str], tables: Mapping[str, pd.DataFrame]) -> pd.Series[str]:
    """A commune re-created since 2022 takes the zone of the commune it left."""
    origin = tables["passage_2025"].drop_duplicates("commune_code", keep="first")
    left = tables["passage_2025"][tables["passage_2025"]["code"].isin(list(zones))]
    parent = _as_dict(left["commune_code"], left["code"])
    parent |= {n: o for n, o in zip(origin["commune_code"], origin["code"], strict=True) if n not in parent}
    return codes.map(lambda c: zones.get(c) or zones.get(parent.get(c, "")))


def _build_territory(
    tables: Mapping[str, pd.DataFrame], membership: pd.DataFrame, lookup: dict[str, str]
) -> pd.DataFrame:
    contour = tables["contour"].set_index("commune_code")
    communes = tables["commune"].set_index("code")
    communes = communes.assign(
        longitude=contour["longitude"].reindex(communes.index),
        latitude=contour["latitude"].reindex(communes.index),
    )
    before = tables["commune_2022"].assign(code=lambda t: t["code"].map(lookup)).drop_duplicates("code")
    category = before.set_index("code")["category"].map(AAV_CATEGORY).reindex(communes.index)
    base = pd.DataFrame(
        {
            "level": "commune", "territory_code": communes.index, "label": communes["label"], "nature": "COM",
            "typology": category, "population": communes["population"], "longitude": communes["longitude"],
            "latitude": communes["latitude"], "departement": communes["departement"], "region": communes["region"],
        }
    )  # fmt: skip
    frames = [base]
    for level in ("epci", "departement", "region", "ze"):
        table = tables["zone" if level == "ze" else level].set_index("code")
        frames.append(_build_level(level, table, base, membership))
    territory = pd.concat(frames, ignore_index=True)
    territory["size_class"] = _size_classes(territory["level"], territory["population"])
    territory = territory.sort_values(["level", "territory_code"], ignore_index=True)
    return territory[list(TERRITORY_COLUMNS)]


def _build_level(level: str, table: pd.DataFrame, communes: pd.DataFrame, membership: pd.DataFrame) -> pd.DataFrame:
    """Territories of one level: population summed, the rest from most of the population, centre weighted by it."""
    members = membership[membership["level"].eq(level)][["commune_code", "territory_code"]]
    joined = members.merge(
        communes.drop(columns="territory_code").assign(commune_code=communes.index), on="commune_code"
    )
    weight = joined["population"].fillna(0.0) + 1e-6
    where = joined["longitude"].notna()
    sums = pd.DataFrame(
        {
            "territory_code": joined["territory_code"], "population": joined["population"], "weight": weight * where,
            "longitude": joined["longitude"] * weight, "latitude": joined["latitude"] * weight,
        }
    ).groupby("territory_code").sum()  # fmt: skip
    frame = pd.DataFrame(
        {
            "level": level, "territory_code": table.index, "label": table["label"],
            "nature": table.get("nature"),
        }
    ).set_index("territory_code", drop=False)  # fmt: skip
    frame["population"] = sums["population"].reindex(frame.index)
    for axis in ("longitude", "latitude"):
        frame[axis] = (sums[axis] / sums["weight"]).reindex(frame.index)
    for column in ("departement", "region", "typology"):
        main = (
            joined.assign(weight=weight).groupby(["territory_code", column])["weight"].sum().reset_index()
            .sort_values("weight").drop_duplicates("territory_code", keep="last").set_index("territory_code")[column]
        )  # fmt: skip
        frame[column] = main.reindex(frame.index)
    if level == "region":
        frame["departement"] = None
    return frame.reset_index(drop=True)


def _size_classes(levels: pd.Series[str], populations: pd.Series[float]) -> pd.Series[str]:
    """The class of inhabitants of each territory, as "50000-100000", "500000+"; None where there is none."""
    found = pd.Series(None, index=levels.index, dtype=object)
    for level, bounds in SIZE_CLASSES.items():
        sized = levels.eq(level) & np.isfinite(populations)
        names = [*(f"{low}-{high}" for low, high in pairwise(bounds)), f"{bounds[-1]}+"]
        places = np.searchsorted(bounds, populations[sized], side="right") - 1
        found[sized] = np.array(names, dtype=object)[places]
    return found


def _build_names(tables: Mapping[str, pd.DataFrame], lookup: dict[str, str]) -> pd.DataFrame:
    current = tables["commune"][["code", "label"]].assign(kind="commune").rename(columns={"label": "name"})
    olds = [tables["old_commune"], tables.get("old_commune_2021", tables["old_commune"].head(0))]
    names = pd.concat([current, *[o[["code", "name", "kind"]] for o in olds]], ignore_index=True)
    names["commune_code"] = names["code"].map(lookup)
    names = names[names["name"].ne("")].dropna(subset=["commune_code"])
    keys = {n: normalise_name(n) for n in names["name"].unique()}
    names["name_key"] = names["name"].map(keys)
    return names.drop_duplicates(["name_key", "commune_code"])[
        ["name_key", "name", "commune_code", "kind"]
    ].reset_index(drop=True)
