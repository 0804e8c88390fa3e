// Follows a text that a language model is writing. Every part was checked by the
// server before it came; all of it is put into the page as plain text.
"use strict";

const sections = ["request", "environment", "impact", "tried", "articles", "state", "questions", "next"];

// events reads server-sent events from a response: [name, value] each.
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const name = /^event: (.*)$/m.exec(rest.slice(0, end)), data = /^data: (.*)$/m.exec(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (name && data) yield [name[1], JSON.parse(data[1])];
    }
  }
}

function element(tag, text, attributes) {
  const el = document.createElement(tag);
  if (text) el.textContent = text;
  for (const [name, value] of Object.entries(attributes || {})) el.setAttribute(name, value);
  return el;
}

// words makes a name fit to read, as the server does.
function words(s) {
  return s ? s[0].toUpperCase() + s.slice(1).replaceAll("_", " ") : "";
}

// A hand-off summary: a list of terms with their lines.
const summary = {
  list() { return element("dl", "", { class: "summary" }); },
  add(list, event) {
    if (!sections.includes(event.section)) return;
    let head = list.querySelector("dt[data-section=" + event.section + "]");
    if (!head) {
      head = element("dt", words(event.section), { "data-section": event.section });
      const at = sections.indexOf(event.section);
      const after = Array.from(list.querySelectorAll("dt")).find((dt) => sections.indexOf(dt.dataset.section) > at);
      list.insertBefore(head, after || null);
    }
    let before = head.nextElementSibling;
    while (before && before.tagName === "DD") before = before.nextElementSibling;
    const line = element("dd", event.line.text, { dir: "auto" });
    if (event.line.outcome) line.append(" ", element("span", words(event.line.outcome), { class: "badge" }));
    for (const n of event.line.messages || []) {
      line.append(" ", element("a", "#" + n, { class: "num", href: "#m" + Number(n), "aria-label": "Message " + Number(n) }));
    }
    list.insertBefore(line, before);
  },
  whole(list, done) {
    for (const s of done.sections) for (const line of s.lines) summary.add(list, { section: s.name, line });
  },
  says: "Written by a language model from this thread; every line was checked against its messages.",
};

// An answer: sentences with the numbers of their sources.
const answer = {
  list() {
    const box = element("div", "");
    box.append(element("p", "", { dir: "auto" }), element("ol", "", { class: "sources" }));
    return box;
  },
  add(box, event) {
    const [text, sources] = box.children;
    for (const s of event.sources || []) {
      if (sources.querySelector("[data-n='" + Number(s.n) + "']")) continue;
      const item = element("li", "", { id: "written-" + Number(s.n), "data-n": Number(s.n), value: Number(s.n) });
      const local = typeof s.url === "string" && s.url.startsWith("/articles/");
      item.append(local ? element("a", s.title, { href: s.url, dir: "auto" }) : s.title);
      if (s.heading) item.append(" ", element("span", "› " + s.heading, { class: "meta", dir: "auto" }));
      sources.append(item);
    }
    text.append(event.text);
    for (const n of event.numbers || []) {
      const mark = element("sup", "");
      mark.append(element("a", "[" + Number(n) + "]", { href: "#written-" + Number(n), "aria-label": "Source " + Number(n) }));
      text.append(mark);
    }
    text.append(" ");
  },
  whole(box, done) {
    for (const s of done.sentences) answer.add(box, s);
  },
  says: "Written by a language model from our articles; every sentence was checked against its sources.",
};

// renew makes the button of an old summary write the new one into the page. Until this
// has run, and without it, the form is sent and its answer waited for.
export function renew(form) {
  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    const box = element("div", "", { class: "written", "data-stream": form.dataset.renew, "data-kind": "summary", "data-instead": "summary-lines" });
    box.append(element("p", "", { class: "meta", role: "status", "data-state": "" }));
    form.replaceWith(box);
    const came = await follow(box, { method: "POST", replaces: true });
    const edit = document.getElementById("edit-summary");
    if (came && edit) { // it edits the text that was there before
      const link = element("p", "", { class: "meta" });
      link.append(element("a", "Show it again to edit it", { href: form.action.replace(/\/summary$/, "?summary=1#summary") }));
      edit.replaceWith(link);
    }
    if (came) return;
    box.after(form);
    delete form.dataset.sent;
    for (const b of form.querySelectorAll("button")) b.removeAttribute("aria-disabled");
    form.querySelector("button").focus();
  });
}

// follow shows in el what the address in data-stream sends, and puts it in the place
// of what is shown already (data-instead) once it is complete. It reports whether it
// came to its end. What replaces an older text does so whoever wrote it.
export async function follow(el, { method = "GET", replaces = false } = {}) {
  const kind = el.dataset.kind === "answer" ? answer : summary;
  const state = el.querySelector("[data-state]"), instead = document.getElementById(el.dataset.instead);
  let shown = kind.list();
  const say = (text) => { state.textContent = text; el.hidden = false; };
  const clear = () => { const fresh = kind.list(); shown.replaceWith(fresh); shown = fresh; };
  say("A language model is writing its version…");
  el.append(shown);
  try {
    const response = await fetch(el.dataset.stream, { method, headers: { Accept: "text/event-stream" } });
    if (!response.ok || !(response.headers.get("Content-Type") || "").startsWith("text/event-stream")) throw new Error("no events");
    for await (const [name, value] of events(response)) {
      if (name === "line" || name === "sentence") kind.add(shown, value);
      if (name === "again") { clear(); say("A language model is trying once more: " + value.reason + "."); }
      if (name !== "done") continue;
      clear();
      const used = value.engine === "model" && !value.refused;
      if (used || replaces) {
        kind.whole(shown, value);
        if (instead) instead.remove();
      } else {
        shown.remove();
      }
      if (used) {
        say(kind.says);
      } else {
        say(value.reason ? "The language model’s version is not used: " + value.reason + "." : "This is the whole text; no language model was needed.");
      }
      return true;
    }
    throw new Error("no end");
  } catch {
    shown.remove();
    say("The language model’s version did not arrive. What is shown is complete without it.");
    return false;
  }
}
