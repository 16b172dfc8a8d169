/* As-at look-up: leaves in both tables what held on one day. The tables are complete without it. */
(function () {
  "use strict";

  var place = document.getElementById("ask");
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-from]"));

  function covers(row, day) {
    var until = row.dataset.until;
    return row.dataset.from <= day && (!until || day < until);
  }

  function count(all, one, many) {
    return all.length + (all.length === 1 ? one : many);
  }

  function told(day) {
    var there = rows.filter(function (row) {
      return covers(row, day);
    });
    var edition = there.filter(function (row) {
      return row.dataset.edition;
    })[0];
    var definitions = there.filter(function (row) {
      return !row.dataset.edition;
    });
    if (!edition) return "On " + day + " there was no edition.";
    var words = count(definitions, " definition was", " definitions were");
    return "On " + day + ", edition " + edition.dataset.edition + " was the latest, and " + words +
      " in force. Both tables show that day only.";
  }

  function ask(day) {
    var good = /^\d{4}-\d{2}-\d{2}$/.test(day);
    rows.forEach(function (row) {
      row.hidden = good && !covers(row, day);
    });
    place.classList.toggle("asked", good);
    answer.textContent = good ? told(day) : "Both tables show all days.";
  }

  function remember(day) {
    if (/^https?:$/.test(location.protocol))
      history.replaceState(null, "", day ? "?date=" + encodeURIComponent(day) : location.pathname);
  }

  var form = document.createElement("form");
  var label = document.createElement("label");
  var field = document.createElement("input");
  var button = document.createElement("button");
  var all = document.createElement("button");
  var answer = document.createElement("p");
  label.textContent = "Day";
  label.htmlFor = field.id = "day";
  field.type = "date";
  button.textContent = "Show";
  all.type = "button";
  all.textContent = "All days";
  answer.setAttribute("role", "status");
  form.append(label, field, button, " ", all, answer);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    ask(field.value);
    remember(field.value);
  });
  all.addEventListener("click", function () {
    field.value = "";
    ask("");
    remember("");
  });
  place.append(form);
  place.hidden = false;
  var asked = new URLSearchParams(location.search).get("date");
  if (asked) {
    field.value = asked;
    ask(field.value);
  }
})();
