// The fiche's print button.
document.addEventListener("click", function (event) {
  "use strict";
  if (event.target.closest && event.target.closest("#fiche-print")) window.print();
});
