import { call, DEFAULT_SPACE, useSpace } from "./api.js";
import { element } from "./dom.js";
import { throttled } from "./throttle.js";
import { run } from "./status.js";

const tools = document.getElementById("spaces");
const field = tools.querySelector("select");
const button = tools.querySelector("button");
const followers = [];
let shown = DEFAULT_SPACE;

/** Call *follow* when another space is to be shown. */
export function followSpace(follow) {
  followers.push(follow);
}

/** Offer the spaces that there are; show the default one if that of the page was deleted. */
export async function load() {
  const { spaces, limit } = await call("GET", "/spaces");
  const names = spaces.map(({ name }) => name);
  field.replaceChildren(...names.map((name) => element("option", {}, name)));
  tools.hidden = limit === 0;
  if (names.includes(shown)) {
    field.value = shown;
  } else {
    show(DEFAULT_SPACE);
  }
}

export const reload = throttled(load);

function show(name) {
  shown = name;
  field.value = name;
  button.hidden = name === DEFAULT_SPACE;
  useSpace(name);
  followers.forEach((follow) => follow());
}

field.addEventListener("change", () => show(field.value));
button.addEventListener("click", () =>
  run(document.querySelector("header"), async () => {
    await call("DELETE", `/spaces/${shown}`);
    show(DEFAULT_SPACE);
  }, "The space is deleted."));
