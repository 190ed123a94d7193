// Labels were placed for a wide screen; on a smaller one, those that would meet another are tried on the other sides of
// their point, then hidden, the first ones kept. Those of chosen territories (bold) are never hidden: they go farther off,
// tied to their point by a line.
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
  var DIRECTIONS = [[1, 0], [-1, 0], [0, -1], [0, 1], [0.8, -0.8], [0.8, 0.8], [-0.8, -0.8], [-0.8, 0.8]];
  var FARTHER = [24, 44, 68, 96]; // px from a chosen point to its name, where there is no room beside it
  function isChosen(text) {
    return text.querySelector("tspan[style*='bold']") !== null || /bold|[6-9]00/.test(text.style.fontWeight);
  }
  function markOf(text) {
    var trace = text.closest(".trace"), texts = Array.prototype.slice.call(trace.querySelectorAll(".textpoint text"));
    var mark = trace.querySelectorAll(".points path")[texts.indexOf(text)];
    if (!mark) return null;
    var box = mark.getBoundingClientRect();
    return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  }
  function fartherShifts(box, mark) {
    return FARTHER.flatMap(function (far) {
      return DIRECTIONS.map(function (way) {
        var x = mark.x + way[0] * far + Math.sign(way[0]) * box.width / 2, y = mark.y + way[1] * far + Math.sign(way[1]) * box.height / 2;
        return [x - (box.left + box.right) / 2, y - (box.top + box.bottom) / 2];
      });
    });
  }
  function tie(text, mark) {
    var box = text.getBoundingClientRect(), matrix = text.parentNode.getScreenCTM().inverse();
    var end = { x: Math.min(box.right, Math.max(box.left, mark.x)), y: Math.min(box.bottom, Math.max(box.top, mark.y)) };
    var from = new DOMPoint(mark.x, mark.y).matrixTransform(matrix), to = new DOMPoint(end.x, end.y).matrixTransform(matrix);
    var line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    line.setAttribute("class", "leader");
    [["x1", from.x], ["y1", from.y], ["x2", to.x], ["y2", to.y]].forEach(function (end) { line.setAttribute(end[0], end[1]); });
    text.parentNode.prepend(line);
  }
  function bars(graph) {
    return Array.prototype.map.call(graph.querySelectorAll(".errorbar path"), function (bar) { return bar.getBoundingClientRect(); });
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
    }).concat(marks(graph), bars(graph));
    graph.querySelectorAll(".leader").forEach(function (line) { line.remove(); });
    function isFree(box) {
      var isOut = box.left < bounds.left || box.right > bounds.right || box.top < bounds.top || box.bottom > bounds.bottom;
      return !isOut && !kept.some(function (other) { return meets(box, other); });
    }
    graph.querySelectorAll(".textpoint text").forEach(function (text) {
      var box = moveTo(text, [0, 0]), mark = isChosen(text) ? markOf(text) : null;
      function fits(shift) { return isFree(moveTo(text, shift)); }
      var place = shifts(text, box).find(fits);
      var farther = place || !mark ? null : fartherShifts(box, mark).find(fits);
      if (!place && !farther) moveTo(text, [0, 0]);
      text.style.visibility = place || mark ? "visible" : "hidden";
      if (farther) tie(text, mark);
      if (place || mark) kept.push(text.getBoundingClientRect());
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
