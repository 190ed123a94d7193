// Before anything is drawn: light or dark, as the reader chose, else as the system says (the server learns it by cookie);
// and whether the guide was closed.
(function () {
  "use strict";
  var KEY = "mantine-color-scheme-value"; // the key Mantine itself reads
  function read() {
    try {
      return window.localStorage.getItem(KEY);
    } catch (error) {
      return null; // storage refused: follow the system
    }
  }
  function find() {
    var chosen = read();
    if (chosen === "light" || chosen === "dark") return chosen;
    return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  function wear(scheme) {
    document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
    document.cookie = "scheme=" + scheme + ";path=/;max-age=31536000;samesite=lax";
  }
  window.atlasScheme = {
    find: find,
    choose: function (scheme) {
      try {
        window.localStorage.setItem(KEY, scheme);
      } catch (error) {
        // kept for this page only
      }
      wear(scheme);
    },
  };
  wear(find());
  try {
    if (window.localStorage.getItem("atlas-guide")) document.documentElement.setAttribute("data-guide", "seen");
  } catch (error) {
    // storage refused: the guide shows
  }
})();
