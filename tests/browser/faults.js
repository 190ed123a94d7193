// What must not be seen on a small screen: sections on top of one another, words cut or struck, ticks askew or touching.
// An expression for `page.evaluate`: one line a fault, with its place.
() => {
  const EASE = 1; // px that rounding may take
  const faults = [];
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const say = (element) => {
    const named = element.closest("[id]");
    return `${named ? "#" + named.id + " " : ""}${element.tagName.toLowerCase()} « ${element.textContent.trim().slice(0, 60)} »`;
  };
  // The box of an element and of all that it lets show outside of it.
  const drawn = (element) => {
    const box = element.getBoundingClientRect();
    const isOpen = getComputedStyle(element).overflowY === "visible";
    const inside = isOpen && !(element instanceof SVGElement) ? Array.from(element.children) : [];
    const bottoms = inside.filter((child) => getComputedStyle(child).display !== "inline").map((child) => drawn(child).bottom);
    const isOut = ["absolute", "fixed"].includes(getComputedStyle(element).position);
    return { top: box.top, bottom: isOut ? -Infinity : Math.max(box.height ? box.bottom : -Infinity, ...bottoms) };
  };

  // Sections: each ends before the next one of the same column begins.
  const columns = new Set(Array.from(document.querySelectorAll("main section, main h2, main figure"), (one) => one.parentElement));
  columns.add(document.querySelector("main").parentElement);
  columns.forEach((column) => {
    const parts = Array.from(column.children).filter((part) => isSeen(part) && part.getBoundingClientRect().height
      && !["absolute", "fixed", "sticky"].includes(getComputedStyle(part).position));
    parts.slice(1).forEach((part, at) => {
      const [before, box] = [parts[at].getBoundingClientRect(), part.getBoundingClientRect()];
      const over = drawn(parts[at]).bottom - box.top;
      const isBeside = before.right <= box.left + EASE || box.right <= before.left + EASE;
      if (over > EASE && !isBeside) faults.push(`${Math.round(over)} px of ${say(parts[at])} under ${say(part)}`);
    });
  });

  // Words: none cut by an ellipsis or by a count of lines, outside form fields.
  document.querySelectorAll("main *, header *, footer *").forEach((element) => {
    if (element.matches("input, select, textarea, svg, svg *") || !isSeen(element)) return;
    const style = getComputedStyle(element);
    if (style.textOverflow !== "ellipsis" && style.webkitLineClamp === "none") return;
    if (element.scrollWidth > element.clientWidth + EASE || element.scrollHeight > element.clientHeight + EASE)
      faults.push(`cut: ${say(element)}`);
  });

  // Ticks: level, apart, whole.
  document.querySelectorAll(".js-plotly-plot").forEach((graph) => {
    const frame = graph.getBoundingClientRect();
    graph.querySelectorAll(".xaxislayer-above, .xaxislayer-below, .yaxislayer-above, .yaxislayer-below").forEach((axis) => {
      const ticks = Array.from(axis.querySelectorAll(".xtick text, .ytick text")).filter(isSeen);
      ticks.forEach((tick) => {
        const turn = /rotate\((-?[\d.]+)/.exec(tick.getAttribute("transform") || "");
        if (turn && Number(turn[1]) !== 0) faults.push(`askew: ${say(tick)}`);
        const box = tick.getBoundingClientRect();
        if (box.left < frame.left - EASE || box.right > frame.right + EASE) faults.push(`outside its figure: ${say(tick)}`);
      });
      const across = ticks.filter((tick) => tick.closest(".xtick")).map((tick) => [tick, tick.getBoundingClientRect()]);
      across.sort((a, b) => a[1].left - b[1].left);
      across.slice(1).forEach(([tick, box], at) => {
        const [, before] = across[at];
        if (box.left < before.right && box.top < before.bottom && before.top < box.bottom) faults.push(`touching: ${say(tick)}`);
      });
    });
  });

  // Figures in words: a score is never broken between two lines.
  document.querySelectorAll(".pillar-score, .indicator-rank > strong").forEach((score) => {
    const lines = new Set(Array.from(score.getClientRects(), (line) => Math.round(line.top)));
    const range = document.createRange();
    range.selectNodeContents(score);
    const rows = new Set(Array.from(range.getClientRects(), (line) => Math.round(line.top)));
    if (isSeen(score) && Math.max(lines.size, rows.size) > 1) faults.push(`broken: ${say(score)}`);
  });
  return faults;
}
