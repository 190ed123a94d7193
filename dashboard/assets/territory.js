// A territory's page in the browser: its address follows the reading key, folded figures open for whom they are shown.
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  function isHere() { return window.location.pathname.indexOf("/territoire/") === 0; }
  function read() { return new URLSearchParams(window.location.search); }
  function write(query) {
    var text = query.toString();
    return window.location.pathname + (text ? "?" + text : "");
  }
  function set(query, name, value, usual) {
    if (value && value !== usual) query.set(name, value);
    else query.delete(name);
  }

  dash.territory = {
    writeKey: function (key) {
      if (!isHere()) return dash.no_update;
      var query = read();
      set(query, "lecture", key, "piliers");
      window.history.replaceState(window.history.state, "", write(query));
      return dash.no_update;
    },
    // Another variant or edition has other scores: the whole page is laid out again. `of` ends with the newest edition.
    changeReading: function (variant, edition, of) {
      if (!isHere()) return dash.no_update;
      var query = read(), before = query.toString();
      set(query, "variante", variant, "as_is");
      set(query, "edition", edition, of[2]);
      return query.toString() === before ? dash.no_update : write(query);
    },
  };

  // What a link leads to may be folded, or not be fetched yet: unfold it, then bring the reader there.
  var awaited = null;
  function findFold(id) {
    return document.querySelector(".sheet details[data-codes~='" + window.CSS.escape(id.replace("indicateur-", "")) + "']");
  }
  function unfold(id) {
    if (!id) return null;
    var target = document.getElementById(id), fold = target ? target.closest("details") : findFold(id);
    if (!fold || !fold.closest(".sheet")) return target;
    for (var each = fold; each; each = each.parentElement.closest("details")) each.open = true;
    if (!target) awaited = id;
    return target;
  }
  function readHash(hash) { return decodeURIComponent((hash || "").slice(1)); }
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".sheet a[href*='#']");
    if (link && link.pathname === window.location.pathname) unfold(readHash(link.hash));
  }, true);
  function arrive() {
    var target = isHere() && unfold(readHash(window.location.hash));
    if (target) target.scrollIntoView();
  }
  function arriveLate() {
    var target = awaited && document.getElementById(awaited);
    if (!target) return;
    awaited = null;
    target.scrollIntoView();
  }

  // « Tout ouvrir »: every group of figures.
  function listFolds() { return Array.prototype.slice.call(document.querySelectorAll("#territory-groups > details, #territory-groups .index-section > details")); }
  function showFolds() {
    var button = document.getElementById("open-all");
    if (button) button.textContent = listFolds().some(function (fold) { return !fold.open; }) ? "Tout ouvrir" : "Tout fermer";
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("#open-all")) return;
    var folds = listFolds(), open = folds.some(function (fold) { return !fold.open; });
    folds.forEach(function (fold) { fold.open = open; });
  });
  document.addEventListener("toggle", function (event) {
    if (event.target.closest && event.target.closest("#territory-groups")) showFolds();
  }, true);

  // What is fetched when it comes into view; the server alone writes it, escaped.
  function fetchSeen(holder) {
    var address = holder.dataset.seen;
    delete holder.dataset.seen;
    holder.textContent = "Chargement…";
    fetch(address)
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (text) { holder.innerHTML = text; })
      .catch(function () { holder.textContent = "Les séries n’ont pas pu être chargées. Rechargez la page pour réessayer."; });
  }
  var near = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting || !entry.target.dataset.seen) return;
      near.unobserve(entry.target);
      fetchSeen(entry.target);
    });
  }, { rootMargin: "600px" });

  // The summary marks the part of the page under the reader's eyes.
  var parts = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      var link = document.querySelector(".summary a[href='#" + entry.target.id + "']");
      if (!link) return;
      if (entry.isIntersecting) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }, { rootMargin: "-45% 0px -50% 0px" });

  function settle() {
    if (!isHere()) return;
    document.querySelectorAll("[data-seen]").forEach(function (holder) { near.observe(holder); });
    document.querySelectorAll(".summary a").forEach(function (link) {
      var part = document.getElementById(readHash(link.hash));
      if (part) parts.observe(part);
    });
    showFolds();
  }
  function watch() {
    var content = document.getElementById("_pages_content");
    if (!content) return false;
    new MutationObserver(function () { settle(); arrive(); }).observe(content, { childList: true });
    new MutationObserver(arriveLate).observe(content, { childList: true, subtree: true });
    settle();
    arrive();
    return true;
  }
  if (!watch()) {
    var waiting = new MutationObserver(function () { if (watch()) waiting.disconnect(); });
    waiting.observe(document.documentElement, { childList: true, subtree: true });
  }
})();
