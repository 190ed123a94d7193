"""The comparator's newer editions: other years, a renamed median, withheld figures written `s`."""

import zipfile

import pandas as pd
import pytest

from etl.errors import FormatError
from etl.parsing import Parser
from etl.sources import insee_comparateur

HEADER = (
    "CODGEO;P22_POP;P16_POP;SUPERF;NAIS1621;DECE1621;P22_MEN;NAISD24;DECESD24;P22_LOG;P22_RP;P22_RSECOCC;P22_LOGVAC;"
    "P22_RP_PROP;NBMENFISC21;PIMP21;{median};TP6021;P22_EMPLT;P22_EMPLT_SAL;P16_EMPLT;P22_POP1564;P22_CHOM1564;"
    "P22_ACT1564;ETTOT23;ETAZ23"
)
GRENOBLE = "38185;1000;900;18.1;60;36;5;1;1;600;500;20;30;9;8;55,5;21000;18,5;800;700;780;9;50;450;90;1"
AGEN = "47001;500;490;11.5;30;12;5;1;1;300;250;10;20;9;8;s;s;s;400;300;390;9;40;250;s;s"


def parse_edition(folder, median="MED21", header=HEADER):
    with zipfile.ZipFile(folder / "base_cc_comparateur_csv.zip", "w") as archive:
        archive.writestr("base_cc_comparateur.CSV", "\n".join([header.format(median=median), GRENOBLE, AGEN]))
    p = Parser(insee_comparateur.CARD, folder)
    insee_comparateur.parse(p)
    figures = p.parsed().figures
    return figures.set_index(["code", "series_code", "year"])[["value", "status"]]


@pytest.mark.parametrize("median", ["MED21", "MED_SL21"])
def test_years_come_from_the_column_names_of_the_newer_edition(tmp_path, median):
    figures = parse_edition(tmp_path, median)
    assert figures.loc[("38185", "population", 2022), "value"] == 1000
    assert figures.loc[("38185", "population", 2016), "value"] == 900
    assert figures.loc[("38185", "etablissements", 2023), "value"] == 90
    assert figures.loc[("38185", "revenu_median", 2021), "value"] == 21000
    assert figures.loc[("38185", "superficie_km2", 2022), "value"] == 18.1


def test_six_years_of_births_are_brought_to_five_and_marked(tmp_path):
    figures = parse_edition(tmp_path)
    assert tuple(figures.loc[("38185", "naissances_5_ans", 2022)]) == (50.0, "estimated")
    assert tuple(figures.loc[("38185", "deces_5_ans", 2022)]) == (30.0, "estimated")


def test_the_letter_s_is_a_withheld_figure_not_a_missing_one(tmp_path):
    figures = parse_edition(tmp_path)
    withheld = figures.loc[("47001", ["revenu_median", "etablissements"], slice(None)), :]
    assert list(withheld["status"]) == ["secret", "secret"]
    assert pd.isna(withheld["value"]).all()


def test_a_vanished_column_stops_the_source_and_names_what_is_there(tmp_path):
    with pytest.raises(FormatError, match=r"ACT1564.*is missing; the file has: 'CODGEO', 'P22_POP'"):
        parse_edition(tmp_path, header=HEADER.replace("P22_ACT1564", "ACTIFS"))
