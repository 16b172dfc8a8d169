/* Compares dates on the page with the reader's clock, because pages do not age; and lets the
   search field of the home page open the theme's search. Without script the dates still tell. */
(function () {
  "use strict";

  var DAY = 86400000;

  function today() {
    var now = new Date();
    return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  }

  /* What the clock adds to a date, by the kind of date and the days that have passed since. */
  var SAY = {
    due: function (days) {
      if (days > 0) return "overdue by " + count(days);
      if (days === 0) return "due today";
      return days >= -30 ? "in " + count(-days) : "";
    },
    from: function (days) {
      if (days > 1) return "began " + count(days) + " ago";
      if (days === 1) return "in force since yesterday";
      if (days === 0) return "in force since today";
      return days >= -30 ? "in " + count(-days) : "";
    },
    until: function (days) {
      if (days > 0) return "ended " + count(days) + " ago";
      if (days === 0) return "last day today";
      return days >= -30 ? count(-days) + " left" : "";
    }
  };

  function count(days) {
    return days + (days === 1 ? " day" : " days");
  }

  function tell(kind) {
    var now = today();
    document.querySelectorAll("time[data-" + kind + "]:not([data-told])").forEach(function (time) {
      var words = SAY[kind](Math.round((now - Date.parse(time.dateTime)) / DAY));
      time.dataset.told = "";
      if (words) {
        var note = document.createElement("strong");
        note.className = "pm-clock";
        note.textContent = " (" + words + ")";
        time.after(note);
      }
    });
  }

  function search() {
    document.querySelectorAll("[data-pm-search]").forEach(function (button) {
      button.addEventListener("click", function () {
        var toggle = document.getElementById("__search");
        var field = document.querySelector("[data-md-component=search-query]");
        if (toggle && !toggle.checked) toggle.click();
        if (field) field.focus();
      });
    });
  }

  /* The theme gives its search dialog no name for screen readers. */
  function name() {
    document.querySelectorAll(".md-search[role=dialog]:not([aria-label])").forEach(function (it) {
      it.setAttribute("aria-label", "Search");
    });
  }

  /* After a hyphen or a slash with nothing behind it, as in "RES-", the theme looks for every word
     there is and is busy for half a minute. It hears of the next letter. */
  window.addEventListener("keyup", function (event) {
    var field = event.target;
    if (field.matches && field.matches("[data-md-component=search-query]") && /[-/]$/.test(field.value))
      event.stopImmediatePropagation();
  }, true);

  function start() {
    name();
    Object.keys(SAY).forEach(tell);
    search();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
