"""What is out of the product's scope."""

import pandas as pd

from etl.overseas import is_in_overseas_collectivity


def test_points_of_the_overseas_collectivities_are_known():
    lon = pd.Series([166.45, -56.2, -63.05, -61.5, 55.4, 2.35])
    lat = pd.Series([-22.27, 46.78, 18.07, 16.2, -20.9, 48.85])
    assert is_in_overseas_collectivity(lon, lat).tolist() == [True, True, True, False, False, False]
