import { defineConfig } from "@playwright/test";

const { CHROMIUM, VITE_PORT } = process.env;

export default defineConfig({
  testMatch: "page.spec.ts",
  workers: 1,
  reporter: "line",
  use: {
    baseURL: `http://localhost:${VITE_PORT}`,
    launchOptions: { executablePath: CHROMIUM, args: ["--no-sandbox"] },
  },
  webServer: { command: `npx vite --port ${VITE_PORT} --strictPort`, port: Number(VITE_PORT) },
});
