// What the browser does by itself: a point opens its page, the focus follows the page.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  dash.atlas = {
    // The address says the level of the points, as `belonging.find_level` reads it.
    openPoint: function (click) {
      var point = click && click.points && click.points[0];
      var code = point && (point.id || (point.customdata && point.customdata[0]));
      var query = new URLSearchParams(window.location.search);
      var level = query.get("niveau") || (query.get("territoire") || query.get("territoires") || "").split("-")[0];
      if (!code) return dash.no_update;
      return "/territoire/" + (level === "departement" || level === "region" ? level + "-" : "") + code;
    },
  };

  function showScheme() {
    var button = document.getElementById("theme");
    if (!button) return;
    var word = window.atlasScheme.find() === "dark" ? "Clair" : "Sombre";
    if (button.textContent !== word) button.textContent = word;
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("#theme");
    if (!button) return;
    var scheme = window.atlasScheme.find() === "dark" ? "light" : "dark";
    window.atlasScheme.choose(scheme);
    showScheme();
    dash.set_props("scheme", { data: scheme });
  });

  // A link inside a fetched table changes the view without loading everything again.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".numbers a[href^='/']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    dash.set_props("go", { href: link.getAttribute("href") });
  });

  // Tables of numbers are fetched when they are opened (toggle does not bubble, hence the capture).
  document.addEventListener(
    "toggle",
    function (event) {
      var holder = event.target.open && event.target.querySelector && event.target.querySelector("[data-src]");
      if (!holder || holder.dataset.shown === holder.dataset.src) return;
      holder.dataset.shown = holder.dataset.src;
      holder.textContent = "Chargement…";
      fetch(holder.dataset.src)
        .then(function (answer) {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.text();
        })
        .then(function (text) {
          holder.innerHTML = text; // escaped by the server, which alone writes it
        })
        .catch(function () {
          delete holder.dataset.shown;
          holder.textContent = "Les chiffres n’ont pas pu être chargés. Fermez puis rouvrez pour réessayer.";
        });
    },
    true
  );

  // A new page: mark the current view, bring the reader to its top or to the anchor asked for.
  var path = window.location.pathname;
  function arrive() {
    markView();
    if (window.location.hash.length > 1) {
      var target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
      if (target) {
        openAround(target);
        target.scrollIntoView();
        return;
      }
    }
    if (window.location.pathname === path) return;
    path = window.location.pathname;
    window.scrollTo(0, 0);
    var main = document.getElementById("contenu");
    if (main) main.focus({ preventScroll: true });
  }
  function openAround(target) {
    var inner = target.querySelector("details");
    if (inner && target.id.indexOf("indicateur-") === 0) inner.open = true;
  }
  function markView() {
    document.querySelectorAll(".views a").forEach(function (link) {
      if (link.getAttribute("href") === window.location.pathname) showView(link);
      else link.removeAttribute("aria-current");
    });
  }
  // The views scroll across on a small screen: the current one is brought within sight.
  function showView(link) {
    link.setAttribute("aria-current", "page");
    var line = link.closest("ul"), past = link.offsetLeft - line.offsetLeft;
    if (past < line.scrollLeft || past + link.offsetWidth > line.scrollLeft + line.clientWidth - 32) line.scrollLeft = past - 32;
  }
  function watch() {
    var content = document.getElementById("_pages_content");
    if (!content) return false;
    new MutationObserver(arrive).observe(content, { childList: true });
    showScheme();
    markView();
    return true;
  }
  if (!watch()) {
    var waiting = new MutationObserver(function () {
      if (watch()) waiting.disconnect();
    });
    waiting.observe(document.documentElement, { childList: true, subtree: true });
  }
  window.addEventListener("hashchange", arrive);
})();
