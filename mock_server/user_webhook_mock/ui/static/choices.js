import { call } from "./api.js";
import { element } from "./dom.js";
import { throttled } from "./throttle.js";
import { run } from "./status.js";

const section = document.getElementById("choices");
let table = [];

export const reload = throttled(async () => render(await call("GET", "/choices")));

/** Offer the choices of *settings*. */
export function start({ choices }) {
  table = choices.map((choice) => ({ ...choice, ...offer(choice) }));
  section.querySelector(".choices").replaceChildren(...table.map(({ item }) => item));
}

function offer({ name, values, default: usual, question }) {
  const select = element("select", {}, ...values.map((value) =>
    element("option", { value }, value === usual ? `${value} (default)` : String(value))));
  select.addEventListener("change", () =>
    run(section, async () => render(await call("PATCH", "/choices", { [name]: select.value })), `${name}: ${select.value}.`));
  const item = element("li", {},
    element("label", {}, element("span", {}, question, " ", element("code", { class: "hint" }, name)), select));
  return { select, item };
}

function render(chosen) {
  for (const { name, default: usual, select, item } of table) {
    select.value = chosen[name];
    item.classList.toggle("differs", chosen[name] !== usual);
  }
}
