// What the ranking's grid calls by name.
(function () {
  "use strict";
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var french = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 });
  var ABSENT = "n.d.";
  var NARROW_HIDDEN = ["population", "x_score", "y_rank", "y_score"];
  var MIDDLE_HIDDEN = ["population", "y_score"];
  var SMALL = window.matchMedia("(max-width: 640px)");
  var LIST_RANK = 180; // px, the heading alone

  functions.atlas = {
    // Tab leaves the grid, arrows move in it: the keyboard is not held by 34,875 rows.
    leave: function () {
      return false;
    },
    // Where the row is a list, its first cell takes the whole width; the other heading stays, to sort by.
    span: function (params) {
      return params.api.getColumn("x_score").isVisible() ? 1 : 2;
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
        rowHeight: "var(--row)",
        browserColorScheme: "inherit",
      });
    },
  };

  // On a small screen the row is a list, in one cell: the name, the rank, the score.
  function fitColumns(place) {
    var width = place.clientWidth;
    var shape = SMALL.matches ? "list" : "table";
    var hidden = SMALL.matches ? NARROW_HIDDEN : width < 780 ? MIDDLE_HIDDEN : [];
    var shown = NARROW_HIDDEN.filter(function (name) { return hidden.indexOf(name) < 0; });
    window.dash_ag_grid.getApiAsync(place.id).then(function (api) {
      var rank = api.getColumn("x_rank");
      api.setColumnsVisible(hidden, false);
      api.setColumnsVisible(shown, true);
      api.setColumnWidths([{ key: rank, newWidth: SMALL.matches ? LIST_RANK : rank.getColDef().width }]);
      if (place.dataset.shape && place.dataset.shape !== shape) {
        // Rows of another height: the grid measures them once, by itself.
        api.setGridOption("rowHeight", parseFloat(getComputedStyle(place).getPropertyValue("--row")));
        api.purgeInfiniteCache();
      }
      place.dataset.shape = shape;
    });
  }
  new MutationObserver(function () {
    var place = document.querySelector(".ranking:not([data-watched])");
    if (!place || !place.querySelector(".ag-root")) return;
    place.dataset.watched = "yes";
    new ResizeObserver(function () { fitColumns(place); }).observe(place);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
