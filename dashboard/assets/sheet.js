// On a small screen the bar of choices (.context) folds into a button « Régler » and opens as a sheet at the bottom: the
// very same controls, moved by the style sheet alone.
(function () {
  "use strict";
  var SMALL = window.matchMedia("(max-width: 640px)");
  var FOCUSABLE = "input:not([type=hidden]), button, select, textarea, a[href], [tabindex='0']";
  var make = window.atlasMake;
  var EVERYTHING = "toutes"; // value of a filter that keeps everything
  var serial = 0;

  function sum(bar) {
    var words = [];
    Array.prototype.forEach.call(bar.children, function (part) {
      if (part.matches("a, .sheet-close, .search, .filter-void, .own, .mantine-Select-dropdown")) return;
      var field = part.querySelector("input"), kept = part.querySelector("input[type=hidden]");
      if (part.matches(".filter") && kept && kept.value === EVERYTHING) return;
      if (part.matches(".filter, .context-break")) words.push("·"); // a choice that no word leads to
      words.push(field ? field.value : part.textContent);
    });
    return words.join(" ").replace(/[ \n]+/g, " ").replace(/(· )+/g, "· ").replace(/( ·)?( situer| suivre)?\s*$/, "").trim();
  }

  function attach(bar) {
    if (bar.previousElementSibling && bar.previousElementSibling.matches(".sheet-open")) return;
    bar.id = bar.id || "sheet-" + ++serial;
    var told = make("span", { "class": "sheet-told" });
    var opener = make("button", { "type": "button", "class": "sheet-open", "aria-expanded": "false", "aria-controls": bar.id },
      told, make("span", { "class": "sheet-word" }, "Régler"));
    var closer = make("button", { "type": "button", "class": "sheet-close" }, "Fermer");
    bar.before(opener);
    bar.append(closer);
    tell();

    function tell() {
      told.textContent = sum(bar);
    }
    function open() {
      bar.dataset.sheet = "open";
      bar.setAttribute("role", "dialog");
      bar.setAttribute("aria-modal", "true");
      bar.setAttribute("aria-label", "Réglages");
      opener.setAttribute("aria-expanded", "true");
      document.documentElement.classList.add("sheeted");
      listStops(bar)[0].focus();
    }
    function close(keepFocus) {
      if (!bar.dataset.sheet) return;
      delete bar.dataset.sheet;
      ["role", "aria-modal", "aria-label"].forEach(function (name) { bar.removeAttribute(name); });
      opener.setAttribute("aria-expanded", "false");
      document.documentElement.classList.remove("sheeted");
      tell();
      if (!keepFocus && opener.isConnected) opener.focus();
    }
    opener.addEventListener("click", open);
    closer.addEventListener("click", function () { close(); });
    bar.addEventListener("keydown", function (event) {
      if (!bar.dataset.sheet) return;
      var isListOpen = event.target.getAttribute("aria-expanded") === "true" || event.target.dataset.expanded === "true";
      if (event.key === "Escape" && !isListOpen) close();
      if (event.key === "Tab") turn(event, listStops(bar));
    }, true);
    document.addEventListener("mousedown", function (event) {
      if (bar.dataset.sheet && !bar.contains(event.target)) {
        event.preventDefault();
        close();
      }
    });
    SMALL.addEventListener("change", function () { close(true); });
  }

  function listStops(bar) {
    return Array.prototype.filter.call(bar.querySelectorAll(FOCUSABLE), function (one) {
      return one.tabIndex >= 0 && !one.disabled && one.getClientRects().length > 0;
    });
  }
  function turn(event, stops) {
    var last = stops.length - 1, at = stops.indexOf(document.activeElement);
    if (event.shiftKey ? at > 0 : at >= 0 && at < last) return;
    event.preventDefault();
    stops[event.shiftKey ? last : 0].focus();
  }

  window.atlasWatch(function () {
    document.querySelectorAll(".context").forEach(attach);
    if (!document.querySelector("[data-sheet]")) document.documentElement.classList.remove("sheeted");
    document.querySelectorAll(".sheet-open").forEach(function (opener) {
      if (!opener.nextElementSibling || !opener.nextElementSibling.matches(".context")) opener.remove();
    });
  });
})();
