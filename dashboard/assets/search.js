// The search field, everywhere the server leaves a place for it ([data-search]): a combobox, small answers, by keyboard.
(function () {
  "use strict";
  var WAIT = 120; // ms after the last key
  var serial = 0;

  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    if (text) element.textContent = text;
    return element;
  }

  function build(place) {
    var id = "search-" + ++serial;
    var input = make("input", {
      "type": "text", "role": "combobox", "id": id, "autocomplete": "off", "spellcheck": "false", "enterkeyhint": "search",
      "aria-label": place.dataset.label, "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": id + "-list", "placeholder": place.dataset.label,
    });
    var list = make("ul", { "role": "listbox", "id": id + "-list", "class": "search-list", "aria-label": "Territoires trouvés", "hidden": "" });
    var status = make("p", { "class": "unseen", "role": "status" });
    var state = { found: [], active: -1, asked: "", timer: 0, opening: false };
    place.append(input, list, status);

    function close() {
      list.hidden = true;
      state.active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function point(place_) {
      state.active = place_;
      Array.prototype.forEach.call(list.children, function (option, rank) {
        option.setAttribute("aria-selected", rank === place_ ? "true" : "false");
        if (rank === place_) {
          input.setAttribute("aria-activedescendant", option.id);
          option.scrollIntoView({ block: "nearest" });
        }
      });
    }

    function show(found) {
      state.found = found;
      list.textContent = "";
      found.forEach(function (one, rank) {
        var option = make("li", { "role": "option", "id": id + "-" + rank, "aria-selected": "false" });
        option.append(make("span", { "class": "search-label" }, one.label), make("span", { "class": "search-hint" }, one.hint));
        option.addEventListener("mousedown", function (event) {
          event.preventDefault();
          go(rank);
        });
        list.append(option);
      });
      var none = found.length === 0;
      if (none) list.append(make("li", { "class": "search-none", "role": "option", "aria-disabled": "true", "aria-selected": "false" }, "Aucun territoire de ce nom ou de ce code"));
      status.textContent = none ? "Aucun territoire" : found.length + (found.length > 1 ? " territoires" : " territoire");
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      if (!none) point(0);
    }

    function go(rank) {
      var one = state.found[rank];
      if (!one) return;
      close();
      input.value = "";
      state.asked = "";
      input.blur();
      // A view may take the answer for itself instead of being left for it.
      var taken = new CustomEvent("territorychosen", { bubbles: true, cancelable: true, detail: one });
      if (place.dispatchEvent(taken)) window.dash_clientside.set_props("go", { href: place.dataset.search + one.target });
    }

    function ask(then) {
      var text = input.value.trim();
      state.asked = text;
      if (!text) return close();
      var within = place.dataset.level ? "&niveau=" + place.dataset.level : "";
      fetch("/recherche?q=" + encodeURIComponent(text) + within)
        .then(function (answer) {
          return answer.ok ? answer.json() : [];
        })
        .then(function (found) {
          if (input.value.trim() !== text) return; // a later question is on its way
          show(found);
          if (then) then();
        })
        .catch(close);
    }

    input.addEventListener("input", function () {
      window.clearTimeout(state.timer);
      state.timer = window.setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", function (event) {
      var count = state.found.length;
      if (event.key === "Escape") {
        close();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask();
        else if (count) point((state.active + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
      } else if (event.key === "Enter") {
        event.preventDefault();
        window.clearTimeout(state.timer);
        if (!list.hidden && input.value.trim() === state.asked) go(Math.max(0, state.active));
        else ask(function () { go(0); });
      }
    });
    input.addEventListener("blur", close);
  }

  function scan() {
    document.querySelectorAll("[data-search]:empty").forEach(build);
  }
  new MutationObserver(scan).observe(document.documentElement, { childList: true, subtree: true });
  scan();
})();
