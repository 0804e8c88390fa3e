// Shows a text while a language model is writing it. The server checks every part
// before sending it, and all of it is added to the page as plain text.
"use strict";

const sections = ["request", "environment", "impact", "findings", "tried", "articles", "state", "questions", "next", "references"];

// events yields the server-sent events of a response as [name, value].
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

// words makes a name readable, as the server does.
function words(s) {
  return s ? s[0].toUpperCase() + s.slice(1).replaceAll("_", " ") : "";
}

// summary shows a hand-off summary: a list of sections with their lines.
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
  description: "Written by a language model from this thread; every line was checked against its messages.",
};

// answer shows an answer: sentences with the numbers of their sources.
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
  description: "Written by a language model from our articles; every sentence was checked against its sources.",
};

// renew makes the update button of a summary stream the new one into the page. Without
// it the form is submitted and the page waits for the response.
export function renew(form) {
  form.addEventListener("submit", async function (event) {
    event.preventDefault();
    const box = element("div", "", { class: "written", "data-stream": form.dataset.renew, "data-kind": "summary", "data-instead": "summary-lines" });
    box.append(element("p", "", { class: "meta", role: "status", "data-state": "" }));
    form.replaceWith(box);
    const complete = await follow(box, { method: "POST", replaces: true });
    const edit = document.getElementById("edit-summary");
    if (complete && edit) { // the form edits the previous text
      const link = element("p", "", { class: "meta" });
      link.append(element("a", "Reload the summary to edit it", { href: form.action.replace(/\/summary$/, "?summary=1#summary") }));
      edit.replaceWith(link);
    }
    if (complete) return;
    box.after(form);
    delete form.dataset.sent;
    for (const b of form.querySelectorAll("button")) b.removeAttribute("aria-disabled");
    form.querySelector("button").focus();
  });
}

// follow shows the stream from the URL in data-stream in el. Once it is complete, it
// replaces the element named by data-instead: always if replaces is set, otherwise only
// if a language model wrote the text. It returns whether the stream was complete.
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
      if (name === "again") { clear(); say("A language model is trying again: " + value.reason + "."); }
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
        say(kind.description);
      } else {
        say(value.reason ? "The language model’s version was not used: " + value.reason + "." : "The text is complete; no language model was needed.");
      }
      return true;
    }
    throw new Error("no end");
  } catch {
    shown.remove();
    say("The language model’s version could not be loaded. The text shown is complete without it.");
    return false;
  }
}
