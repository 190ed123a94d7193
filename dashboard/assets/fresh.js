// A page left open while new data are published says so, once, and lets the reader choose the moment.
(function () {
  "use strict";
  var EVERY = 60000; // ms
  function offer() {
    if (document.getElementById("fresh")) return;
    var notice = document.createElement("p");
    notice.id = "fresh";
    notice.className = "fresh";
    notice.setAttribute("role", "status");
    notice.textContent = "Des données plus récentes sont publiées. ";
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "Les afficher";
    button.addEventListener("click", function () { window.location.reload(); });
    notice.appendChild(button);
    document.body.appendChild(notice);
  }
  function look() {
    var foot = document.getElementById("pied");
    if (!foot || !foot.title || document.hidden) return;
    fetch("/publication", { cache: "no-store" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (told) { if (told && told.build_id !== foot.title) offer(); })
      .catch(function () {}); // out of reach for now: the next look will tell
  }
  window.setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
})();
