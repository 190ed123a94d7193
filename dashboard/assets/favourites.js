// « Mon territoire » and the territories kept: in this browser and nowhere else; listed beside the search field.
(function () {
  "use strict";
  var KEY = "atlas-kept";
  var CODE = /^(\d{9}|[\dAB]{5}|(departement|region)-[\dAB]{2,3})$/;
  var MOST = 30;
  var make = window.atlasMake;

  function isPlace(one) {
    return one && typeof one.label === "string" && CODE.test(one.code);
  }
  function read() {
    var kept = window.atlasStore.read(KEY) || {};
    return { own: isPlace(kept.own) ? kept.own : null, places: Array.isArray(kept.places) ? kept.places.filter(isPlace) : [] };
  }
  function write(kept) {
    window.atlasStore.write(KEY, { own: kept.own, places: kept.places.slice(0, MOST) });
    refresh();
  }
  function holds(kept, code) {
    return kept.places.some(function (one) { return one.code === code; });
  }
  function toggle(place) {
    var kept = read();
    if (holds(kept, place.code)) {
      kept.places = kept.places.filter(function (one) { return one.code !== place.code; });
      if (kept.own && kept.own.code === place.code) kept.own = null;
    } else {
      kept.places = [place].concat(kept.places);
    }
    write(kept);
  }
  function toggleOwn(place) {
    var kept = read();
    kept.own = kept.own && kept.own.code === place.code ? null : place;
    if (kept.own && !holds(kept, place.code)) kept.places = [place].concat(kept.places);
    write(kept);
  }

  // The two switches of a territory's page.
  function addSwitches(holder) {
    var place = { code: holder.dataset.keep, label: holder.dataset.label };
    if (!isPlace(place)) return;
    holder.append(addSwitch("Garder", toggle), addSwitch("Mon territoire", toggleOwn));
    function addSwitch(name, action) {
      var button = make("button", { "type": "button", "class": "keep", "data-of": name }, name);
      button.addEventListener("click", function () { action(place); });
      return button;
    }
  }
  function showSwitches(holder, kept) {
    var code = holder.dataset.keep;
    var states = { "Garder": holds(kept, code), "Mon territoire": Boolean(kept.own && kept.own.code === code) };
    holder.querySelectorAll("button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(states[button.dataset.of]));
    });
  }

  // The list beside the search field.
  function link(place, words, address) {
    return make("a", { "href": (address || "/territoire/") + encodeURIComponent(place.code) }, words || place.label);
  }
  function line(place, kept) {
    var isOwn = kept.own && kept.own.code === place.code;
    var remove = make("button", { "type": "button", "class": "kept-remove", "aria-label": "Retirer " + place.label }, "Retirer");
    remove.addEventListener("click", function () {
      toggle(place);
      (document.querySelector("#kept-list a") || document.getElementById("kept-open")).focus();
    });
    return make("li", {}, link(place), isOwn ? make("span", { "class": "small" }, "mon territoire") : "", remove);
  }
  function showList(kept) {
    var list = document.getElementById("kept-list");
    if (!list) return;
    list.textContent = "";
    var own = kept.places.filter(function (one) { return kept.own && one.code === kept.own.code; });
    var others = kept.places.filter(function (one) { return own.indexOf(one) < 0; });
    if (kept.places.length) {
      list.append(make.apply(null, ["ul", {}].concat(own.concat(others).map(function (one) { return line(one, kept); }))));
    } else {
      list.append(make("p", {}, "Rien encore. Sur la page d’un territoire, « Garder » le met ici."));
    }
    list.append(make("p", { "class": "small" }, "Gardé dans ce navigateur seulement."));
  }
  function setOpen(open) {
    var button = document.getElementById("kept-open"), list = document.getElementById("kept-list");
    if (!button || !list) return;
    button.setAttribute("aria-expanded", String(open));
    list.hidden = !open;
  }
  function isOpen() {
    var list = document.getElementById("kept-list");
    return Boolean(list && !list.hidden);
  }

  // The home offers to place « mon territoire », and forces nothing.
  function showOwn(holder, kept) {
    var asked = new URLSearchParams(window.location.search), names = asked.has("territoire") || asked.has("territoires");
    var wanted = kept.own && !names && kept.own.code.indexOf("-") < 0 ? kept.own.code : "";
    if (holder.dataset.shown === wanted) return;
    holder.dataset.shown = wanted;
    holder.textContent = "";
    if (wanted) holder.append(link(kept.own, "Situer " + kept.own.label, holder.dataset.own));
  }

  function refresh() {
    var kept = read();
    document.querySelectorAll("[data-keep]").forEach(function (holder) { showSwitches(holder, kept); });
    document.querySelectorAll("[data-own]").forEach(function (holder) { showOwn(holder, kept); });
    showList(kept);
  }

  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target : document.body;
    var leads = target.closest("#kept-list a, [data-own] a");
    if (target.closest("#kept-open")) return setOpen(!isOpen());
    if (leads && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      setOpen(false);
      window.dash_clientside.set_props("go", { href: leads.getAttribute("href") });
    } else if (target.isConnected && !target.closest("#kept-list")) {
      setOpen(false);
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !isOpen()) return;
    setOpen(false);
    document.getElementById("kept-open").focus();
  });
  document.addEventListener("focusin", function (event) {
    if (isOpen() && !event.target.closest(".kept")) setOpen(false);
  });
  window.addEventListener("storage", function (event) {
    if (event.key === KEY) refresh();
  });
  var told = window.location.search; // a page writes its choices there
  window.atlasWatch(function () {
    var fresh = document.querySelectorAll("[data-keep]:empty, [data-own]:not([data-shown]), #kept-list:empty");
    if (!fresh.length && window.location.search === told) return;
    told = window.location.search;
    document.querySelectorAll("[data-keep]:empty").forEach(addSwitches);
    refresh();
  });
})();
