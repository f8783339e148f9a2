// Coding by keyboard and mouse. The page works without this file: words are then pasted into the form.
// Words are chosen in the text, shown by the browser's own selection, and put into the form with their place,
// counted in code points as the server counts them.
"use strict";

const bench = document.querySelector(".workbench");
const text = bench.querySelector(".text");
const form = document.getElementById("coding");
const status = document.getElementById("status");
const field = (name) => form.elements.namedItem(name);

// ---------------------------------------------------------------- places of the text

// The words of the text with their places: text nodes of the paragraphs, without the numbers of statements.
const starts = bench.dataset.paragraphs.split(" ").map(Number);
const nodes = [];
[...text.querySelectorAll(":scope > p")].forEach((paragraph, number) => {
  let at = starts[number];
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("sup")) continue;
    const length = [...node.data].length;
    nodes.push({ node, start: at, end: at + length, paragraph: number });
    at += length;
  }
});
const whole = nodes.map(({ node }) => node.data);

const words = [];
starts.forEach((start, paragraph) => {
  const own = nodes.filter((one) => one.paragraph === paragraph);
  const signs = own.flatMap(({ node }) => [...node.data]);
  let begin = null;
  signs.concat(" ").forEach((sign, index) => {
    if (/\s/u.test(sign)) {
      if (begin !== null) words.push({ ...bare(signs, begin, index, start), paragraph });
      begin = null;
    } else if (begin === null) begin = index;
  });
});

// A word without the punctuation around it, where something is left.
function bare(signs, begin, end, start) {
  const isLetter = (sign) => /[\p{L}\p{N}\p{M}]/u.test(sign);
  let [from, to] = [begin, end];
  while (from < to && !isLetter(signs[from])) from += 1;
  while (to > from && !isLetter(signs[to - 1])) to -= 1;
  return from < to ? { start: start + from, end: start + to } : { start: start + begin, end: start + end };
}

// The point of the page at a place of the text; `ends` where words end there.
function point(at, ends) {
  const one = nodes.find((one) => (ends ? one.start < at && at <= one.end : one.start <= at && at < one.end));
  const before = [...one.node.data].slice(0, at - one.start).join("");
  return [one.node, before.length];
}

function range(start, end) {
  const made = document.createRange();
  made.setStart(...point(start, false));
  made.setEnd(...point(end, true));
  return made;
}

// The place of the text that a selection of the mouse covers; none outside of the text.
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const chosen = selection.getRangeAt(0);
  const inside = nodes.filter(({ node }) => chosen.intersectsNode(node));
  if (!inside.length) return null;
  const length = (node, offset) => [...node.data.slice(0, offset)].length;
  const [first, last] = [inside[0], inside[inside.length - 1]];
  let start = first.start + (first.node === chosen.startContainer ? length(first.node, chosen.startOffset) : 0);
  let end = last.node === chosen.endContainer ? last.start + length(last.node, chosen.endOffset) : last.end;
  if (first.paragraph !== last.paragraph) return "several";
  const signs = [...quote(start, end)];
  while (signs.length && /\s/u.test(signs[0])) { signs.shift(); start += 1; }
  while (signs.length && /\s/u.test(signs[signs.length - 1])) { signs.pop(); end -= 1; }
  return start < end ? { start, end } : null;
}

function quote(start, end) {
  return nodes.map(({ node, start: from, end: to }) =>
    from < end && to > start ? [...node.data].slice(Math.max(start - from, 0), end - from).join("") : "").join("");
}

// ---------------------------------------------------------------- choosing words

let anchor = 0;
let cursor = 0;

const chosen = typeof Highlight === "function" ? new Highlight() : null;
if (chosen) CSS.highlights.set("chosen", chosen);

// Shows what is chosen, and puts it into the form.
function choose(place, from) {
  if (chosen) {
    chosen.clear();
    chosen.add(range(place.start, place.end));
  }
  field("start").value = place.start;
  field("end").value = place.end;
  field("quote").value = quote(place.start, place.end);
  if (from !== "mouse") {
    getSelection().removeAllRanges();
    const box = range(words[cursor].start, words[cursor].end).getBoundingClientRect();
    if (box.top < 60 || box.bottom > innerHeight - 60) scrollBy({ top: box.top - innerHeight / 2 });
  }
  status.textContent = quote(place.start, place.end);
}

function between() {
  const [first, last] = [Math.min(anchor, cursor), Math.max(anchor, cursor)];
  return { start: words[first].start, end: words[last].end };
}

