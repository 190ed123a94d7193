// Before Plotly: an empty world, so that no map is fetched from elsewhere, and French words.
(function () {
  "use strict";
  var NAMES = ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"];
  var objects = {};
  NAMES.forEach(function (name) {
    objects[name] = { type: "GeometryCollection", geometries: [] };
  });
  window.PlotlyGeoAssets = { topojson: { world_110m: { type: "Topology", objects: objects, arcs: [] } } };
  window.PlotlyLocales = (Array.isArray(window.PlotlyLocales) ? window.PlotlyLocales : []).concat([
    {
      moduleType: "locale",
      name: "fr",
      dictionary: {
        "Autoscale": "Échelle automatique",
        "Box Select": "Sélection rectangulaire",
        "Double-click to zoom back out": "Double-cliquer pour revenir à la vue entière",
        "Download plot as a PNG": "Télécharger l’image (PNG)",
        "Download plot": "Télécharger l’image",
        "Lasso Select": "Sélection au lasso",
        "Pan": "Déplacer",
        "Reset": "Revenir à la vue entière",
        "Reset axes": "Revenir à la vue entière",
        "Reset view": "Revenir à la vue entière",
        "Zoom": "Agrandir",
        "Zoom in": "Agrandir",
        "Zoom out": "Réduire",
      },
      format: {
        days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
        shortDays: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
        months: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
        shortMonths: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
        date: "%d/%m/%Y",
        decimal: ",",
        thousands: "\u202f",
        year: "%Y",
        month: "%B %Y",
        dayMonth: "%-d %B",
        dayMonthYear: "%-d %B %Y",
      },
    },
  ]);
})();
