// What makes the pages better where scripts run; every page works without it.
"use strict";

(function () {
  // Times in the reader's own zone. The server writes UTC.
  function localise() {
    const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
    for (const el of document.querySelectorAll("time[data-moment]")) {
      const at = new Date(el.dateTime);
      if (!Number.isNaN(at.getTime())) {
        el.title = el.textContent;
        el.textContent = format.format(at);
      }
    }
  }

  // A form that creates something is sent once; the server's key is the real guard.
  function sendOnce(form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      for (const b of form.querySelectorAll("button")) {
        b.setAttribute("aria-disabled", "true");
      }
    });
  }

  // Going back in the history shows the page as it was left; the form must work again.
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const b of form.querySelectorAll("button")) b.removeAttribute("aria-disabled");
    }
  });

  // Titles as one types, as a combobox with a list box.
  function complete(input, n) {
    const list = document.createElement("ul");
    list.className = "options";
    list.id = "options-" + n;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Articles");
    input.form.append(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    let timer = 0, asked = 0, at = -1;

    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function choose(i) {
      const items = list.children;
      if (at >= 0) items[at].setAttribute("aria-selected", "false");
      at = items.length ? (i + items.length) % items.length : -1;
      if (at < 0) return;
      items[at].setAttribute("aria-selected", "true");
      items[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", items[at].id);
    }
    function show(found) {
      list.replaceChildren(...found.map(function (hit, i) {
        const item = document.createElement("li");
        item.id = list.id + "-" + i;
        item.dir = "auto";
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.textContent = hit.title;
        item.addEventListener("mousedown", function (event) { event.preventDefault(); go(hit.url); });
        item.dataset.url = hit.url;
        return item;
      }));
      at = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
    }
    function go(url) {
      if (url.startsWith("/") && !url.startsWith("//")) window.location.assign(url);
    }
    async function ask() {
      const text = input.value.trim(), turn = ++asked;
      if (text.length < 2) return close();
      try {
        const answer = await fetch("/api/v1/complete?q=" + encodeURIComponent(text), { headers: { Accept: "application/json" } });
        if (!answer.ok) return close();
        const found = (await answer.json()).completions || [];
        if (turn === asked && document.activeElement === input) show(found.slice(0, 8));
      } catch {
        close(); // searching still works
      }
    }
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, 120);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { asked++; return close(); }
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); choose(at + 1); }
      if (event.key === "ArrowUp") { event.preventDefault(); choose(at < 0 ? -1 : at - 1); }
      if (event.key === "Enter" && at >= 0) { event.preventDefault(); go(list.children[at].dataset.url); }
    });
    input.addEventListener("blur", function () { asked++; close(); });
  }

  // "/" goes to the search box; j and k walk the queue.
  function keys() {
    const rows = Array.from(document.querySelectorAll("[data-queue] tbody tr, [data-walk] > li"));
    let at = -1;
    for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = rows.length === 0;
    document.addEventListener("keydown", function (event) {
      const t = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName)) return;
      if (event.key === "/") {
        const boxes = document.querySelectorAll("[data-slash]");
        const box = document.querySelector("main [data-slash]") || boxes[0];
        if (box) { event.preventDefault(); box.focus(); box.select(); }
      }
      if ((event.key === "j" || event.key === "k") && rows.length) {
        if (at >= 0) rows[at].classList.remove("here");
        at = event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
        rows[at].classList.add("here");
        rows[at].querySelector("a").focus();
      }
    });
  }

  // A letter leads to the part of the page that names it: what is closed opens, a link
  // or button waits for Enter.
  function hotkeys() {
    const targets = document.querySelectorAll("[data-key]");
    for (const hint of document.querySelectorAll("[data-hotkeys]")) hint.hidden = targets.length === 0;
    document.addEventListener("keydown", function (event) {
      const t = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName)) return;
      const el = Array.from(targets).find(function (x) { return x.dataset.key === event.key; });
      if (!el) return;
      event.preventDefault();
      if (el.tagName === "DETAILS") el.open = true;
      (el.tagName === "DETAILS" ? el.querySelector("input:not([type=hidden]), select, textarea") : el).focus();
      el.scrollIntoView({ block: "center" });
    });
  }

  // What scrolls sideways must be reachable without a mouse.
  function reachable() {
    for (const el of document.querySelectorAll(".prose table, .prose pre, .table-wrap")) {
      if (el.scrollWidth > el.clientWidth) el.tabIndex = 0;
    }
  }

  // A link into a closed part of the page opens it.
  function openTarget() {
    const el = window.location.hash.length > 1 && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const closed = el && el.closest("details");
    if (closed) closed.open = true;
  }

  // A menu closes on Escape and when something else is chosen.
  function menus() {
    for (const menu of document.querySelectorAll("details[data-menu]")) {
      document.addEventListener("click", function (event) { if (!menu.contains(event.target)) menu.open = false; });
      menu.addEventListener("keydown", function (event) {
        if (event.key !== "Escape" || !menu.open) return;
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
  }

  localise();
  document.querySelectorAll("form[data-once]").forEach(sendOnce);
  document.querySelectorAll("input[data-complete]").forEach(complete);
  keys();
  hotkeys();
  menus();
  reachable();
  openTarget();
  window.addEventListener("hashchange", openTarget);
  const written = document.querySelectorAll("[data-stream]");
  if (written.length) import(written[0].dataset.with).then(function (m) { written.forEach(m.follow); }).catch(function () {});
  const problem = document.querySelector("[data-focus]");
  if (problem) problem.focus();
  for (const el of document.querySelectorAll("[data-select]")) el.addEventListener("focus", function () { el.select(); });
})();
