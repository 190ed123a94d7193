"""Each view by keyboard alone, at 200 %, without motion: everything is reached, seen, and left."""

import pytest

from tests.browser.conftest import SIZES

VIEWS = {
    "/": "Territoires mis en évidence",
    "/classement": "Classer par",
    "/carte": "Niveau",
    "/comparer?territoires=200040715,200046977": "",
    "/evolution?territoires=200040715": "",
    "/ecarts": "",
    "/et-si": "Poids du pilier Cibles, nombre",
    "/methode": "Deux notions",
    "/donnees": "Tableau, CSV",
    "/territoire/200040715": "",
    "/territoire/200040715/fiche": "Imprimer",
    "/aide": "Situer mon territoire",
}
MOST_STEPS = 400
WALK = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
  const label = here.labels && here.labels[0] && here.labels[0].textContent;
  const name = here.ariaLabel || label || here.textContent || "";
  const around = ".mantine-Slider-thumb, .mantine-SegmentedControl-control, .ag-cell, .ag-header-cell";
  const drawn = [here, here.nextElementSibling, here.closest(around)].some(e => {
    if (!e) return false;
    const s = getComputedStyle(e), after = getComputedStyle(e, "::after");
    return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none" ||
      s.borderStyle !== "none" || after.borderStyle !== "none" || (e.ownerSVGElement && s.stroke !== "none");
  });
  return {name: name.trim().slice(0, 80), seen: box.width > 0 && box.height > 0 && style.visibility !== "hidden",
          drawn, left: !!here.closest("#pied"), body: here === document.body,
          radio: here.type === "radio",  /* hidden behind its label, which draws its focus */
          tag: here.tagName + "." + here.className};
}"""


@pytest.mark.parametrize("path", VIEWS)
def test_the_keyboard_reaches_everything_and_is_never_held(visit, path):
    page = visit().open(path)
    names, unseen, undrawn = [], [], []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        step = page.evaluate(WALK)
        if step["left"]:
            break
        names.append(step["name"])
        unseen += [] if step["seen"] or step["body"] or step["radio"] else [f"{step['tag']} {step['name']}"]
        undrawn += [] if step["drawn"] or step["body"] else [f"{step['tag']} {step['name']}"]
    else:
        pytest.fail(f"after {MOST_STEPS} steps the footer is not reached: {names[-3:]}")
    assert unseen == []
    assert undrawn == []
    assert any(VIEWS[path] in name for name in names), names


@pytest.mark.parametrize("path", VIEWS)
def test_at_200_percent_nothing_is_cut(contexts, address, path):
    page = contexts("wide").new_page()
    page.set_viewport_size({side: length // 2 for side, length in SIZES["wide"].items()})  # what a zoom does to a page
    try:
        page.goto(address + path)
        page.wait_for_selector("h1")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        assert page.locator("h1").is_visible()
    finally:
        page.close()
