import { expect, test } from "@playwright/test";
import type { Mock } from "./check.ts";

declare global {
  interface Window {
    checked: (mock: Mock) => Promise<unknown[]>;
  }
}

const { TARGET = "", TOKEN = "", WEBHOOK_ID = "", CONTROL_TOKEN = "" } = process.env;

for (const [name, address] of [["from another origin", TARGET], ["through a proxy", ""]] as const) {
  test(name, async ({ page }) => {
    await page.goto("/");
    await page.waitForFunction(() => "checked" in window);
    const mock = { address, control: address, token: TOKEN, controlToken: CONTROL_TOKEN, id: WEBHOOK_ID };

    expect(await page.evaluate((given) => window.checked(given), mock)).toEqual([204, 201, true, 1]);
  });
}
