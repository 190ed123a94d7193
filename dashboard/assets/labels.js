// Labels were placed for a wide screen; on a smaller one, those that would meet another are tried on the other sides of
// their point, then hidden, the first ones kept.
(function () {
  "use strict";
  function meets(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }
  var GAP = 9; // px from the point to its label, twice crossed to reach the other side
  function shifts(text, box) {
    var anchor = getComputedStyle(text).textAnchor;
    var side = anchor === "end" ? 1 : anchor === "start" ? -1 : 0;
    var across = side * (box.width + 2 * GAP), centred = side * (box.width / 2 + GAP), rise = box.height / 2 + GAP;
    return [[0, 0], [across, 0], [centred, -rise], [centred, rise], [0, -rise], [0, rise], [across, -rise], [across, rise]];
  }
  function moveTo(text, shift) {
    text.setAttribute("dx", shift[0]);
    text.setAttribute("dy", shift[1]);
    return text.getBoundingClientRect();
  }
  function marks(graph) {
    var own = Array.prototype.filter.call(graph.querySelectorAll(".scatterlayer .trace"), function (trace) {
      return trace.querySelector(".textpoint text");
    });
    return own.flatMap(function (trace) {
      return Array.prototype.map.call(trace.querySelectorAll(".points path"), function (mark) {
        var box = mark.getBoundingClientRect();
        return { left: box.left + 2, right: box.right - 2, top: box.top + 2, bottom: box.bottom - 2 };
      });
    });
  }
  function declutter(graph) {
    var area = graph.querySelector(".nsewdrag");
    if (!area) return;
    var bounds = area.getBoundingClientRect();
    var kept = Array.prototype.map.call(graph.querySelectorAll(".annotation-text"), function (text) {
      return text.getBoundingClientRect();
    }).concat(marks(graph));
    function isFree(box) {
      var isOut = box.left < bounds.left || box.right > bounds.right || box.top < bounds.top || box.bottom > bounds.bottom;
      return !isOut && !kept.some(function (other) { return meets(box, other); });
    }
    graph.querySelectorAll(".textpoint text").forEach(function (text) {
      var tried = shifts(text, moveTo(text, [0, 0]));
      var place = tried.find(function (shift) { return isFree(moveTo(text, shift)); });
      text.style.visibility = place ? "visible" : "hidden";
      if (place) kept.push(text.getBoundingClientRect());
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
