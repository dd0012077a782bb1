import { call } from "./api.js";
import { element, terms } from "./dom.js";
import { throttled } from "./throttle.js";
import { followSecrets, secret } from "./secrets.js";

const section = document.getElementById("webhooks");
const followers = [];
let webhooks = [];

/** Call *follow* with the ids of the webhooks, whenever they were read. */
export function followWebhooks(follow) {
  followers.push(follow);
}

export const reload = throttled(async () => {
  ({ webhooks } = await call("GET", "/webhooks"));
  render();
  followers.forEach((follow) => follow(webhooks.map(({ id }) => id)));
});

function render() {
  const cards = webhooks.map((webhook) =>
    element("li", {},
      element("h3", {}, element("code", {}, webhook.id)),
      terms([
        ["url", element("code", {}, webhook.url)],
        ["events", codes(webhook.events)],
        ["clientId", element("code", {}, webhook.clientId)],
        ["secrets", webhook.secrets.length ? codes(webhook.secrets.map(secret)) : "none"],
      ])));
  section.querySelector(".cards").replaceChildren(...(cards.length ? cards : [element("li", {}, "There are no webhooks.")]));
}

function codes(values) {
  return element("ul", {}, ...values.map((value) =>
    element("li", {}, element("code", {}, typeof value === "string" ? value : JSON.stringify(value)))));
}

followSecrets(render);