function go(to, extends_) {
  cursor = Math.max(0, Math.min(words.length - 1, to));
  if (extends_ && words[cursor].paragraph !== words[anchor].paragraph) {
    cursor = to > anchor ? words.findLastIndex((word) => word.paragraph === words[anchor].paragraph)
      : words.findIndex((word) => word.paragraph === words[anchor].paragraph);
  }
  if (!extends_) anchor = cursor;
  choose(between());
}

// The word of the next line that stands nearest.
function line(down) {
  const box = (word) => range(word.start, word.end).getClientRects()[0];
  const here = box(words[cursor]);
  const step = down ? 1 : -1;
  let best = cursor;
  let top = null;
  for (let at = cursor + step; words[at]; at += step) {
    const one = box(words[at]);
    if (Math.abs(one.top - here.top) < 4) continue;
    if (top === null) top = one.top;
    if (Math.abs(one.top - top) >= 4) break;
    if (best === cursor || Math.abs(one.left - here.left) < Math.abs(box(words[best]).left - here.left)) best = at;
  }
  return best;
}

// The first word of the next span that is coded, or of the one before.
function span(forward) {
  const marks = [...text.querySelectorAll("mark[id]")].map((mark) => Number(mark.id.replace(/^.*s/, "")));
  const here = words[cursor].start;
  const to = forward ? marks.find((start) => start > here) : marks.findLast((start) => start < here);
  const word = to === undefined ? -1 : words.findLastIndex((one) => one.start <= to || one.start === to);
  return word < 0 ? cursor : words[word].start < to && words[word].end <= to ? word + 1 : word;
}

text.setAttribute("aria-describedby", "status");
text.addEventListener("focus", () => { if (words.length) choose(between()); });
text.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || !words.length) return;
  const moves = {
    ArrowRight: () => (event.ctrlKey ? span(true) : cursor + 1),
    ArrowLeft: () => (event.ctrlKey ? span(false) : cursor - 1),
    ArrowDown: () => line(true),
    ArrowUp: () => line(false),
    Home: () => words.findIndex((word) => word.paragraph === words[cursor].paragraph),
    End: () => words.findLastIndex((word) => word.paragraph === words[cursor].paragraph),
  };
  if (moves[event.key]) {
    event.preventDefault();
    go(moves[event.key](), event.shiftKey);
  } else if (event.key === "Enter") {
    event.preventDefault();
    begin();
  } else if (event.key.length === 1 && /\p{L}/u.test(event.key) && !event.ctrlKey) {
    // The letter is the first of the actor's name.
    begin();
  }
});

document.addEventListener("mouseup", (event) => {
  if (!text.contains(event.target)) return;
  const place = selected();
  if (place === "several") status.textContent = "Choose words of one paragraph.";
  else if (place) {
    anchor = Math.max(0, words.findIndex((word) => word.end > place.start));
    cursor = anchor;
    choose(place, "mouse");
    begin();
  } else {
    const caret = getSelection();
    const one = nodes.find(({ node }) => node === caret.anchorNode);
    if (!one) return;
    const at = one.start + [...one.node.data.slice(0, caret.anchorOffset)].length;
    go(Math.max(0, words.findLastIndex((word) => word.start <= at)), event.shiftKey);
    text.focus({ preventScroll: true });
  }
});

// ---------------------------------------------------------------- the form

function begin() {
  form.classList.add("open");
  place();
  field("actor").focus({ preventScroll: true });
  field("actor").select();
}

// On a wide page the form stands beside the words.
function place() {
  const desk = form.closest(".desk");
  if (!matchMedia("(min-width: 60rem)").matches || !field("end").value) return;
  const box = range(Number(field("start").value), Number(field("end").value)).getBoundingClientRect();
  const above = bench.getBoundingClientRect().top;
  const lowest = innerHeight - form.offsetHeight - 10 - above;
  const top = Math.max(0, 10 - above, Math.min(box.top - above - 40, lowest));
  // The pages have no styles of their own in attributes; a property set by a script is none.
  desk.style.setProperty("--top", `${top}px`);
}

function leave() {
  form.classList.remove("open");
  text.focus({ preventScroll: true });
}

form.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) {
    event.preventDefault();
    leave();
  }
});
form.addEventListener("reset", () => setTimeout(leave));
form.addEventListener("submit", () => sessionStorage.setItem("coded", "yes"));
document.addEventListener("keydown", (event) => {
  const isField = event.target.matches("input, textarea, select");
  const undo = document.querySelector("#undo");
  if (undo && !isField && event.ctrlKey && event.key === "z") {
    event.preventDefault();
    undo.requestSubmit();
  }
});

