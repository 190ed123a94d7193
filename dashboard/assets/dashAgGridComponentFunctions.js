// Cells that are more than a text. On a small screen, where the row is a list, the name is followed by what ranks.
(function () {
  "use strict";
  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  components.TerritoryLink = function (props) {
    if (!props.data) return null; // a row on its way
    var href = "/territoire/" + props.data.code;
    var link = window.React.createElement(
      "a",
      {
        href: href,
        onClick: function (event) {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return; // a new tab, as the reader asks
          event.preventDefault();
          window.dash_clientside.set_props("go", { href: href });
        },
      },
      props.value
    );
    return window.React.createElement(
      "span",
      { className: "bar bar-named" },
      link,
      window.React.createElement("span", { className: "bar-within" }, props.data.told),
      window.React.createElement(
        "span",
        { className: "bar-list " + props.hue },
        window.React.createElement(components.RankBar, props),
        window.React.createElement(components.ScoreInterval, props)
      )
    );
  };
})();
