// The ranking in the browser: its address, and the cells that draw an interval.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var NAMES = ["noeud", "nature", "taille", "caractere", "region"];
  var SORTS = { y_rank: "second", y_score: "second", population: "population", label: "label" };

  function replace(query) {
    var text = query.toString();
    window.history.replaceState(window.history.state, "", window.location.pathname + (text ? "?" + text : ""));
    return dash.no_update;
  }

  dash.standings = {
    write: function () {
      var values = Array.prototype.slice.call(arguments);
      var columns = values[NAMES.length] || [];
      var level = values[NAMES.length + 1];
      if (window.location.pathname !== "/classement") return dash.no_update;
      var query = new URLSearchParams();
      if (level && level !== "epci") query.set("niveau", level);
      NAMES.forEach(function (name, place) {
        var value = values[place];
        if (value && value !== "toutes" && value !== "attractivite") query.set(name, value);
      });
      var sorted = columns.find(function (column) { return column.sort; });
      if (sorted && SORTS[sorted.colId]) query.set("tri", SORTS[sorted.colId]);
      return replace(query);
    },
    // Another level has other filters: the whole page is laid out again.
    changeLevel: function (level) {
      var now = new URLSearchParams(window.location.search).get("niveau") || "epci";
      if (!level || level === now) return dash.no_update;
      return "/classement" + (level === "epci" ? "" : "?niveau=" + level);
    },
  };

  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  var french = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 });
  function place(rank) { return rank === 1 ? "1ʳᵉ" : french.format(rank) + "ᵉ"; }
  function make(tag, props) {
    return window.React.createElement.apply(null, [tag, props].concat(Array.prototype.slice.call(arguments, 2)));
  }
  // Places are drawn on a square root scale, so that the first ones, which are read most, have room.
  function along(rank, total) { return 100 * Math.sqrt(Math.max(0, rank - 1) / Math.max(1, total - 1)); }

  components.RankBar = function (props) {
    var data = props.data;
    if (!data) return null;
    var lead = props.lead + "_";
    var rank = data[lead + "rank"], low = data[lead + "rank_low"], high = data[lead + "rank_high"];
    var within = data[lead + "within"], tied = data[lead + "tied"];
    if (rank == null) return make("span", { className: "quiet" }, "n.d.");
    if (low == null || high == null)
      return make("span", { className: "bar-words" }, make("strong", null, place(rank)), tied > 1 ? " ex æquo" : "");
    var start = along(low, props.total), end = along(high, props.total);
    return make("span", { className: "bar" },
      make("span", { className: "bar-words" },
        make("strong", null, place(rank)),
        make("span", { className: "bar-between" }, " entre " + place(low) + " et " + place(high))),
      make("span", { className: "bar-line", "aria-hidden": "true" },
        make("span", { className: "bar-interval", style: { left: start + "%", width: Math.max(1, end - start) + "%" } }),
        make("span", { className: "bar-point", style: { left: along(rank, props.total) + "%" } })),
      make("span", { className: "bar-within" },
        within ? french.format(within) + (within > 1 ? " indiscernables" : " indiscernable") : "seul à sa place"));
  };

  components.ScoreInterval = function (props) {
    var data = props.data;
    if (!data) return null;
    var lead = props.lead + "_";
    var score = data[lead + "score"], low = data[lead + "low"], high = data[lead + "high"];
    if (score == null) return make("span", { className: "quiet" }, "n.d.");
    return make("span", { className: "bar" },
      make("strong", null, french.format(score)),
      low == null ? null : make("span", { className: "bar-within" }, french.format(low) + " à " + french.format(high)));
  };
})();
