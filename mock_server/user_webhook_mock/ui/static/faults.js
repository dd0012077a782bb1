import { call } from "./api.js";
import { element } from "./dom.js";
import { throttled } from "./throttle.js";
import { run } from "./status.js";

const section = document.getElementById("faults");
const every = section.querySelector("[name=every]");
const script = section.querySelector(".script");
const settings = section.querySelector(".settings");
const FIELDS = ["latency", "fail_rate", "rate_limit"];

export const reload = throttled(async () => render(await call("GET", "/faults")));

/** Offer the faults of *settings*. */
export function start({ faults }) {
  script.elements.fault.replaceChildren(...faults.map((name) => element("option", {}, name)));
  script.elements.fault.value = "503";
}

function render(now) {
  every.checked = now.fail_rate === 1;
  for (const name of FIELDS) {
    const field = settings.elements[name];
    if (field !== document.activeElement) {
      field.value = now[name] || "";
    }
  }
  const shown = sentences(now);
  section.querySelector(".now").textContent = shown.join(" ") || "No faults.";
  section.querySelector(".now").classList.toggle("is-on", shown.length > 0);
  document.getElementById("faults-on").hidden = shown.length === 0;
}

function sentences({ latency, fail_rate: rate, rate_limit: limit, script: faults }) {
  return [
    rate === 1 && "Every call fails with 500.",
    rate > 0 && rate < 1 && `A share of ${rate} fails with 500.`,
    ...faults.map((text) => {
      const [fault, count] = text.split(":");
      return count ? `The next ${count} get ${fault}.` : `All after that get ${fault}.`;
    }),
    latency && `Responses are delayed by ${latency}.`,
    limit && `Requests above ${limit} get 429.`,
  ].filter(Boolean);
}

function set(content, words) {
  return run(section, async () => render(await call("PATCH", "/faults", content)), words);
}

every.addEventListener("change", () => set({ fail_rate: every.checked ? 1 : 0 }));
script.addEventListener("submit", (event) => {
  event.preventDefault();
  const { count, fault } = script.elements;
  set({ script: [`${fault.value}:${count.value}`] }, "Set.");
});
settings.addEventListener("submit", (event) => {
  event.preventDefault();
  set(Object.fromEntries(FIELDS.map((name) => [name, settings.elements[name].value.trim() || null])), "Applied.");
});
section.querySelector(".end").addEventListener("click", () =>
  run(section, async () => {
    await call("DELETE", "/faults");
    render(await call("GET", "/faults"));
  }, "All faults are off."));
