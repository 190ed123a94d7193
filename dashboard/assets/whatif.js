// « Et si… » in the browser: slider and field say one weight, the address follows, points travel to their new place.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var french = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 });

  function isWeight(value) {
    return typeof value === "number" && isFinite(value) && value >= 0;
  }
  function listWeights(inputs) {
    var weights = {};
    inputs.forEach(function (input) {
      if (isWeight(input.value)) weights[input.id.code] = input.value;
    });
    return weights;
  }
  // Shares follow the hand, before the server answers.
  function showShares(weights) {
    document.querySelectorAll(".weight-share").forEach(function (share) {
      var code = JSON.parse(share.id).code;
      var total = share.dataset.siblings.split(" ").reduce(function (sum, one) { return sum + (weights[one] || 0); }, 0);
      share.textContent = total > 0 ? french.format((100 * weights[code]) / total) + "\u00a0%" : "";
    });
  }
  function write(values) {
    return Object.keys(values)
      .filter(function (name) { return values[name]; })
      .map(function (name) { return name + "=" + encodeURIComponent(values[name]).replace(/%3A/g, ":").replace(/%2C/g, ","); })
      .join("&");
  }

  dash.whatif = {
    pair: function (weight, slide) {
      var from = dash.callback_context.triggered[0].prop_id.indexOf('"type":"slide"') >= 0 ? slide : weight;
      if (!isWeight(from)) return [dash.no_update, dash.no_update];
      return [from === weight ? dash.no_update : from, from === slide ? dash.no_update : from];
    },
    gather: function (_pillars, _indicators, normalisation, mean, group, state, declared, now) {
      if (window.location.pathname !== "/et-si") return dash.no_update;
      var weights = Object.assign({}, declared, listWeights(dash.callback_context.inputs_list[0].concat(dash.callback_context.inputs_list[1])));
      showShares(weights);
      var changed = Object.keys(declared).filter(function (code) { return weights[code] !== declared[code]; });
      var query = write({
        niveau: state.niveau === "epci" ? "" : state.niveau,
        poids: changed.map(function (code) { return code + ":" + weights[code]; }).join(","),
        normalisation: normalisation === "goalposts" ? "" : normalisation,
        moyenne: mean === "declared" ? "" : mean,
        groupe: group === "METRO" ? "" : group,
        territoire: state.territoire,
      });
      if (query === now) return dash.no_update;
      var follow = document.getElementById("whatif-follow");
      var kept = query.replace(/(^|&)territoire=[^&]*/, "");
      if (follow) follow.dataset.search = "/et-si?" + (kept ? kept + "&" : "") + "territoire=";
      window.history.replaceState(window.history.state, "", "/et-si" + (query ? "?" + query : ""));
      return query;
    },
    reset: function (_clicks, declared, pillars, indicators) {
      function own(id) { return declared[id.code]; }
      return [pillars.map(own), indicators.map(own), "goalposts", "declared"];
    },
    travel: function (figure) {
      if (!figure) return dash.no_update;
      var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      figure.layout.transition = { duration: still ? 0 : 250, easing: "cubic-in-out" };
      return figure;
    },
    changeLevel: function (level, asked) {
      var query = new URLSearchParams(asked || "");
      if (!level || level === (query.get("niveau") || "epci")) return dash.no_update;
      query.delete("territoire");
      query.delete("groupe");
      query.set("niveau", level);
      return "/et-si?" + query.toString();
    },
  };
})();
