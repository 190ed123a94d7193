// Comparison and evolution: each choice is an address, followed when it is not the one on screen.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  dash.compare = {
    // `here` is the address as the page understood it: a page that refused a part of its address is not left at once.
    follow: function (href, here) {
      return href && href !== here ? href : dash.no_update;
    },
  };
})();
