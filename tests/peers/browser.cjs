// The pages in a real browser: coding by keyboard and by mouse, no error, no request off the machine, nothing wider
// than the screen, contrast and roles. `node browser.cjs BINARY CASE WORK CHROMIUM [SCREENSHOTS]`; NODE_PATH names
// playwright-core and axe-core.
"use strict";
const { chromium } = require("playwright-core");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const assert = require("node:assert");

const [binary, original, work, executablePath, shots] = process.argv.slice(2).map((name) => path.resolve(name));
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// A copy of the case. The text of one of its articles is pasted a day later, and coded whole.
fs.rmSync(work, { recursive: true, force: true });
const folder = path.join(work, "night-ferry");
fs.mkdirSync(folder, { recursive: true });
fs.readdirSync(original).filter((name) => /\.(md|yaml)$/.test(name)).forEach((name) => {
  fs.copyFileSync(path.join(original, name), path.join(folder, name));
});
const article = "kelmouth-courier-2025-03-22.md";
const file = path.join(folder, article);
const front = `---
id: kelmouth-courier-2025-03-22
title: Fewer than six on the night boat
publisher: Kelmouth Courier
published: 2025-03-22
---
`;
const plain = `Fewer than six passengers a night sailed to Orrin on the night ferry last year. So the Farrow Herald wrote on \
Wednesday, citing the agency Coast Press, which had it from an unnamed official of the county.

County Ferries wants to end the service in September. It puts its loss at 2.4 million crowns a year.

The island council insists on a ferry every night, paid for by the county. The fishing cooperative is against dearer \
tickets. The guesthouse association rejects the plan of the company, whose ships have served the island since the war.
`;

// Words, actor, issue and stance: what is typed, and what the file gets.
const positions = [
  ["Fewer than six passengers a night sailed to Orrin", "county off", "fewer than", "affirms", "county-official", "fewer-than-six-passengers"],
  ["County Ferries wants to end the service", "county f", "night-ferry-e", "supports", "county-ferries", "night-ferry-ends"],
  ["It puts its loss at 2.4 million crowns a year", "county f", "loses-2", "affirms", "county-ferries", "loses-2-4-million"],
  ["insists on a ferry every night", "island c", "sails-every", "supports", "island-council", "sails-every-night"],
  ["paid for by the county", "island c", "county-covers", "supports", "island-council", "county-covers-loss"],
  ["is against dearer tickets", "fishing", "dearer", "opposes", "fishing-cooperative", "tickets-become-dearer"],
  ["rejects the plan of the company", "guesth", "night-ferry-ends", "opposes", "guesthouse-association", "night-ferry-ends"],
];

