import { type Field, UpdateError, updateWebhook } from "./client";
import type { Event, UpdateUserWebhook } from "./user-webhook-types";

if (import.meta.env.MODE === "msw") {
  const { mock, worker } = await import("./mocks/browser");
  Object.assign(globalThis, { mock }); // for the tests of the page
  await worker.start({ onUnhandledFrame: "bypass", quiet: true });
}

const FIELDS: Field[] = ["url", "events", "secrets"];
const form = document.querySelector<HTMLFormElement>("form")!;
const status = document.querySelector<HTMLElement>("#status")!;

form.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  show({}, "Saving …");
  const values = new FormData(form);
  try {
    const webhook = await updateWebhook(text(values, "id"), update(values), { token: text(values, "token") });
    show({}, `Saved: ${webhook.url} listens to ${webhook.events.join(", ")}.`);
  } catch (error) {
    if (!(error instanceof UpdateError)) throw error;
    show(error.fields, error.general.join(" ") || "Not saved: correct the fields below.");
  }
});

form.querySelector("button")!.disabled = false; // before this, nobody would hear a click

function update(values: FormData): UpdateUserWebhook {
  const secrets = values.getAll("secrets").map(String).filter(Boolean);
  return {
    events: values.getAll("events") as Event[],
    ...(text(values, "url") && { url: text(values, "url") }),
    ...(secrets.length > 0 && { secrets }),
  };
}

function text(values: FormData, name: string): string {
  return String(values.get(name) ?? "").trim();
}

function show(errors: Partial<Record<Field, string[]>>, message: string): void {
  status.textContent = message;
  for (const field of FIELDS) {
    const found = errors[field] ?? [];
    document.querySelector(`#${field}-errors`)!.textContent = found.join("; ");
    for (const input of form.querySelectorAll(`[name=${field}]`)) {
      input.setAttribute("aria-invalid", String(found.length > 0));
    }
  }
}
