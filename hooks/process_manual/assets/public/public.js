/* As-at look-up: leaves in both tables what held on a day, and of one definition only when it is
   named. The tables are complete without it. */
(function () {
  "use strict";

  var MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"];
  var place = document.getElementById("ask");
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-from]"));
  var form = document.createElement("form");
  var answer = document.createElement("p");
  var day = field("day", "date", "Day");
  var name = field("definition", "text", "Definition");

  function field(id, type, words) {
    var label = document.createElement("label");
    var input = document.createElement("input");
    label.textContent = words;
    label.htmlFor = input.id = id;
    input.type = type;
    form.append(label, input);
    return input;
  }

  function button(words, type) {
    var made = document.createElement("button");
    made.type = type;
    made.textContent = words;
    form.append(made, " ");
    return made;
  }

  function inWords(iso) {
    var parts = iso.split("-").map(Number);
    return parts[2] + " " + MONTHS[parts[1] - 1] + " " + parts[0];
  }

  function covers(row, date) {
    var until = row.dataset.until;
    return !date || (row.dataset.from <= date && (!until || date < until));
  }

  function isNamed(row, words) {
    if (row.dataset.edition || !words) return true;
    return row.cells[0].textContent.toLowerCase().indexOf(words.toLowerCase()) >= 0;
  }

  function told(date, words, shown) {
    var edition = shown.filter(function (row) { return row.dataset.edition; })[0];
    var count = shown.filter(function (row) { return !row.dataset.edition; }).length;
    var what = count + (count === 1 ? " version" : " versions") + (words ? " of “" + words + "”" : "");
    if (!date) return words ? "Of all days: " + what + "." : "All days and all definitions are shown.";
    if (!edition) return "On " + inWords(date) + " there was no edition.";
    return "On " + inWords(date) + " edition " + edition.dataset.edition +
      " was the latest; in force: " + what + ".";
  }

  function ask() {
    var date = /^\d{4}-\d{2}-\d{2}$/.test(day.value) ? day.value : "";
    var words = name.value.trim();
    var shown = rows.filter(function (row) {
      row.hidden = !(covers(row, date) && isNamed(row, words));
      return !row.hidden;
    });
    place.classList.toggle("asked", !!(date || words));
    answer.textContent = told(date, words, shown);
  }

  function remember() {
    var asked = new URLSearchParams();
    if (day.value) asked.set("date", day.value);
    if (name.value.trim()) asked.set("definition", name.value.trim());
    if (!/^https?:$/.test(location.protocol)) return;
    history.replaceState(null, "", asked.toString() ? "?" + asked : location.pathname);
  }

  button("Show", "submit");
  button("Show all", "button").addEventListener("click", function () {
    day.value = name.value = "";
    ask();
    remember();
  });
  answer.setAttribute("role", "status");
  form.append(answer);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    ask();
    remember();
  });
  place.append(form);
  place.hidden = false;
  var asked = new URLSearchParams(location.search);
  day.value = asked.get("date") || "";
  name.value = asked.get("definition") || "";
  ask();
})();
