{# Search and sorting in the tables. #}
(function () {
  "use strict";
  var table = document.getElementById("ranked");
  var tools = document.getElementById("tools");
  if (!table || !tools || !table.tBodies.length) { return; }
  var body = table.tBodies[0];
  var rows = Array.prototype.slice.call(body.rows);
  var search = document.getElementById("search");
  var said = document.getElementById("shown");
  var buttons = Array.prototype.slice.call(tools.querySelectorAll("button[data-change]"));
  var state = { q: "", change: "", sort: "", up: false };

  function read() {
    var asked = new URLSearchParams(location.hash.slice(1));
    state.q = asked.get("q") || "";
    state.change = asked.get("change") === "new" ? "new" : "";
    state.sort = asked.get("sort") || "";
    state.up = asked.get("up") === "1";
  }
  function keep() {
    var asked = new URLSearchParams();
    if (state.q) { asked.set("q", state.q); }
    if (state.change) { asked.set("change", state.change); }
    if (state.sort) { asked.set("sort", state.sort); }
    if (state.up) { asked.set("up", "1"); }
    try { history.replaceState(null, "", "#" + asked.toString()); } catch (refused) { return; }
  }
  function value(row, key) { return row.getAttribute("data-" + key) || ""; }
  function compare(one, other) {
    var a = value(one, state.sort), b = value(other, state.sort);
    var numbers = a !== "" && b !== "" && !isNaN(a) && !isNaN(b);
    var order = numbers ? a - b : a.localeCompare(b, document.documentElement.lang);
    return state.up ? order : -order;
  }
  function show() {
    var sorted = rows.slice(), count = 0, needle = state.q.toLowerCase();
    if (["rank", "days", "unit", "first"].indexOf(state.sort) >= 0) { sorted.sort(compare); }
    sorted.forEach(function (row) {
      var fits = (!state.change || value(row, "change") === state.change) && row.textContent.toLowerCase().indexOf(needle) >= 0;
      row.hidden = !fits;
      count += fits ? 1 : 0;
      body.appendChild(row);
    });
    said.textContent = said.getAttribute("data-phrase").replace("0", count);
    search.value = state.q;
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-change") === state.change));
    });
    Array.prototype.forEach.call(table.tHead.querySelectorAll("th[data-sort]"), function (head) {
      if (head.getAttribute("data-sort") === state.sort) {
        head.setAttribute("aria-sort", state.up ? "ascending" : "descending");
      } else { head.removeAttribute("aria-sort"); }
    });
  }
  function change() { keep(); show(); }

  Array.prototype.forEach.call(table.tHead.querySelectorAll("th[data-sort]"), function (head) {
    var button = document.createElement("button");
    button.type = "button";
    // Browsers leave buttons out of a heading that is repeated on every printed page: paper gets plain words.
    var words = document.createElement("span");
    words.className = "paper";
    words.textContent = button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    head.appendChild(words);
    button.addEventListener("click", function () {
      var key = head.getAttribute("data-sort");
      state.up = state.sort === key ? !state.up : key === "rank" || key === "unit";
      state.sort = key;
      change();
    });
  });
  search.addEventListener("input", function () { state.q = search.value; change(); });
  buttons.forEach(function (button) {
    button.addEventListener("click", function () { state.change = button.getAttribute("data-change"); change(); });
  });
  window.addEventListener("hashchange", function () {
    if (/^#(q|change|sort|up)=/.test(location.hash)) { read(); show(); }
  });
  tools.hidden = false;
  if (/^#(q|change|sort|up)=/.test(location.hash)) { read(); }
  show();
})();
