// What our scripts share: an element made from text alone (a name is never read as HTML), a place kept in this browser.
(function () {
  "use strict";
  window.atlasMake = function (tag, attributes) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      element.setAttribute(name, attributes[name]);
    });
    element.append.apply(element, Array.prototype.slice.call(arguments, 2));
    return element;
  };
  // Storage may be refused (private browsing): what is written then lasts as long as the page.
  var held = {};
  window.atlasStore = {
    read: function (key) {
      try {
        return JSON.parse(window.localStorage.getItem(key));
      } catch (error) {
        return held[key] || null;
      }
    },
    write: function (key, value) {
      held[key] = value;
      try {
        window.localStorage.setItem(key, JSON.stringify(value));
      } catch (error) {
        // kept for this page only
      }
    },
  };
  // Calls `look` now and each time the page's elements change.
  window.atlasWatch = function (look) {
    new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
    look();
  };
})();
