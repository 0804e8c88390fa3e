// Progressive enhancement: every page also works without scripts.
"use strict";

(function () {
  // Shows times in the reader's time zone. The server renders UTC.
  function localise() {
    const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
    const zoned = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
    for (const el of document.querySelectorAll("time[data-moment]")) {
      const at = new Date(el.dateTime);
      if (!Number.isNaN(at.getTime())) {
        el.title = el.textContent;
        el.textContent = (el.dataset.moment === "zoned" ? zoned : format).format(at);
      }
    }
  }

  // Connects two forms: one also submits the other's fields, or is not submitted while
  // the other has changes that would be lost.
  function connectForms() {
    for (const form of document.querySelectorAll("form[data-includes]")) {
      form.addEventListener("formdata", function (event) {
        const other = document.getElementById(form.dataset.includes);
        if (!other) return;
        const own = new Set(event.formData.keys());
        for (const [name, value] of new FormData(other)) if (!own.has(name)) event.formData.append(name, value);
      });
    }
    for (const form of document.querySelectorAll("form[data-waits-for]")) {
      form.addEventListener("submit", function (event) {
        const other = document.getElementById(form.dataset.waitsFor);
        const changed = other && Array.from(other.elements).find(function (el) {
          return el.type !== "hidden" && "defaultValue" in el && el.type !== "checkbox" && el.value !== el.defaultValue;
        });
        const note = changed && other.querySelector("[data-unsaved]");
        if (!note || event.submitter && event.submitter.hasAttribute("formaction")) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        note.hidden = false;
        const closed = other.closest("details");
        if (closed) closed.open = true;
        changed.focus();
        note.scrollIntoView({ block: "center" });
      });
    }
  }

  // Submits a form that creates something only once. The server's key is the actual guard.
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

  // Going back in the history restores the page as it was left; the form must work again.
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const b of form.querySelectorAll("button")) b.removeAttribute("aria-disabled");
    }
  });

  // Suggests titles while typing, as a combobox with a list box.
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
    let timer = 0, latest = 0, at = -1;

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
      const text = input.value.trim(), request = ++latest;
      if (text.length < 2) return close();
      try {
        const answer = await fetch("/api/v1/complete?q=" + encodeURIComponent(text), { headers: { Accept: "application/json" } });
        if (!answer.ok) return close();
        const found = (await answer.json()).completions || [];
        if (request === latest && document.activeElement === input) show(found.slice(0, 8));
      } catch {
        close(); // searching still works
      }
    }
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, 120);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { latest++; return close(); }
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); choose(at + 1); }
      if (event.key === "ArrowUp") { event.preventDefault(); choose(at < 0 ? -1 : at - 1); }
      if (event.key === "Enter" && at >= 0) { event.preventDefault(); go(list.children[at].dataset.url); }
    });
    input.addEventListener("blur", function () { latest++; close(); });
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

  // Moves to the element with the typed key: a closed section opens, a link or button
  // is focused.
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

  // Makes elements that scroll sideways reachable by keyboard.
  function reachable() {
    for (const el of document.querySelectorAll(".prose .table, .prose pre, .table-wrap")) {
      if (el.scrollWidth <= el.clientWidth) continue;
      el.tabIndex = 0;
      el.setAttribute("role", "region");
      el.setAttribute("aria-label", el.tagName === "PRE" ? "Code" : "Table");
    }
  }

  // Adds a link to each heading of an article, and a button that copies each block of code.
  function annotate() {
    for (const h of document.querySelectorAll("article.prose :is(h2, h3, h4, h5, h6)[id]")) {
      const box = document.createElement("div"), link = document.createElement("a");
      box.className = "heading";
      link.className = "anchor";
      link.href = "#" + h.id;
      link.textContent = "#";
      link.setAttribute("aria-label", "Link to “" + h.textContent.trim() + "”");
      box.dir = getComputedStyle(h).direction;
      h.replaceWith(box);
      box.append(h, link);
    }
    const blocks = document.querySelectorAll(".prose pre");
    if (!blocks.length) return;
    const status = document.createElement("p");
    status.className = "unseen";
    status.setAttribute("role", "status");
    document.querySelector("main").append(status);
    for (const pre of blocks) {
      const box = document.createElement("div"), button = document.createElement("button");
      box.className = "code-block";
      box.dir = "ltr";
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.setAttribute("aria-label", "Copy code");
      pre.replaceWith(box);
      box.append(pre, button);
      button.addEventListener("click", async function () {
        const done = await copyText(pre.textContent.replace(/\n$/, "")) ? "Copied" : "Not copied";
        button.textContent = status.textContent = done;
        setTimeout(function () { button.textContent = "Copy"; status.textContent = ""; }, 2000);
      });
    }
  }

  // Copies a text, also on pages whose address is not secure. It returns whether it could.
  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* not available here */ }
    const area = document.createElement("textarea"), focused = document.activeElement;
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused.focus();
    return done;
  }

  // Marks the section that is being read in the table of contents.
  function followSections() {
    const list = document.querySelector("[data-contents]");
    if (!list) return;
    const links = new Map();
    for (const a of list.querySelectorAll("a")) {
      const h = document.getElementById(decodeURIComponent(a.hash.slice(1)));
      if (h) links.set(h, a);
    }
    let current = null, waiting = false;
    function mark() {
      waiting = false;
      let now = null;
      for (const [h, a] of links) {
        if (h.getBoundingClientRect().top > 120) break;
        now = a;
      }
      if (now === current) return;
      if (current) current.removeAttribute("aria-current");
      current = now;
      if (!now) return;
      now.setAttribute("aria-current", "location");
      const box = list.closest("nav"), top = now.offsetTop - box.offsetTop;
      if (top < box.scrollTop || top + now.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 2;
    }
    window.addEventListener("scroll", function () {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(mark);
    }, { passive: true });
    mark();
  }

  // Opens the closed section that a link points into.
  function openTarget() {
    const el = window.location.hash.length > 1 && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const closed = el && el.closest("details");
    if (closed) closed.open = true;
  }

  // Opens the sections that have a place of their own in a wide window, and closes them in
  // a narrow one.
  function openWide() {
    const wide = window.matchMedia("(min-width: 60.01rem)");
    const set = function () { for (const el of document.querySelectorAll("details[data-wide]")) el.open = wide.matches; };
    wide.addEventListener("change", set);
    set();
  }

  // Closes a menu on Escape and on clicks elsewhere.
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

  // Preserves unsent input when the user submits another form, follows a link or is
  // signed out. It is stored for this tab and this user only, until the form has been
  // processed, the input is cleared or the user signs out. The version that the text was
  // based on is stored with it, so that the server still detects conflicts.
  function keepInput() {
    const prefix = "input:", name = document.querySelector(".who-name");
    const mine = prefix + (name ? name.textContent : "") + ":";
    let store;
    try { store = window.sessionStorage; } catch { return; }
    const forms = Array.from(document.querySelectorAll("main form[method=post]")).filter(function (form) {
      return form.querySelector("textarea") && !form.querySelector("input[type=password]");
    });
    const keyOf = function (form) { return mine + new URL(form.getAttribute("action"), window.location.href).pathname; };
    const fields = function (form) { return Array.from(form.elements).filter(function (el) { return el.name && !/^(hidden|submit|file)$/.test(el.type); }); };
    const checked = function (el) { return /^(radio|checkbox)$/.test(el.type); };
    const nameOf = function (el) { return checked(el) ? el.name + "=" + el.value : el.name; };
    const written = function (el) { return el.tagName === "TEXTAREA" || /^(text|search)$/.test(el.type); };
    const read = function (key) {
      try { return JSON.parse(store.getItem(key)); } catch { return null; }
    };
    const versionOf = function (form) { return form.querySelector("input[name=version], input[name=base]"); };
    const initial = function (entered) { return entered.filter(written).map(function (el) { return el.defaultValue; }).join("\n"); };
    function save(form, sent) {
      const version = versionOf(form), entered = fields(form);
      try {
        if (!entered.some(function (el) { return written(el) && el.value !== el.defaultValue; })) return store.removeItem(keyOf(form));
        store.setItem(keyOf(form), JSON.stringify({
          sent: sent, version: version ? version.value : "", initial: initial(entered),
          fields: Object.fromEntries(entered.map(function (el) { return [nameOf(el), checked(el) ? el.checked : el.value]; })),
        }));
      } catch { /* the storage is full: the page works without it */ }
    }
    function restore(form) {
      const stored = read(keyOf(form)), now = fields(form), version = versionOf(form);
      if (!stored || !version && stored.initial !== initial(now)) return; // a form for something else
      if (now.some(function (el) { return written(el) && el.value !== el.defaultValue; })) return;
      const found = now.filter(function (el) { return nameOf(el) in stored.fields; });
      if (!found.some(function (el) { return written(el) && el.value !== stored.fields[nameOf(el)]; })) return;
      for (const el of found) {
        if (checked(el)) el.checked = stored.fields[nameOf(el)];
        else el.value = stored.fields[nameOf(el)];
      }
      if (version && stored.version) version.value = stored.version;
      for (let at = form.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
      const note = document.createElement("p");
      note.className = "hint";
      note.setAttribute("role", "status");
      note.textContent = "Your unsent input was restored.";
      form.prepend(note);
    }
    // A notice means that the submitted form has been processed; a form shown again with
    // a problem has not.
    const keys = Object.keys(store).filter(function (key) { return key.startsWith(prefix); });
    const done = new URLSearchParams(window.location.search).has("done");
    const here = document.querySelector("[data-focus]") ? forms.map(keyOf) : [];
    for (const key of keys) {
      const stored = read(key);
      if (!stored || stored.sent && done) store.removeItem(key);
      else if (stored.sent && here.includes(key)) store.setItem(key, JSON.stringify(Object.assign(stored, { sent: false })));
    }
    for (const form of forms) {
      if (form.hasAttribute("data-fresh")) store.removeItem(keyOf(form)); // the server has added to the text
      restore(form);
      form.addEventListener("input", function () { save(form, false); });
      form.addEventListener("submit", function () { save(form, true); });
    }
    for (const form of document.querySelectorAll("form[action='/logout']")) {
      form.addEventListener("submit", function () {
        for (const key of Object.keys(store)) if (key.startsWith(prefix)) store.removeItem(key);
      });
    }
  }

  // Calls use with the files that are pasted into or dropped on a text.
  function takeFiles(text, use) {
    for (const [event, data] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
      text.addEventListener(event, function (e) {
        const files = Array.from(e[data] ? e[data].files : []);
        if (!files.length) return;
        e.preventDefault();
        use(files);
      });
    }
  }

  // Adds pasted files to those that are sent with a message.
  function attachFiles(text) {
    const input = document.getElementById(text.dataset.files);
    if (!input) return;
    takeFiles(text, function (files) {
      const all = new DataTransfer();
      for (const file of Array.from(input.files).concat(files)) all.items.add(file);
      input.files = all.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // Names what is wrong with a choice of files before they are sent.
  function limitFiles(input) {
    const size = function (name) { return Number(input.dataset[name]) * 1024 * 1024; };
    input.addEventListener("change", function () {
      const files = Array.from(input.files), sum = files.reduce(function (n, f) { return n + f.size; }, 0);
      const large = files.find(function (f) { return f.size > size("megabytes"); });
      const empty = files.find(function (f) { return f.size === 0; });
      let problem = "";
      if (files.length > Number(input.dataset.most)) problem = "Please choose " + input.dataset.most + " files at most.";
      else if (large) problem = large.name + " is larger than " + input.dataset.megabytes + " MB.";
      else if (empty) problem = empty.name + " is empty.";
      else if (sum > size("together")) problem = "Together these files are larger than " + input.dataset.together + " MB.";
      input.setCustomValidity(problem);
      if (problem) input.reportValidity();
    });
  }

  // Uploads the files that are chosen for an article and names them where the cursor is.
  function insertFiles(input) {
    const text = document.getElementById(input.dataset.insert);
    const problem = input.form.querySelector("[data-insert-problem]");
    let entered = false;
    text.addEventListener("focus", function () { entered = true; });
    async function insert(files) {
      problem.hidden = true;
      if (!entered) text.setSelectionRange(text.value.length, text.value.length);
      input.setAttribute("aria-busy", "true");
      try {
        for (const file of files) {
          const body = new FormData();
          body.append("file", file, file.name);
          const response = await fetch("/api/v1/files", { method: "POST", body: body });
          const answer = await response.json();
          if (!response.ok) throw new Error(answer.detail);
          text.setRangeText(answer.markdown, text.selectionStart, text.selectionEnd, "end");
          text.dispatchEvent(new Event("input", { bubbles: true }));
        }
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
      input.removeAttribute("aria-busy");
      input.value = "";
    }
    for (const button of input.form.querySelectorAll("button[value=attach]")) button.remove();
    input.addEventListener("change", function () { insert(Array.from(input.files)); });
    takeFiles(text, insert);
  }

  localise();
  connectForms();
  keepInput();
  document.querySelectorAll("form[data-once]").forEach(sendOnce);
  document.querySelectorAll("input[data-complete]").forEach(complete);
  document.querySelectorAll("textarea[data-files]").forEach(attachFiles);
  document.querySelectorAll("input[data-most]").forEach(limitFiles);
  document.querySelectorAll("input[data-insert]").forEach(insertFiles);
  keys();
  hotkeys();
  menus();
  openWide();
  annotate();
  followSections();
  reachable();
  openTarget();
  window.addEventListener("hashchange", openTarget);
  const written = document.querySelectorAll("[data-stream]");
  if (written.length) import(written[0].dataset.with).then(function (m) { written.forEach(function (el) { m.follow(el); }); }).catch(function () {});
  const renewed = document.querySelectorAll("form[data-renew]");
  if (renewed.length) import(renewed[0].dataset.with).then(function (m) { renewed.forEach(m.renew); }).catch(function () {});
  const problem = document.querySelector("[data-focus]");
  if (problem) problem.focus();
  for (const el of document.querySelectorAll("[data-select]")) el.addEventListener("focus", function () { el.select(); });
})();
