// The first visit's guide: one line that a reader closes once; `early/scheme.js` hides it before anything is drawn.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("#guide-close")) return;
    window.atlasStore.write("atlas-guide", "seen");
    document.documentElement.setAttribute("data-guide", "seen");
    document.getElementById("contenu").focus({ preventScroll: true });
  });
})();
