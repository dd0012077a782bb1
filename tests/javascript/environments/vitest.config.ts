import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import type { Mock } from "./check.ts";

const { TARGET = "", TOKEN = "", WEBHOOK_ID = "", CONTROL_TOKEN = "", CHROMIUM, BROWSER_PORT } = process.env;
const mock: Mock = { address: TARGET, control: TARGET, token: TOKEN, controlToken: CONTROL_TOKEN, id: WEBHOOK_ID };
const include = ["control.test.ts"];

declare module "vitest" {
  export interface ProvidedContext {
    mock: Mock;
  }
}

export default defineConfig({
  test: {
    provide: { mock },
    projects: [
      ...["node", "jsdom", "happy-dom"].map((environment) => ({
        extends: true as const,
        test: { name: environment, environment, include },
      })),
      {
        extends: true,
        test: {
          name: "chromium",
          include,
          api: { host: "localhost", port: Number(BROWSER_PORT), strictPort: true },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: CHROMIUM, args: ["--no-sandbox"] } }),
            instances: [{ browser: "chromium" as const }],
          },
        },
      },
    ],
  },
});
