import { call, ApiError, useToken } from "./api.js";
import * as choices from "./choices.js";
import * as deliveries from "./deliveries.js";
import * as faults from "./faults.js";
import { open } from "./live.js";
import { pause } from "./throttle.js";
import * as requests from "./requests.js";
import { showSecrets } from "./secrets.js";
import { run, showStatus } from "./status.js";
import * as send from "./send.js";
import * as spaces from "./spaces.js";
import * as webhooks from "./webhooks.js";

const PARTS = { webhooks, choices, faults, journal: requests, deliveries };
const CHANGING = { ...PARTS, spaces };
const AGAIN = 1000;
const lock = document.getElementById("lock");
const board = document.getElementById("board");
const connection = document.getElementById("connection");

/** Show what happens while the page is open; load everything again for another space, and after the mock was restarted. */
async function follow() {
  let stream = new AbortController();
  spaces.followSpace(() => stream.abort());
  for (;;) {
    stream = new AbortController();
    try {
      await spaces.load();
      if (stream.signal.aborted) {
        continue;
      }
      const events = await open(stream.signal);
      await load();
      connection.textContent = "Live.";
      for await (const [kind, data] of events) {
        act(kind, data);
      }
      connection.textContent = "The mock has stopped; trying again.";
    } catch (error) {
      if (stream.signal.aborted) {
        continue;
      }
      if (error instanceof ApiError && error.status === 401) {
        await unlock();
        continue;
      }
      connection.textContent = error instanceof ApiError ? error.message : "The mock does not respond; trying again.";
    }
    await pause(AGAIN);
  }
}

async function load() {
  const settings = await call("GET", "/settings");
  [choices, deliveries, faults, send].forEach((part) => part.start(settings));
  [requests, deliveries].forEach((part) => part.restart());
  await Promise.all(Object.values(PARTS).map((part) => part.reload()));
  lock.hidden = true;
  board.hidden = false;
}

function act(kind, data) {
  if (kind === "request") {
    requests.take(data);
    if (data.status === 201) {
      webhooks.reload();
    }
  } else if (kind === "delivery") {
    deliveries.take(data);
  } else if (kind === "missed") {
    Object.values(CHANGING).forEach((part) => part.reload());
  } else if (kind === "change") {
    CHANGING[data.part]?.reload();
  }
}

/** Ask for the control token. */
function unlock() {
  const form = lock.querySelector("form");
  const field = form.elements.token;
  showStatus(lock, board.hidden && !lock.hidden ? "Wrong token." : "");
  board.hidden = true;
  lock.hidden = false;
  connection.textContent = "Waiting for the control token.";
  field.focus();
  return new Promise((resolve) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      useToken(field.value);
      field.value = "";
      resolve();
    }, { once: true });
  });
}

document.getElementById("show-secrets").addEventListener("change", (event) => showSecrets(event.target.checked));
document.getElementById("reset").addEventListener("click", () =>
  run(document.querySelector("header"), () => call("POST", "/reset"), "Everything is reset."));
follow();
