/* Editions: says which one this is, lets readers choose another, and tells them on an older one.
   What is not on a web server beside the others (a folder, a working copy) only says its name. */
(function () {
  "use strict";

  var NAME = document.documentElement.dataset.edition || "";
  var TOP = new URL("../../", document.currentScript.src).href;
  var ALL = new URL("../", TOP).href;
  var HERE = location.href.replace(/[?#].*/, "");
  var PAGE = HERE.indexOf(TOP) === 0 ? HERE.slice(TOP.length) : "";
  var GOOD = /^[a-z0-9][a-z0-9.-]{0,63}$/;

  function make(tag, attributes, text) {
    var made = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) {
      made.setAttribute(name, attributes[name]);
    });
    if (text) made.textContent = text;
    return made;
  }

  function say() {
    document.querySelectorAll("span[data-edition]").forEach(function (place) {
      place.textContent = NAME ? "Edition " + NAME : "Working copy";
    });
  }

  /* The same page in another edition, or its home page where it has no such page. */
  function best(edition) {
    var home = ALL + edition + "/index.html";
    if (!PAGE) return Promise.resolve({ href: home, same: false });
    return fetch(ALL + edition + "/" + PAGE, { method: "HEAD" }).then(
      function (answer) {
        if (!answer.ok) return { href: home, same: false };
        return { href: ALL + edition + "/" + PAGE + location.hash, same: true };
      },
      function () {
        return { href: home, same: false };
      }
    );
  }

  function entry(edition, text, isHere) {
    var link = make("a", { href: ALL + edition + "/index.html" }, text);
    if (isHere) link.setAttribute("aria-current", "true");
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      best(edition).then(function (found) {
        location.assign(found.href);
      });
    });
    return link;
  }

  function selector(versions, latest) {
    var title = document.querySelector(".md-header__title");
    if (!title) return;
    var nav = make("nav", { "class": "pm-editions", "aria-label": "Editions" });
    var box = make("details", {});
    var list = make("ul", {});
    function add(link) {
      list.appendChild(make("li", {})).appendChild(link);
    }
    versions.forEach(function (each) {
      var name = each.version;
      add(entry(name, name + (name === latest ? " (latest)" : ""), name === NAME));
    });
    add(make("a", { href: ALL + "index.html" }, "All editions"));
    add(make("a", { href: ALL + "as-at.html" }, "In force on a day"));
    var summary = make("summary", { title: "Choose another edition" });
    summary.appendChild(make("span", { "class": "pm-editions-word" }, "Edition "));
    summary.appendChild(make("span", { "class": "pm-editions-name" }, NAME));
    box.appendChild(summary);
    box.appendChild(list);
    nav.appendChild(box);
    title.after(nav);
    function close() {
      box.open = false;
    }
    nav.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && box.open) {
        close();
        summary.focus();
        event.stopPropagation();
      }
    });
    nav.addEventListener("focusout", function (event) {
      if (event.relatedTarget && !nav.contains(event.relatedTarget)) close();
    });
    document.addEventListener("click", function (event) {
      if (!nav.contains(event.target)) close();
    });
  }

  function banner(latest) {
    var place = document.querySelector(".md-content__inner") || document.querySelector("main");
    if (!place) return;
    best(latest).then(function (found) {
      var part = make("section", {
        "class": "pm-banner pm-banner--warning pm-older",
        "aria-label": "Older edition"
      });
      var first = make("p", { role: "status" });
      first.appendChild(make("span", { "aria-hidden": "true" }, "\u26A0\uFE0E "));
      first.appendChild(make("strong", {}, "This is an older edition: " + NAME + "."));
      first.appendChild(document.createTextNode(" Edition " + latest + " has taken its place."));
      var second = make("p", {});
      if (!found.same) {
        second.textContent = "It has no page at this address. ";
      }
      var words = found.same ? "Read this page in the latest edition" : "Go to the latest edition";
      second.appendChild(make("a", { href: found.href.replace(ALL + latest, ALL + "latest") }, words));
      part.appendChild(first);
      part.appendChild(second);
      place.insertBefore(part, place.firstChild);
    });
  }

  function show(list) {
    var versions = (Array.isArray(list) ? list : []).filter(function (each) {
      return each && GOOD.test(each.version);
    });
    if (!versions.length) return;
    var newest = versions.filter(function (each) {
      return (each.aliases || []).indexOf("latest") >= 0;
    })[0];
    var latest = (newest || versions[0]).version;
    selector(versions, latest);
    if (NAME !== latest) banner(latest);
  }

  function start() {
    say();
    if (!NAME || !/^https?:$/.test(location.protocol)) return;
    fetch(ALL + "versions.json", { cache: "no-cache" })
      .then(function (answer) {
        return answer.ok ? answer.json() : [];
      })
      .then(show)
      .catch(function () {}); // no list: the site stands alone, and is readable as it is
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
