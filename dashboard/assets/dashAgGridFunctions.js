// What the ranking's grid calls by name.
(function () {
  "use strict";
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var french = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 });
  var ABSENT = "n.d.";
  var NARROW_HIDDEN = ["population", "x_score", "y_rank", "y_score"];
  var MIDDLE_HIDDEN = ["population", "y_score"];

  functions.atlas = {
    // Tab leaves the grid, arrows move in it: the keyboard is not held by 34,875 rows.
    leave: function () {
      return false;
    },
    number: function (value) {
      return value === null || value === undefined ? ABSENT : french.format(value);
    },
    theme: function (theme) {
      return theme.withParams({
        backgroundColor: "var(--paper)",
        foregroundColor: "var(--ink)",
        textColor: "var(--ink)",
        headerBackgroundColor: "var(--paper)",
        headerTextColor: "var(--ink)",
        headerFontWeight: 600,
        borderColor: "var(--hairline)",
        rowHoverColor: "var(--wash)",
        accentColor: "var(--ink)",
        fontFamily: "inherit",
        fontSize: 15,
        headerFontSize: 13,
        wrapperBorder: false,
        wrapperBorderRadius: 0,
        cellHorizontalPadding: 8,
        browserColorScheme: "inherit",
      });
    },
  };

  // A small screen keeps the name and the two ranks.
  function fitColumns(place) {
    var width = place.clientWidth;
    var hidden = width < 560 ? NARROW_HIDDEN : width < 780 ? MIDDLE_HIDDEN : [];
    var shown = NARROW_HIDDEN.filter(function (name) { return hidden.indexOf(name) < 0; });
    window.dash_ag_grid.getApiAsync(place.id).then(function (api) {
      api.setColumnsVisible(hidden, false);
      api.setColumnsVisible(shown, true);
    });
  }
  new MutationObserver(function () {
    var place = document.querySelector(".ranking:not([data-watched])");
    if (!place || !place.querySelector(".ag-root")) return;
    place.dataset.watched = "yes";
    new ResizeObserver(function () { fitColumns(place); }).observe(place);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
