// The ranking in the browser: its address, and the cells that draw an interval.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var NAMES = ["noeud", "nature", "taille", "caractere", "departement", "region"];
  var DEFAULTS = { niveau: "epci", noeud: "attractivite", variante: "as_is" };
  var ORDER = ["niveau"].concat(NAMES, ["tri", "edition", "variante", "territoire"]);
  var SORTS = { y_rank: "second", y_score: "second", population: "population", label: "label" };

  function write(values) {
    var query = new URLSearchParams();
    ORDER.forEach(function (name) {
      var value = values[name];
      if (value && value !== "toutes" && value !== DEFAULTS[name]) query.set(name, value);
    });
    return query.toString();
  }
  function lead(query) { return "/classement" + (query ? "?" + query : ""); }
  function readAddress() {
    var values = Object.fromEntries(new URLSearchParams(window.location.search));
    if (!values.territoire && values.territoires) values.territoire = values.territoires.split(",")[0];
    return values;
  }

  dash.standings = {
    write: function () {
      var given = Array.prototype.slice.call(arguments);
      var columns = given[NAMES.length] || [], values = readAddress();
      if (window.location.pathname !== "/classement") return dash.no_update;
      NAMES.forEach(function (name, place) { values[name] = given[place]; });
      var sorted = columns.find(function (column) { return column.sort; });
      if (columns.length) values.tri = sorted && SORTS[sorted.colId];
      window.history.replaceState(window.history.state, "", lead(write(values)));
      delete values.territoire;
      var search = document.getElementById("ranking-search"), without = write(values);
      if (search) search.dataset.search = lead(without) + (without ? "&" : "?") + "territoire=";
      return dash.no_update;
    },
    // Another level, edition or reading has other nodes and filters: the whole page is laid out again.
    go: function (niveau, edition, variante, now) {
      var asked = { niveau: niveau, edition: edition, variante: variante };
      var changed = Object.keys(asked).filter(function (name) { return asked[name] && asked[name] !== now[name]; });
      if (!changed.length) return dash.no_update;
      var values = readAddress();
      changed.forEach(function (name) { values[name] = asked[name]; });
      if (changed.indexOf("niveau") >= 0) values = { niveau: niveau, noeud: values.noeud, variante: values.variante };
      return lead(write(values));
    },
    settle: function (place) {
      if (place && place.now !== null) reach(place.now);
      dash.standings.place = place;
      return dash.no_update;
    },
  };

  // The reader's own row: brought into view when the page opens, and when asked for.
  function reach(row, sortByRank) {
    var grid = document.querySelector(".ranking");
    if (!grid || !grid.querySelector(".ag-root")) {
      window.setTimeout(function () { reach(row, sortByRank); }, 150);
      return;
    }
    window.dash_ag_grid.getApiAsync(grid.id).then(function (api) {
      if (sortByRank) api.applyColumnState({ state: [{ colId: "x_rank", sort: "asc" }], defaultState: { sort: null } });
      scroll(api, row, 20);
    });
  }
  // The grid does not know how many rows there are until the first ones have come.
  function scroll(api, row, tries) {
    if (api.getDisplayedRowCount() > row) {
      api.ensureIndexVisible(row, "middle");
      return;
    }
    if (tries) window.setTimeout(function () { scroll(api, row, tries - 1); }, 150);
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("#ranking-jump") || !dash.standings.place) return;
    reach(dash.standings.place.byRank, true);
  });

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
      return make("span", { className: "bar" },
        make("span", { className: "bar-words" }, make("strong", null, place(rank)), tied > 1 ? " ex æquo" : ""),
        props.sure ? make("span", { className: "bar-within" }, props.words.none) : null);
    var start = along(low, props.total), end = along(high, props.total);
    return make("span", { className: "bar" },
      make("span", { className: "bar-words" },
        make("strong", null, place(rank)),
        make("span", { className: "bar-between" }, " " + (low === high ? props.words.alone : "entre " + place(low) + " et " + place(high)))),
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
      low == null || french.format(low) === french.format(high) ? null :
        make("span", { className: "bar-within" }, french.format(low) + " à " + french.format(high)));
  };
})();
