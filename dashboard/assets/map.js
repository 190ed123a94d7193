// The map in the browser: its address, the small quadrant, and classes that light each other on map, legend and quadrant.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var ORDER = ["niveau", "departement", "noeud", "classes", "edition", "variante", "territoire"];
  var DEFAULTS = { niveau: "epci", noeud: "deux", classes: "egales", variante: "as_is" };
  var KNOWN = 1; // the trace of the territories that have a class: see dashboard/maps.py
  var SVG = "http://www.w3.org/2000/svg";
  var SIDE = 1000; // see dashboard/map_quadrant.py
  var EDGE = 24; // around the dots, in the units of the drawing

  // ---- The address
  function write(values) {
    var query = new URLSearchParams();
    ORDER.forEach(function (name) {
      if (values[name] && values[name] !== DEFAULTS[name]) query.set(name, values[name]);
    });
    return query.toString();
  }
  function lead(query) { return "/carte" + (query ? "?" + query : ""); }

  dash.map = {
    write: function (node, classes, asked) {
      if (window.location.pathname !== "/carte" || !node) return dash.no_update;
      var values = Object.fromEntries(new URLSearchParams(asked));
      values.noeud = node;
      values.classes = classes;
      window.history.replaceState(window.history.state, "", lead(write(values)));
      var search = document.getElementById("map-search");
      delete values.territoire;
      var without = write(values);
      if (search) search.dataset.search = lead(without) + (without ? "&" : "?") + "territoire=";
      return dash.no_update;
    },
    // Another level, département, edition or reading has other territories or other choices: the page is laid out again.
    go: function (niveau, departement, edition, variante, now) {
      var asked = { niveau: niveau, departement: departement, edition: edition, variante: variante };
      var changed = Object.keys(asked).filter(function (name) { return asked[name] && asked[name] !== now[name]; });
      if (!changed.length) return dash.no_update;
      var values = Object.fromEntries(new URLSearchParams(window.location.search));
      changed.forEach(function (name) { values[name] = asked[name]; });
      if (changed.indexOf("niveau") >= 0) delete values.departement;
      if (changed.indexOf("departement") >= 0) delete values.territoire;
      return lead(write(values));
    },
    open: function (click, niveau) {
      var point = click && click.points && click.points[0];
      if (!point || !point.location || point.curveNumber !== KNOWN) return dash.no_update;
      var isUpper = niveau === "departement" || niveau === "region";
      return "/territoire/" + (isUpper ? niveau + "-" : "") + point.location;
    },
  };

  // ---- The small quadrant
  function make(tag, attributes) {
    var element = document.createElementNS(SVG, tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    return element;
  }
  function findGraph() { return document.querySelector(".map .js-plotly-plot"); }
  function readTrace() {
    var graph = findGraph();
    return graph && graph.data && graph.data[KNOWN];
  }
  function colourOf(trace, place) { return trace.colorscale[2 * (place + 1)][1]; }
  function findHolder() { return document.querySelector("#map-legend [data-cuts]"); }

  function drawDots(svg, dots, trace) {
    dots[0].forEach(function (x, rank) {
      var place = trace.z[rank];
      if (x === null || place < 0) return;
      svg.append(make("circle", {
        "cx": x, "cy": SIDE - dots[1][rank], "r": dots[0].length > 400 ? 9 : 14, "fill": colourOf(trace, place),
        "data-low": place, "data-high": place, "class": "territory-dot",
      }));
    });
  }
  function drawChosen(svg, dots, rank) {
    if (!rank || dots[0][rank] === null) return;
    svg.append(make("circle", { "cx": dots[0][rank], "cy": SIDE - dots[1][rank], "r": 26, "class": "chosen" }));
  }
  function drawCells(svg, cuts, keys) {
    var across = cuts[0], up = cuts[1], size = across.length - 1;
    for (var line = size - 1; line >= 0; line--) {
      for (var column = 0; column < size; column++) {
        var place = line * size + column;
        var cell = make("rect", {
          "x": across[column], "y": SIDE - up[line + 1], "width": across[column + 1] - across[column],
          "height": up[line + 1] - up[line], "class": "class-key cell", "data-low": place, "data-high": place,
          "role": "button", "tabindex": -1, "aria-pressed": "false", "aria-label": keys[place] || "",
        });
        svg.append(cell);
      }
    }
  }
  function nameCells() {
    var names = {};
    document.querySelectorAll("#map-legend .class-key").forEach(function (key) {
      names[key.dataset.low] = key.getAttribute("aria-label");
    });
    return names;
  }
  function drawQuadrant() {
    var place = document.getElementById("map-quadrant"), trace = readTrace(), holder = findHolder();
    if (!place || !trace || !holder || !trace.z) return;
    var sign = [holder.dataset.cuts, JSON.stringify(trace.colorscale), trace.z.join("")].join("|");
    if (place.sign === sign && place.firstChild) return;
    place.sign = sign;
    var cuts = JSON.parse(holder.dataset.cuts), dots = JSON.parse(place.dataset.dots);
    var svg = make("svg", {
      "viewBox": [-EDGE, -EDGE, SIDE + 2 * EDGE, SIDE + 2 * EDGE].join(" "), "role": "group",
      "aria-label": "Petit quadrant : attractivité vers la droite, rayonnement vers le haut, aux couleurs de la carte",
    });
    svg.append(make("rect", { "x": -EDGE, "y": -EDGE, "width": SIDE + 2 * EDGE, "height": SIDE + 2 * EDGE, "class": "frame" }));
    drawDots(svg, dots, trace);
    drawChosen(svg, dots, place.dataset.chosen);
    if (cuts[0].length) drawCells(svg, cuts, nameCells());
    place.replaceChildren(svg);
    rove(svg.querySelectorAll(".cell"));
  }

  // ---- Classes that light each other
  var pinned = null;
  function isBetween(place, low, high) { return place >= low && place <= high; }
  function light(low, high, told) {
    var isLit = low !== null;
    document.querySelectorAll(".map .choroplethlayer .trace:nth-child(2) path").forEach(function (path) {
      var datum = path.__data__;
      path.classList.toggle("far", isLit && !(datum && isBetween(datum.z, low, high)));
    });
    document.querySelectorAll("#map-quadrant .territory-dot").forEach(function (dot) {
      dot.classList.toggle("far", isLit && !isBetween(+dot.dataset.low, low, high));
    });
    document.querySelectorAll("#map-legend .class-key, #map-quadrant .cell").forEach(function (key) {
      var isOwn = isLit && +key.dataset.low <= high && +key.dataset.high >= low;
      key.classList.toggle("lit", isOwn);
      key.classList.toggle("unlit", isLit && !isOwn);
    });
    var line = document.querySelector("#map-legend .lit-told");
    if (line) line.textContent = told || "";
  }
  function settle() {
    if (pinned) light(pinned.low, pinned.high, pinned.told);
    else light(null);
  }
  function findKey(event) {
    return event.target.closest && event.target.closest("#map-legend .class-key, #map-quadrant .cell, #map-quadrant .territory-dot");
  }
  function read(key) {
    var told = key.getAttribute("aria-label");
    if (!told) {
      var own = document.querySelector("#map-legend .class-key[data-low='" + key.dataset.low + "']");
      told = own ? own.getAttribute("aria-label") : "";
    }
    return { low: +key.dataset.low, high: +key.dataset.high, told: told };
  }
  function show(event) {
    var key = findKey(event);
    if (!key) return;
    var own = read(key);
    light(own.low, own.high, own.told);
  }
  function leave(event) {
    if (findKey(event)) settle();
  }
  function pin(key) {
    var own = read(key);
    var isSame = pinned && pinned.low === own.low && pinned.high === own.high;
    pinned = isSame ? null : own;
    document.querySelectorAll("#map-legend .class-key, #map-quadrant .cell").forEach(function (one) {
      var isOwn = pinned && +one.dataset.low === pinned.low && +one.dataset.high === pinned.high;
      one.setAttribute("aria-pressed", isOwn ? "true" : "false");
    });
    if (pinned) settle();
    else light(own.low, own.high, own.told);
  }
  document.addEventListener("mouseover", show);
  document.addEventListener("mouseout", leave);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", leave);
  document.addEventListener("click", function (event) {
    var key = findKey(event);
    if (key) pin(key);
  });

  // One stop for the tabulation in each set of classes; the arrows go from one to the next.
  function rove(keys) {
    keys.forEach(function (key, rank) { key.setAttribute("tabindex", rank ? "-1" : "0"); });
  }
  function move(event) {
    var key = findKey(event);
    if (!key) return;
    if (event.key === "Escape") {
      pinned = null;
      light(null);
      return;
    }
    if ((event.key === "Enter" || event.key === " ") && key.classList.contains("cell")) {
      event.preventDefault(); // a rectangle is no button by itself
      pin(key);
      return;
    }
    var keys = Array.prototype.slice.call(key.closest("#map-legend, #map-quadrant").querySelectorAll(".class-key"));
    var across = key.closest(".cells, svg") ? Math.round(Math.sqrt(keys.length)) : 1;
    var step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
    var next = step && keys[keys.indexOf(key) + step];
    if (!step) return;
    event.preventDefault();
    if (!next) return;
    key.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }
  document.addEventListener("keydown", move);

  // ---- What Dash and Plotly bring
  function watch() {
    var graph = findGraph(), holder = findHolder();
    if (holder && !holder.dataset.watched) {
      holder.dataset.watched = "yes";
      pinned = null;
      rove(holder.querySelectorAll(".class-key"));
      window.setTimeout(drawQuadrant, 0);
    }
    if (!graph || graph.dataset.linked || typeof graph.on !== "function") return;
    graph.dataset.linked = "yes";
    graph.on("plotly_afterplot", function () {
      drawQuadrant();
      settle();
    });
    drawQuadrant();
  }
  new MutationObserver(watch).observe(document.documentElement, { childList: true, subtree: true });
})();
