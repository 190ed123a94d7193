// Comparison and evolution: each choice is an address, followed when it is not the one on screen.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  dash.compare = {
    follow: function (href) {
      var now = window.location.pathname + window.location.search;
      return href && href !== decodeURIComponent(now) && href !== now ? href : dash.no_update;
    },
  };
})();
