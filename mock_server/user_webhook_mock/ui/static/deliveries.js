import { call } from "./api.js";
import { badge, element, terms } from "./dom.js";
import { throttled } from "./throttle.js";
import { Rows } from "./rows.js";
import { run, showStatus } from "./status.js";
import { followWebhooks } from "./webhooks.js";

const MAX = 100;
const KINDS = { delivered: "done", pending: "refused", "not-sent": "refused", redirected: "failed", failed: "failed" };
const section = document.getElementById("deliveries");
const form = section.querySelector("form");
const rows = new Rows(section.querySelector(".rows"), MAX, summary, details);

export const reload = throttled(async () => {
  const before = rows.numbers;
  const { deliveries } = await call("GET", "/deliveries");
  const kept = new Set(deliveries.map(({ number }) => number));
  rows.drop(before.filter((number) => !kept.has(number)));
  show(deliveries);
});

/** Offer the events of *settings*. */
export function start({ events }) {
  form.elements.event.replaceChildren(...events.map((name) => element("option", {}, name)));
}

/** Drop what was shown: the mock was restarted. */
export function restart() {
  rows.drop(rows.numbers);
}

/** Take a delivery that is new or has changed. */
export function take(delivery) {
  show([delivery]);
}

function show(deliveries) {
  rows.take(deliveries);
  const shown = rows.numbers.length;
  const noun = shown === 1 ? "delivery" : "deliveries";
  section.querySelector(".count").textContent = shown ? `${shown === MAX ? "The latest " : ""}${shown} ${noun}.` : "No deliveries yet.";
}

function summary(delivery) {
  return [
    badge(delivery.state, KINDS[delivery.state]),
    element("span", { class: "what" }, delivery.eventType, " to ", element("code", {}, delivery.webhookId)),
    element("span", { class: "soft" }, `${delivery.attempts.length} ${delivery.attempts.length === 1 ? "attempt" : "attempts"}`),
    element("span", { class: "why" }, delivery.reason ?? (delivery.due && delivery.attempts.length ? `next attempt at ${delivery.due}` : "")),
  ];
}

function details(delivery) {
  return [
    terms([["Stored url", element("code", {}, delivery.url)], ["Due", delivery.due], ["Reason", delivery.reason]]),
    element("h3", {}, "Body"),
    element("pre", {}, delivery.body),
    element("h3", {}, "Attempts"),
    delivery.attempts.length
      ? element("ol", { class: "attempts" }, ...delivery.attempts.map(attempted))
      : element("p", {}, "None."),
  ];
}

function attempted(one) {
  return element("li", {}, terms([
    ["Status", one.status === null ? "none" : String(one.status)],
    ["Error", one.error],
    ["Response", one.answer || null],
    ["Time", one.time],
    ["Receiver", element("code", {}, one.receiver)],
    ["Signature", element("code", {}, one.signature)],
    ["Took", `${one.milliseconds} ms`],
  ]));
}

async function fire() {
  const { event, webhook, data } = form.elements;
  const content = { eventType: event.value };
  if (webhook.value) {
    content.webhookId = webhook.value;
  }
  if (data.value.trim()) {
    try {
      content.data = JSON.parse(data.value);
    } catch {
      throw new Error("The data is not JSON. Write an object like {\"facilityId\": \"NUR-000007\"}, or nothing.");
    }
  }
  const { deliveries } = await call("POST", "/events", content);
  const known = new Set(rows.numbers);
  show(deliveries.filter(({ number }) => !known.has(number))); // what came over the stream meanwhile is newer
  return deliveries.length;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  let fired = 0;
  run(section, async () => { fired = await fire(); }).then(() => {
    if (fired === 0 && !section.querySelector(".message").textContent) {
      showStatus(section, "No webhook listens to this event.");
    }
  });
});
section.querySelector(".clear").addEventListener("click", () =>
  run(section, async () => {
    await call("DELETE", "/deliveries");
    await reload();
  }));
followWebhooks((ids) => {
  const { webhook } = form.elements;
  const chosen = webhook.value;
  webhook.replaceChildren(element("option", { value: "" }, "all that listen"), ...ids.map((id) => element("option", {}, id)));
  webhook.value = ids.includes(chosen) ? chosen : "";
});
