// A link to an anchor of the page already shown: the router only changes the address, so we go there ourselves.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href*='#']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.origin !== window.location.origin || link.pathname !== window.location.pathname) return;
    var target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    window.setTimeout(function () {
      target.scrollIntoView(); // after the router, which brings the reader to the top
    }, 0);
  });
})();
