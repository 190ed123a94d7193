// A figure as an image: the server gives it with its title and source written inside, the browser draws it and hands it over.
(function () {
  "use strict";
  var PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"; // the copy that Dash itself serves
  var SHARPNESS = 2; // pixels of the PNG for one of the figure
  var FONTS_READY = 400; // ms: `decode` does not wait for the fonts inside an image, whose letters would be missing
  var SVG = "http://www.w3.org/2000/svg";

  function answerOf(response) {
    if (!response.ok) throw new Error(response.url + " " + response.status);
    return response;
  }

  function loadPlotly() {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = PLOTLY;
      script.onload = function () { resolve(window.Plotly); };
      script.onerror = reject;
      document.head.append(script);
    });
  }

  // The faces that the style sheet declares for the families used, each with its file inside: an image may fetch nothing.
  function listFaces(text) {
    var rules = Array.prototype.flatMap.call(document.styleSheets, function (sheet) {
      return Array.prototype.filter.call(sheet.cssRules, function (rule) { return rule instanceof CSSFontFaceRule; })
        .map(function (rule) { return { style: rule.style, base: sheet.href }; });
    });
    return rules.filter(function (rule) { return text.indexOf(rule.style.getPropertyValue("font-family").replace(/["']/g, "")) >= 0; });
  }

  function writeFace(rule) {
    var file = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue("src"))[1];
    return fetch(new URL(file, rule.base)).then(answerOf).then(function (answer) { return answer.blob(); })
      .then(readData).then(function (data) {
        var face = ["font-family", "font-style", "font-weight", "unicode-range"].map(function (name) {
          var value = rule.style.getPropertyValue(name);
          return value ? name + ":" + value + ";" : "";
        });
        return "@font-face{" + face.join("") + "src:url(" + data + ") format(\"woff2\")}";
      });
  }

  function readData(blob) {
    return new Promise(function (resolve, reject) {
      var reader = new FileReader();
      reader.onload = function () { resolve(reader.result.replace(/^data:[^;,]*/, "data:font/woff2")); };
      reader.onerror = reject;
      reader.readAsDataURL(blob);
    });
  }

  // What the style sheet does to a map on the page has to be in the image too: unknown territories hatched, outlines alone.
  function hatch(drawn, paper, ink) {
    var traces = drawn.querySelectorAll(".choroplethlayer .trace");
    if (!traces.length) return "";
    fill(traces[0], "url(#hatch)");
    if (traces.length > 2) fill(traces[traces.length - 1], "none");
    return "<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">" +
      "<rect width=\"5\" height=\"5\" fill=\"" + paper + "\"/>" +
      "<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\" stroke=\"" + ink + "\" stroke-width=\"1.6\"/></pattern>";
  }
  function fill(trace, value) {
    trace.querySelectorAll("path").forEach(function (path) {
      path.style.fill = value;
    });
  }

  function finish(text, layout) {
    var drawn = new DOMParser().parseFromString(text, "image/svg+xml");
    var pattern = hatch(drawn, layout.paper_bgcolor, layout.font.color);
    return Promise.all(listFaces(text).map(writeFace)).then(function (faces) {
      var defs = new DOMParser().parseFromString("<defs xmlns=\"" + SVG + "\">" + pattern + "<style/></defs>", "image/svg+xml").documentElement;
      defs.querySelector("style").textContent = faces.join("\n") + "text{font-variant-numeric:tabular-nums lining-nums}";
      drawn.documentElement.prepend(drawn.importNode(defs, true));
      return new XMLSerializer().serializeToString(drawn);
    });
  }

  function wait() {
    return new Promise(function (resolve) { window.setTimeout(resolve, FONTS_READY); });
  }
  function rasterise(svg, width, height) {
    var address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    var image = new Image();
    image.src = address;
    return image.decode().then(wait).then(function () {
      var canvas = document.createElement("canvas");
      canvas.width = width * SHARPNESS;
      canvas.height = height * SHARPNESS;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(address);
      return new Promise(function (resolve) { canvas.toBlob(resolve, "image/png"); });
    });
  }

  function draw(address, format) {
    return Promise.all([loadPlotly(), fetch(address).then(answerOf).then(function (answer) { return answer.json(); })])
      .then(function (both) {
        var told = both[1], layout = told.figure.layout;
        var asked = { data: told.figure.data, layout: layout, config: { locale: "fr" } };
        return both[0].toImage(asked, { format: "svg", width: layout.width, height: layout.height, imageDataOnly: true })
          .then(function (text) { return finish(text, layout); })
          .then(function (svg) {
            if (format === "svg") return new Blob([svg], { type: "image/svg+xml" });
            return rasterise(svg, layout.width, layout.height);
          })
          .then(function (blob) { return { blob: blob, name: told.name + "." + format }; });
      });
  }

  function hand(made) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(made.blob);
    link.download = made.name;
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-image]");
    if (!link) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy") === "true") return;
    link.setAttribute("aria-busy", "true");
    link.removeAttribute("title");
    draw(link.href, link.dataset.image)
      .then(hand)
      .catch(function () { link.title = "L’image n’a pas pu être faite. Réessayez."; })
      .finally(function () { link.removeAttribute("aria-busy"); });
  });
})();