// Stances that fit the issue, numbered.
const family = () => {
  const list = document.getElementById("issue-choices").options;
  const own = [...list].find((option) => option.value === field("issue").value);
  return own?.dataset.family ?? (field("new-issue").checked ? field("family").value : null);
};
function stances() {
  const wanted = family();
  let number = 0;
  form.querySelectorAll(".stances label").forEach((label) => {
    const fits = !wanted || label.dataset.families.split(" ").includes(wanted);
    label.hidden = !fits;
    const input = label.querySelector("input");
    input.disabled = !fits;
    if (!fits) input.checked = false;
    number += fits ? 1 : 0;
    const key = label.querySelector("kbd");
    key.hidden = !fits || number > 9;
    key.textContent = number;
  });
  form.querySelector(".family").hidden = !field("new-issue").checked;
}
form.querySelector(".stances").addEventListener("keydown", (event) => {
  const open = [...form.querySelectorAll(".stances label:not([hidden]) input")];
  const input = /^[1-9]$/.test(event.key) && open[Number(event.key) - 1];
  if (input) {
    event.preventDefault();
    input.checked = true;
    input.focus();
  }
});
["new-issue", "family"].forEach((name) => field(name).addEventListener("change", stances));

// ---------------------------------------------------------------- completion

// A combo box with a list (ARIA Authoring Practices): the options of the data list, by label or other name.
function completes(input, next) {
  const options = [...document.getElementById(input.dataset.choices).options].map((option) => ({
    label: option.value, others: option.textContent, family: option.dataset.family ?? "",
  }));
  input.removeAttribute("list");
  const list = document.createElement("ul");
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.id);
  list.hidden = true;
  input.parentElement.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);
  const isNew = field(input.dataset.new);
  const plain = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/ø/g, "o");
  let shown = [];
  let at = 0;

  function found() {
    const typed = plain(input.value.trim());
    const rank = ({ label, others }) => {
      const [name, more] = [plain(label), plain(others)];
      if (name === typed) return 0;
      if (name.startsWith(typed)) return 1;
      if (name.split(/\s+/).some((word) => word.startsWith(typed))) return 2;
      if (more.split(/[\s,-]+/).some((word) => word.startsWith(typed)) || more.includes(typed)) return 3;
      return name.includes(typed) ? 4 : 9;
    };
    const ranked = options.map((option) => [rank(option), option]).filter(([number]) => number < 9);
    ranked.sort(([one], [other]) => one - other);
    const hits = ranked.slice(0, 8).map(([, option]) => option);
    return typed && !ranked.some(([number]) => number === 0) ? [...hits, { label: input.value.trim(), isNew: true }] : hits;
  }
  function draw() {
    list.replaceChildren(...shown.map((option, number) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", number === at);
      item.textContent = option.isNew ? `new ${input.id}: ${option.label}` : option.label;
      if (option.family) {
        const kind = document.createElement("small");
        kind.textContent = ` ${option.family}`;
        item.append(kind);
      }
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(option); });
      return item;
    }));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", !list.hidden);
    if (list.hidden) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
  }
  function take(option) {
    input.value = option.label;
    isNew.checked = Boolean(option.isNew);
    close();
    stances();
    next();
  }
  function close() { shown = []; draw(); }
  input.addEventListener("input", () => { isNew.checked = false; shown = found(); at = 0; draw(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { shown = found(); at = 0; } else {
        at = (at + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length;
      }
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden) take(shown[at]);
      else if (input.value.trim()) next();
    } else if (event.key === "Tab" && !event.shiftKey && !list.hidden && input.value.trim()) {
      event.preventDefault();
      take(shown[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
}
completes(field("actor"), () => { field("issue").focus(); field("issue").select(); });
completes(field("issue"), () => {
  const open = [...form.querySelectorAll(".stances label:not([hidden]) input")];
  (open.find((input) => input.checked) ?? open[0]).focus();
});

// ---------------------------------------------------------------- checks

// They read the whole store, and come when they are done.
const checks = document.getElementById("checks");
fetch(checks.querySelector("a").href).then((answer) => answer.text()).then((page) => {
  const found = new DOMParser().parseFromString(page, "text/html").getElementById("checks");
  if (found) checks.replaceWith(found);
}).catch(() => {});

// ---------------------------------------------------------------- where the page begins

form.classList.add("scripted");
stances();
const at = new URLSearchParams(location.search).get("at") ?? field("start").value;
if (at && words.length) {
  cursor = anchor = Math.max(0, words.findLastIndex((word) => word.start <= Number(at)));
}
if (document.getElementById("fault")) {
  form.classList.add("open");
  field("actor").focus();
} else if (at || sessionStorage.getItem("coded")) {
  text.focus({ preventScroll: !at });
}
