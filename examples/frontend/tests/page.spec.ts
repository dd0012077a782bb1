import { expect, test } from "@playwright/test";

test.beforeEach(async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Save" })).toBeEnabled();
});

test("saves a webhook and shows what is stored", async ({ page }) => {
  await page.getByLabel("Address").fill("https://hooks.example.com/settings");
  await page.getByLabel("facility accepted").check();
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.getByRole("status")).toHaveText(
    "Saved: https://hooks.example.com/settings listens to facility.creation.accepted.",
  );
  await expect(page.getByLabel("Address")).toHaveAttribute("aria-invalid", "false");
});

test("shows every broken rule at its field", async ({ page }) => {
  await page.getByLabel("Address").fill("http://hooks.example.com");
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.locator("#url-errors")).toHaveText("should be a secure URL with HTTPS");
  await expect(page.locator("#events-errors")).toHaveText("events must contain at least 1 elements");
  await expect(page.locator("#secrets-errors")).toHaveText("");
  await expect(page.getByLabel("Address")).toHaveAttribute("aria-invalid", "true");
});

for (const [token, message] of [
  ["unknown-token", "Unauthorized"],
  ["forbidden-token", "Forbidden Resource"],
]) {
  test(`shows what ${token} brings`, async ({ page }) => {
    await page.getByLabel("Token").fill(token!);
    await page.getByLabel("all", { exact: true }).check();
    await page.getByRole("button", { name: "Save" }).click();

    await expect(page.getByRole("status")).toHaveText(message!);
  });
}

test("shows that a webhook is not there", async ({ page }) => {
  await page.getByLabel("Webhook").fill("nobody");
  await page.getByLabel("all", { exact: true }).check();
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.getByRole("status")).toHaveText("Webhook not found");
});

for (const [fault, message] of [
  ["429", "Too many updates: try again in a minute."],
  ["503", "The API is unavailable: try again later."],
]) {
  test(`goes on after ${fault}`, async ({ page }, { project }) => {
    if (project.name === "exported handlers") await page.evaluate(`mock.force("${fault}")`);
    else await page.setExtraHTTPHeaders({ "X-Mock-Fault": fault! });
    await page.getByLabel("all", { exact: true }).check();
    await page.getByRole("button", { name: "Save" }).click();

    await expect(page.getByRole("status")).toHaveText(message!);
  });
}

test("goes on where there is no answer", async ({ page }, { project }) => {
  if (project.name === "exported handlers") await page.evaluate('mock.force("drop")');
  else await page.route("**/api/**", (route) => route.abort());
  await page.getByLabel("all", { exact: true }).check();
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.getByRole("status")).toHaveText("No response from the API: the update may not have been saved. Try again.");
});
