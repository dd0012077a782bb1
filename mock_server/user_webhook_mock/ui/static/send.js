import { spaceHeader } from "./api.js";
import { element, status } from "./dom.js";
import { followSecrets, text } from "./secrets.js";
import { followWebhooks } from "./webhooks.js";

const PATH = "/api/v2/public/webhooks/user/";
const section = document.getElementById("send");
const form = section.querySelector("form");
const message = section.querySelector(".message");
const shown = section.querySelector("pre");
let tokens = { unknown: "unknown-token" };
let waiting = null;
let content = null;

/** Send with the tokens of *settings*. */
export function start(settings) {
  tokens = { ...tokens, ...settings.tokens };
}

async function send() {
  waiting?.abort();
  waiting = new AbortController();
  const { signal } = waiting;
  let headers;
  try {
    headers = given(form.elements.headers.value);
  } catch (error) {
    show([error.message], null);
    return;
  }
  show(["Waiting for the response. Send again to give up on it."], null);
  const token = tokens[form.elements.token.value];
  if (token && !headers.has("Authorization")) {
    headers.set("Authorization", `Bearer ${token}`);
  }
  for (const [name, value] of Object.entries(spaceHeader())) {
    if (!headers.has(name)) {
      headers.set(name, value);
    }
  }
  const address = PATH + encodeURIComponent(form.elements.webhook.value);
  const started = performance.now();
  try {
    const response = await fetch(address, { method: "PATCH", headers, body: form.elements.body.value, signal });
    const body = await response.text().catch(() => "(the body was cut off)");
    show([status(response.status, response.statusText), ` in ${Math.round(performance.now() - started)} ms`], read(body));
  } catch {
    if (!signal.aborted) {
      show([status(null), " The connection ended before a response."], null);
    }
  }
}

/** Return the headers of a text with one on each line. */
function given(lines) {
  const headers = new Headers();
  for (const line of lines.split("\n").filter((one) => one.trim())) {
    const [name, ...value] = line.split(":");
    try {
      if (!value.length) {
        throw new TypeError();
      }
      headers.append(name.trim(), value.join(":").trim());
    } catch {
      throw new Error(`"${line.trim()}" is not a header. Write it like Prefer: code=404.`);
    }
  }
  return headers;
}

function read(body) {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function show(words, body) {
  message.replaceChildren(...words);
  content = body;
  render();
}

function render() {
  shown.hidden = content === null;
  shown.replaceChildren(content === null ? "" : text(content));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
followSecrets(render);
followWebhooks((ids) => {
  document.getElementById("known").replaceChildren(...ids.map((id) => element("option", { value: id })));
  form.elements.webhook.value ||= ids[0] ?? "";
});
