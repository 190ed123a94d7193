// Labels were placed for a wide screen; on a smaller one, those that would meet another are hidden, the first ones kept.
(function () {
  "use strict";
  function meets(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }
  function declutter(graph) {
    var area = graph.querySelector(".nsewdrag");
    if (!area) return;
    var bounds = area.getBoundingClientRect();
    var kept = Array.prototype.map.call(graph.querySelectorAll(".annotation-text"), function (text) {
      return text.getBoundingClientRect();
    });
    graph.querySelectorAll(".textpoint text").forEach(function (text) {
      text.style.visibility = "visible";
      var box = text.getBoundingClientRect();
      var isOut = box.left < bounds.left || box.right > bounds.right || box.top < bounds.top || box.bottom > bounds.bottom;
      if (isOut || kept.some(function (other) { return meets(box, other); })) text.style.visibility = "hidden";
      else kept.push(box);
    });
  }
  function watch(graph) {
    if (graph.dataset.watched || typeof graph.on !== "function") return;
    graph.dataset.watched = "yes";
    graph.on("plotly_afterplot", function () { declutter(graph); });
    declutter(graph);
  }
  new MutationObserver(function () {
    document.querySelectorAll(".quadrant .js-plotly-plot").forEach(watch);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
