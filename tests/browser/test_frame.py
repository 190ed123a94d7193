"""What is common to all views: images, favourites, the guide, the header, controls on a small screen."""

import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


def take(page, link: str) -> Path:
    """The file that a link of « Emporter » hands over."""
    with page.expect_download() as waiting:
        page.locator(link).click()
    return waiting.value.path()


def read_svg(path: Path) -> tuple[ET.Element, str]:
    """An SVG file and all that is written in it."""
    root = ET.parse(path).getroot()
    return root, " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def read_png(path: Path) -> tuple[tuple[int, int], int]:
    """Size of a PNG file, and how many different bytes its pixels hold: one or two when it is blank."""
    data, at, pixels = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        pixels += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return struct.unpack(">II", data[16:24]), len(set(zlib.decompress(pixels)))


def test_an_image_holds_its_figure_its_title_and_its_source(visit):
    reader = visit()
    page = reader.open("/?territoire=200040715")
    root, written = read_svg(take(page, "#positionnement-svg"))
    assert "Où se situe chaque intercommunalité" in written
    assert "Grenoble-Alpes" in written
    assert "Source\u00a0: Attractivité × Rayonnement" in written
    assert "calculée le" in written
    assert sum("point" in (path.get("class") or "") for path in root.iter(f"{SVG}path")) > 1000
    style = "".join(text.text or "" for text in root.iter(f"{SVG}style"))
    assert "Atkinson Hyperlegible Next" in style
    assert "Source Serif 4" in style
    assert "http" not in style
    size, shades = read_png(take(page, "#positionnement-png"))
    assert size == (2400, 1600)
    assert shades > 100
    assert reader.errors == []
    assert reader.outside == []


def test_the_image_of_a_map_hatches_the_unknown(visit):
    reader = visit()
    page = reader.open("/carte")
    root, written = read_svg(take(page, "#carte-svg"))
    assert "Source" in written
    assert root.find(f".//{SVG}pattern[@id='hatch']") is not None
    assert sum("#hatch" in (path.get("style") or "") for path in root.iter(f"{SVG}path")) > 0
    assert sum("choroplethlayer" in (part.get("class") or "") for part in root.iter(f"{SVG}g")) == 1
    assert reader.errors == []
