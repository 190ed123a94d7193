// Écarts in the browser: the address follows the node and the series; other groups lay the page out again.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var DEFAULTS = { a: "metropoles", b: "ordinaires", variante: "as_is", noeud: "rayonnement" };

  function query(values) {
    var told = Object.keys(values).filter(function (name) { return values[name] && values[name] !== DEFAULTS[name]; });
    var text = told.map(function (name) { return name + "=" + encodeURIComponent(values[name]).replace(/%2C/g, ","); });
    return text.length ? "?" + text.join("&") : "";
  }
  function pick(click, current) {
    var point = click && click.points && click.points[0];
    var code = point && point.customdata && point.customdata[0];
    return code || dash.no_update;
  }

  dash.gaps = {
    write: function (node, series, kept) {
      if (window.location.pathname !== "/ecarts") return dash.no_update;
      var now = new URLSearchParams(window.location.search).get("serie");
      var touched = dash.callback_context.triggered.some(function (one) { return one.prop_id === "gaps-serie.value"; });
      var told = Object.assign({}, kept, { noeud: node, serie: touched ? series : now });
      window.history.replaceState(window.history.state, "", "/ecarts" + query(told));
      return dash.no_update;
    },
    // Against what the page shows, not its address: that may name a code which no group could take.
    regroup: function (a, b, variant, kept) {
      var told = Object.assign({}, DEFAULTS, kept);
      if (told.a === a && told.b === b && told.variante === variant) return dash.no_update;
      var now = new URLSearchParams(window.location.search);
      var rest = { edition: now.get("edition"), noeud: now.get("noeud"), serie: now.get("serie") };
      return "/ecarts" + query(Object.assign({ a: a, b: b, variante: variant }, rest));
    },
    pickNode: pick,
    pickSeries: pick,
  };
})();
