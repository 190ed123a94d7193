// A link to an anchor of the page already shown: the router only changes the address, so we go there ourselves.
(function () {
  "use strict";
  // What is folded opens when one comes to something inside it.
  function open(target) {
    for (var above = target.parentElement; above; above = above.parentElement) if (above.tagName === "DETAILS") above.open = true;
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href*='#']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.origin !== window.location.origin || link.pathname !== window.location.pathname) return;
    var target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    open(target);
    window.setTimeout(function () {
      target.scrollIntoView(); // after the router, which brings the reader to the top
    }, 0);
  });
})();
