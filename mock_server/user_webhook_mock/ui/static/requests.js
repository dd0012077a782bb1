import { call } from "./api.js";
import { curl } from "./curl.js";
import { element, status, terms } from "./dom.js";
import { pause, throttled } from "./throttle.js";
import { Rows } from "./rows.js";
import { run } from "./status.js";
import { followSecrets, text } from "./secrets.js";

const MAX = 200;
const GATHER = 100;
const section = document.getElementById("requests");
const button = section.querySelector(".pause");
const rows = new Rows(section.querySelector(".rows"), MAX, summary, details);
let gathered = [];
let held = 0;
let none = "";
let isPaused = false;

export const reload = throttled(async () => {
  const before = rows.numbers;
  const { entries, limit } = await call("GET", `/journal?limit=${MAX}`);
  const kept = new Set(entries.map(({ number }) => number));
  rows.drop(before.filter((number) => !kept.has(number)));
  none = limit ? "No requests yet." : "The journal is off (--journal 0), so no requests are shown.";
  show(entries);
});

/** Drop what was shown: the mock was restarted. */
export function restart() {
  gathered = [];
  rows.drop(rows.numbers);
}

/** Take a request that came; those of one moment are shown together, and none while the list is paused. */
export async function take(entry) {
  if (isPaused) {
    held += 1;
    button.textContent = `Resume (${held} new)`;
    return;
  }
  gathered.push(entry);
  if (gathered.length === 1) {
    await pause(GATHER);
    show(gathered.splice(0));
  }
}

function show(entries) {
  rows.take(entries);
  section.querySelector(".count").textContent = count();
  announce();
}

const announce = throttled(async () => {
  section.querySelector(".heard").textContent = count();
  await pause(1000); // a screen reader hears it at most once a second
});

function count() {
  const { latest, numbers: { length } } = rows;
  const noun = length === 1 ? "request" : "requests";
  return latest
    ? `${length === MAX ? "The latest " : ""}${length} ${noun}. The latest: ${latest.status ?? "no response"}.`
    : none;
}

function summary(entry) {
  return [
    status(entry.status),
    element("span", { class: "what" }, `${entry.method} `, element("code", {}, entry.webhookId ?? entry.path)),
    element("time", { datetime: entry.time }, new Date(entry.time).toLocaleTimeString("en-GB")),
    element("span", { class: "why" }, entry.reason || (entry.fault ? `fault: ${entry.fault}` : "")),
  ];
}

function details(entry) {
  const line = element("pre", {}, curl(entry));
  const copy = element("button", { type: "button" }, "Copy");
  copy.addEventListener("click", () => run(section, () => navigator.clipboard.writeText(line.textContent), "Copied."));
  return [
    entry.broken_rules.length ? element("h3", {}, "Broken rules") : null,
    entry.broken_rules.length ? element("ul", { class: "rules" }, ...entry.broken_rules.map(rule)) : null,
    terms([
      ["Path", element("code", {}, entry.path)],
      ["Token", entry.caller],
      ["Took", `${entry.milliseconds} ms`],
      ["Fault", entry.fault],
      ["Forced", entry.forced],
    ]),
    element("div", { class: "headers" }, element("h3", {}, "Request headers"), headers(entry.headers)),
    element("div", { class: "sides" },
      side("Request", entry.body_bytes ? text(entry.body) : "(no body)"),
      side("Response", entry.answer === null ? "(no body)" : text(entry.answer))),
    element("div", { class: "bar" }, element("h3", {}, "Repeat it"), copy),
    line,
  ].filter(Boolean);
}

function headers(sent) {
  return terms(Object.entries(sent).map(([name, value]) => [name, element("code", {}, text(value))]));
}

function side(heading, content) {
  return element("div", {}, element("h3", {}, heading), element("pre", {}, content));
}

function rule({ property, keyword, message }) {
  return element("li", {}, element("code", {}, `${property}: ${keyword}`), " ", message);
}

button.addEventListener("click", () => {
  isPaused = !isPaused;
  held = 0;
  button.setAttribute("aria-pressed", String(isPaused));
  button.textContent = isPaused ? "Resume" : "Pause";
  if (!isPaused) {
    reload();
  }
});
section.querySelector(".clear").addEventListener("click", () =>
  run(section, async () => {
    await call("DELETE", "/journal");
    await reload();
  }));
followSecrets(() => rows.refresh());