async function main() {
  const server = spawn(binary, ["serve", "--edit", folder, "--listen", "127.0.0.1:0"], { cwd: work, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  server.stderr.on("data", (text) => { log += text; });
  const address = await new Promise((resolve, reject) => {
    server.stdout.once("data", (line) => resolve(String(line).trim()));
    server.once("exit", () => reject(new Error(`no server: ${log}`)));
  });
  const browser = await chromium.launch({
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    await all(browser, address);
  } finally {
    await browser.close();
    server.kill("SIGINT");
  }
}

async function tab(browser, address, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  const faults = [];
  page.on("console", (message) => {
    // A refused form is an answer, which the browser notes.
    if (message.type() === "error" && !/status of 4(09|22)/.test(message.text())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(address)) faults.push(`a request to ${request.url()}`);
  });
  return { page, context, faults };
}

async function shot(page, name) {
  if (shots) {
    fs.mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: !name.includes("form") });
  }
}

async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert(wide <= 0, `${name} is ${wide} pixels wider than the screen`);
  await page.evaluate(axe).catch(() => {});
  const { violations } = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map((node) => `${node.html} ${node.failureSummary}`).join("\n")}`);
  assert.deepStrictEqual(told, [], `${name}: ${told.join("\n")}`);
}

async function all(browser, address) {
  const { page, context, faults } = await tab(browser, address, { viewport: { width: 1280, height: 900 }, bypassCSP: true });
  await page.goto(`${address}edit`);
  await page.getByText("New article").click();
  await page.fill("#title", "Fewer than six on the night boat");
  await page.fill("#publisher", "Kelmouth Courier");
  await page.fill("#published", "2025-03-22");
  await page.fill("textarea#text", plain);
  await page.getByRole("button", { name: "Make the file" }).click();
  await page.waitForSelector("form.scripted", { state: "attached" });
  const times = [];
  for (const [number, [words, actor, issue, stance]] of positions.entries()) {
    const byMouse = number >= positions.length - 2;
    const began = Date.now();
    if (byMouse) {
      await drag(page, words);
    } else {
      await page.focus(".text");
      await choose(page, words);
      await page.keyboard.press("Enter");
    }
    await page.waitForFunction((words) => document.getElementById("quote").value === words, words);
    if (number === 1) await shot(page, "form-1280");
    await page.keyboard.type(actor);
    await page.keyboard.press("Enter");
    await page.keyboard.type(issue);
    if (number === 1) await shot(page, "form-list-1280");
    await page.keyboard.press("Enter");
    const key = await page.evaluate((stance) => {
      const open = [...document.querySelectorAll(".stances label:not([hidden]) input")];
      return String(open.findIndex((input) => input.value === stance) + 1);
    }, stance);
    await page.keyboard.press(key);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.has("at"));
    await page.waitForSelector("form.scripted", { state: "attached" });
    await page.waitForFunction((number) => document.querySelectorAll(".statements li[id]").length === number, number + 1);
    if (!byMouse) times.push(Date.now() - began);
  }
  let expected = plain;
  for (const [words, , , stance, actor, issue] of positions) {
    expected = expected.replace(words, `[${words}]{.${stance} actor=${actor} issue=${issue}}`);
  }
  assert.strictEqual(fs.readFileSync(file, "utf8"), front + expected);
  times.sort((one, other) => one - other);
  console.log(`browser: ${positions.length} positions coded; by keyboard ${times[times.length >> 1]} ms each (median, all keys typed without a pause)`);

  // Undo, by key; a new actor; a conflict.
  await page.focus(".text");
  await page.keyboard.press("Control+z");
  await page.waitForFunction((number) => document.querySelectorAll(".statements li[id]").length === number, positions.length - 1);
  await page.waitForSelector("form.scripted", { state: "attached" });
  await drag(page, "whose ships have served the island");
  await page.keyboard.type("Harbour Choir");
  await page.keyboard.press("Enter");
  assert(await page.isChecked("#new-actor"));
  await page.keyboard.type("night-ferry-ends");
  await page.keyboard.press("Enter");
  await page.keyboard.press("1");
  fs.appendFileSync(file, "A line from elsewhere.\n");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#fault");
  const fault = await page.textContent("#fault");
  assert(/was changed on disk/.test(fault) && /Harbour Choir|harbour-choir/.test(fault), fault);
  assert(!fs.readFileSync(file, "utf8").includes("harbour-choir"));
  await shot(page, "form-conflict-1280");
  await page.locator("form.coding button[type=submit]").click();
  await page.waitForURL((url) => url.searchParams.has("at"));
  assert(fs.readFileSync(file, "utf8").includes("[whose ships have served the island]{.supports actor=harbour-choir issue=night-ferry-ends}"));
  assert(fs.readFileSync(path.join(folder, "registry.yaml"), "utf8").includes("Harbour Choir"));
  assert.deepStrictEqual(faults, []);
  await context.close();

  // Every page, wide and light, narrow and dark.
  await editor(browser, address);
  const pages = ["", "matrix", "network", "camps", "timeline", "questions", "questions/who-stands-where?ask=1", "history", "history/1",
    "checks", "sparql", "find?q=ferry", "id/actor/county-ferries", "id/issue/night-ferry-ends",
    "id/article/herald-2025-03-04", "edit", `edit/article?file=${article}`];
  for (const [width, colorScheme] of [[1280, "light"], [390, "dark"]]) {
    const seen = await tab(browser, address, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    for (const name of pages) {
      const answer = await seen.page.goto(address + name);
      assert(answer.ok(), `${name}: ${answer.status()}`);
      if (name.startsWith("edit/")) {
        await seen.page.waitForSelector("section#checks");
        await seen.page.focus(".text");
        await seen.page.keyboard.press("Enter");
      }
      await shot(seen.page, `${name.replace(/\W+/g, "-") || "overview"}-${width}-${colorScheme}`);
      await look(seen.page, `${name} at ${width}, ${colorScheme}`);
    }
    assert.deepStrictEqual(seen.faults, []);
    await seen.context.close();
  }
  console.log(`browser: ${pages.length} pages, wide and light, narrow and dark`);
}

// The editor: words are completed, a misspelled one is mended, the answer has an address, and Stop stops.
async function editor(browser, address) {
  const { page, context, faults } = await tab(browser, address, { viewport: { width: 1280, height: 900 }, bypassCSP: true });
  await page.goto(`${address}sparql?edit&query=${encodeURIComponent("ASK { ?who ")}`);
  await page.focus("#query");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("stp:oppo");
  await page.waitForSelector("#candidates li");
  await look(page, "the editor with its list");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.type(" ?what }");
  assert.strictEqual(await page.inputValue("#query"), "ASK { ?who stp:opposes ?what }");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  await page.waitForFunction(() => /true|yes/i.test(document.getElementById("answer").textContent));
  const address_of_answer = page.url();
  assert(address_of_answer.includes("query="), address_of_answer);
  await page.goto(address_of_answer);
  assert.strictEqual(await page.inputValue("#query"), "ASK { ?who stp:opposes ?what }");

  await page.fill("#query", "SELECT ?what { ?who stp:oposes ?what }");
  await page.locator("#remarks button").first().click();
  assert.strictEqual(await page.inputValue("#query"), "SELECT ?what { ?who stp:opposes ?what }");

  await page.fill("#query", "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?c), STR(?e))) = 1) }");
  await page.focus("#query");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#stop:not([hidden])");
  await page.click("#stop");
  await page.waitForSelector("#stop", { state: "hidden" });
  assert.deepStrictEqual(faults, []);
  await context.close();
  console.log("browser: the editor completes, mends, answers, keeps an address and stops");
}

// Words by the keyboard: the arrow goes on until the first of them is chosen.
async function choose(page, words) {
  const count = words.split(/\s+/).length;
  const chosen = () => page.evaluate(() => Number(document.getElementById("coding").elements.start.value));
  const wanted = await page.evaluate((words) => {
    const box = document.querySelector(".text");
    const copy = box.cloneNode(true);
    copy.querySelectorAll("sup").forEach((sup) => sup.remove());
    const starts = document.querySelector(".workbench").dataset.paragraphs.split(" ").map(Number);
    const texts = [...copy.querySelectorAll("p")].map((p) => p.textContent);
    const paragraph = texts.findIndex((text) => text.includes(words));
    return starts[paragraph] + [...texts[paragraph].slice(0, texts[paragraph].indexOf(words))].length;
  }, words);
  for (let presses = 0; (await chosen()) !== wanted; presses += 1) {
    assert(presses < 200, `the cursor reaches ${words}`);
    await page.keyboard.press((await chosen()) < wanted ? "ArrowRight" : "ArrowLeft");
  }
  for (let more = 1; more < count; more += 1) await page.keyboard.press("Shift+ArrowRight");
}

// Words by the mouse: from the middle of the line, before the first sign and behind the last.
async function drag(page, words) {
  const ends = await page.evaluate((words) => {
    const walker = document.createTreeWalker(document.querySelector(".text"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(words);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + words.length);
      range.startContainer.parentElement.scrollIntoView({ block: "center" });
      const boxes = range.getClientRects();
      const [first, last] = [boxes[0], boxes[boxes.length - 1]];
      return [[first.left + 0.5, first.top + first.height / 2], [last.right - 0.5, last.top + last.height / 2]];
    }
    return null;
  }, words);
  assert(ends, `the text has ${words}`);
  await page.mouse.move(...ends[0]);
  await page.mouse.down();
  await page.mouse.move(...ends[1], { steps: 5 });
  await page.mouse.up();
}

main().then(() => console.log("browser: no error, no request off the machine, nothing wider than the screen"), (error) => {
  console.error(error);
  process.exitCode = 1;
});
