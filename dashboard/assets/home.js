// Positionnement in the browser: the address follows the server, territories come and go, a part of the figure is enlarged.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var now = ""; // what is on screen, as the server writes it in an address
  var STEP = 0.6; // of what is seen, what a step keeps
  var LEAST_DRAG = 8; // px
  var WAIT = 90; // ms after the last turn of the wheel

  function listCodes() {
    return (new URLSearchParams(now).get("territoires") || "").split(",").filter(Boolean);
  }
  function choose(codes) {
    dash.set_props("home-chosen", { data: codes.join(",") });
  }
  function frame(zoom) {
    dash.set_props("home-zoom", { data: zoom });
  }

  dash.home = {
    write: function (query) {
      var page = document.querySelector(".home");
      now = query || "";
      if (!page) return dash.no_update;
      showFrames();
      if (!page.dataset.read) page.dataset.read = "yes"; // as it came: its address already says it
      else window.history.replaceState(window.history.state, "", window.location.pathname + (now ? "?" + now : ""));
      restoreFocus();
      return dash.no_update;
    },
  };

  function showFrames() {
    var zoom = new URLSearchParams(now).get("zoom") || "";
    document.querySelectorAll("#home-frames [data-zoom]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.zoom === zoom));
      if (button.dataset.zoom === "choisis") button.disabled = listCodes().length === 0;
    });
  }

  // Territories are added by the search field, removed by their note.
  var isRemoving = false;
  function restoreFocus() {
    if (!isRemoving) return;
    isRemoving = false;
    window.requestAnimationFrame(function () {
      var next = document.querySelector("#chosen-note .remove") || document.querySelector("#situer input");
      if (next) next.focus({ preventScroll: true });
    });
  }
  document.addEventListener("territorychosen", function (event) {
    if (event.target.id !== "situer") return;
    event.preventDefault();
    choose(listCodes().concat(event.detail.target));
    var closer = document.querySelector(".home [data-sheet] .sheet-close");
    if (closer) closer.click();
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".home button");
    if (!button) return;
    if ("chosen" in button.dataset) {
      isRemoving = true;
      choose(button.dataset.chosen.split(",").filter(Boolean));
    } else if ("zoom" in button.dataset) frame(button.dataset.zoom);
    else if (button.dataset.step) step(button.dataset.step === "in" ? STEP : 1 / STEP);
  });

  // A part of the figure. Plotly would hold the wheel and the finger: the page keeps its scroll, so it is done here.
  function findGraph() {
    return document.querySelector("#quadrant .js-plotly-plot") || document.querySelector("#quadrant.js-plotly-plot");
  }
  function findArea() {
    var graph = findGraph();
    return graph && graph.querySelector(".nsewdrag").getBoundingClientRect();
  }
  function scoresBetween(axis, start, end) {
    return [start, end].map(function (share) {
      var value = axis.range[0] + share * (axis.range[1] - axis.range[0]);
      return Math.max(0, axis.type === "log" ? Math.pow(10, value) : value).toPrecision(3);
    });
  }
  function frameShares(left, right, bottom, top) {
    var layout = findGraph().layout;
    frame(scoresBetween(layout.xaxis, left, right).concat(scoresBetween(layout.yaxis, bottom, top)).map(Number).join(","));
  }
  function step(keep, across, up) {
    across = across === undefined ? 0.5 : across;
    up = up === undefined ? 0.5 : up;
    frameShares(across * (1 - keep), across * (1 - keep) + keep, up * (1 - keep), up * (1 - keep) + keep);
  }
  function shareOf(event, area) {
    function within(share) { return Math.min(1, Math.max(0, share)); }
    return [within((event.clientX - area.left) / area.width), within((area.bottom - event.clientY) / area.height)];
  }

  var drag = null, hasDragged = false;
  document.addEventListener("pointerdown", function (event) {
    hasDragged = false;
    if (event.pointerType !== "mouse" || event.button !== 0 || !event.target.closest("#quadrant .nsewdrag")) return;
    drag = { from: shareOf(event, findArea()), x: event.clientX, y: event.clientY, band: null };
  });
  document.addEventListener("pointermove", function (event) {
    if (!drag) return;
    if (!drag.band && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < LEAST_DRAG) return;
    hasDragged = true;
    event.preventDefault();
    showBand(shareOf(event, findArea()));
  });
  document.addEventListener("pointerup", function (event) {
    if (!drag) return;
    var done = drag, to = shareOf(event, findArea());
    drag = null;
    if (!done.band) return;
    done.band.remove();
    var x = [done.from[0], to[0]].sort(), y = [done.from[1], to[1]].sort();
    if (x[1] > x[0] && y[1] > y[0]) frameShares(x[0], x[1], y[0], y[1]);
  });
  function showBand(to) {
    var holder = document.getElementById("quadrant-name"), area = findArea(), outer = holder.getBoundingClientRect();
    if (!drag.band) {
      drag.band = document.createElement("div");
      drag.band.className = "band";
      holder.append(drag.band);
    }
    var style = drag.band.style;
    style.left = area.left - outer.left + Math.min(drag.from[0], to[0]) * area.width + "px";
    style.width = Math.abs(drag.from[0] - to[0]) * area.width + "px";
    style.top = area.bottom - outer.top - Math.max(drag.from[1], to[1]) * area.height + "px";
    style.height = Math.abs(drag.from[1] - to[1]) * area.height + "px";
  }
  // The click that ends a drag opens no point.
  document.addEventListener("click", function (event) {
    if (!hasDragged || !event.target.closest("#quadrant")) return;
    hasDragged = false;
    event.stopPropagation();
  }, true);

  var turned = { keep: 1, timer: 0 };
  document.addEventListener("wheel", function (event) {
    if (!event.ctrlKey || !event.target.closest("#quadrant .nsewdrag")) return;
    event.preventDefault();
    var share = shareOf(event, findArea());
    turned.keep *= event.deltaY < 0 ? 0.85 : 1 / 0.85;
    window.clearTimeout(turned.timer);
    turned.timer = window.setTimeout(function () {
      var keep = Math.min(4, Math.max(0.1, turned.keep));
      turned.keep = 1;
      step(keep, share[0], share[1]);
    }, WAIT);
  }, { passive: false });

  // A position pointed at, or reached by keyboard, in the table of the four lights its quarter of the figure.
  var LINES = 2; // shapes before the quarters
  function light(at) {
    document.querySelectorAll("#quadrant .is-lit").forEach(function (lit) { lit.classList.remove("is-lit"); });
    if (at === null) return;
    document.querySelectorAll(
      "#quadrant .shapelayer path[data-index='" + (LINES + at) + "'], #quadrant .annotation[data-index='" + at + "']"
    ).forEach(function (part) { part.classList.add("is-lit"); });
  }
  ["mouseover", "focusin"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var quarter = event.target.closest && event.target.closest(".home .quarter");
      if (quarter) light(Number(quarter.dataset.quarter));
    });
  });
  ["mouseout", "focusout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (event.target.closest && event.target.closest(".home .quarter")) light(null);
    });
  });
})();
