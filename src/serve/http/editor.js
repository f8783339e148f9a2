// The editor of queries: completion, remarks, running and stopping. The page works without it.
"use strict";
(() => {
  const form = document.getElementById("editor");
  const area = document.getElementById("query");
  const list = document.getElementById("candidates");
  const remarks = document.getElementById("remarks");
  const stop = document.getElementById("stop");
  const earlier = document.getElementById("earlier");
  const answer = document.getElementById("answer");
  const KEPT = 30;
  let candidates = [], start = 0, chosen = -1, asked = 0, running = null, timer = 0;

  const post = async (address, parameters) => {
    const reply = await fetch(address, { method: "POST", body: new URLSearchParams(parameters) });
    return reply.ok ? reply.json() : null;
  };
  const close = () => {
    list.hidden = true;
    candidates = [];
    chosen = -1;
    area.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    chosen = (number + candidates.length) % candidates.length;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    area.setAttribute("aria-activedescendant", `candidate-${chosen}`);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };
  const replace = (from, to, text) => {
    area.focus();
    area.setSelectionRange(from, to);
    // This way the browser's undo knows of it; where it does not do so, the text is set.
    if (!document.execCommand("insertText", false, text)) area.setRangeText(text, from, to, "end");
  };
  const take = (number) => {
    const { text } = candidates[number];
    const from = start;
    close();
    replace(from, area.selectionStart, text);
    close();
  };
  const complete = async (wished) => {
    const cursor = area.selectionStart;
    const before = area.value.slice(0, cursor);
    if (!wished && !/[\w:?"'-]$/.test(before)) return close();
    const number = ++asked;
    const found = await post("/complete", { before, after: area.value.slice(cursor) });
    if (number !== asked || !found || area.selectionStart !== cursor) return;
    const typed = before.slice(found.start);
    candidates = found.candidates.filter((candidate) => candidate.text !== typed);
    start = found.start;
    if (!candidates.length) return close();
    list.replaceChildren(...candidates.map((candidate, at) => {
      const item = document.createElement("li");
      item.id = `candidate-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const text = document.createElement("span");
      const about = document.createElement("span");
      text.textContent = candidate.text;
      about.textContent = candidate.about;
      about.className = "how";
      item.append(text, " ", about);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(at); });
      return item;
    }));
    list.hidden = false;
    chosen = -1;
  };
  const check = async () => {
    const text = area.value;
    const found = text.trim() ? await post("/check", { query: text }) : { problems: [] };
    if (!found || area.value !== text) return;
    remarks.replaceChildren(...found.problems.map((problem) => {
      const item = document.createElement("li");
      item.className = problem.severity;
      const place = problem.line ? `Line ${problem.line}, column ${problem.column}: ` : "";
      item.append(`${place}${problem.severity}: ${problem.message}${problem.help ? `; ${problem.help}` : ""} `);
      if (problem.fix) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = `Fix: ${problem.fix.text}`;
        button.addEventListener("click", () => {
          replace(problem.fix.start, problem.fix.end, problem.fix.text);
          check();
        });
        item.append(button);
      }
      return item;
    }));
  };

  const kept = () => { try { return JSON.parse(localStorage.getItem("queries")) ?? []; } catch { return []; } };
  const list_earlier = () => {
    const options = kept().map((query) => new Option(query.replace(/\s+/g, " ").slice(0, 80), query));
    earlier.replaceChildren(new Option("Earlier queries", ""), ...options);
    earlier.hidden = !options.length;
  };
  const run = async () => {
    running?.abort();
    const own = running = new AbortController();
    const query = area.value;
    const address = `/sparql?query=${encodeURIComponent(query)}`;
    close();
    try { localStorage.setItem("queries", JSON.stringify([query, ...kept().filter((one) => one !== query)].slice(0, KEPT))); } catch { /* It is not kept. */ }
    list_earlier();
    answer.setAttribute("aria-busy", "true");
    stop.hidden = false;
    let shown = "Stopped.";
    try {
      const reply = await fetch(address, { headers: { Accept: "text/html" }, signal: own.signal });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("answer");
      shown = page ?? `The server answers ${reply.status}.`;
      history.pushState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") shown = "The server does not answer.";
    }
    if (running !== own) return;
    answer.replaceChildren(...(typeof shown === "string" ? [shown] : shown.childNodes));
    answer.removeAttribute("aria-busy");
    stop.hidden = true;
    running = null;
  };

  area.addEventListener("input", () => {
    clearTimeout(timer);
    complete(false);
    timer = setTimeout(check, 400);
  });
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    const keys = {
      ArrowDown: () => choose(chosen + 1),
      ArrowUp: () => choose(chosen < 0 ? -1 : chosen - 1),
      Enter: chosen < 0 ? null : () => take(chosen),
      Tab: () => take(Math.max(chosen, 0)),
      Escape: close,
    };
    let act = list.hidden ? null : keys[event.key];
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") act = run;
    if (event.ctrlKey && event.key === " ") act = () => complete(true);
    if (act) { event.preventDefault(); act(); }
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name) return;
    event.preventDefault();
    run();
  });
  stop.addEventListener("click", () => running?.abort());
  earlier.addEventListener("change", () => {
    if (earlier.value) { area.value = earlier.value; check(); }
    earlier.selectedIndex = 0;
  });
  addEventListener("popstate", () => location.reload());
  list_earlier();
  check();
})();
