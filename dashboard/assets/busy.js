// What a callback is computing again is said to be busy; the style sheet dims it after a moment, in its place.
(function () {
  "use strict";
  var MARK = "data-dash-is-loading";
  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      var holder = change.target;
      if (holder.getAttribute(MARK) === "true") holder.setAttribute("aria-busy", "true");
      else holder.removeAttribute("aria-busy");
    });
  }).observe(document.documentElement, { attributes: true, attributeFilter: [MARK], subtree: true });
})();
