import { defineConfig } from "@playwright/test";

// One page before the mock server, and one with the exported handlers in its service worker.
const TARGET = process.env.TARGET ?? "http://127.0.0.1:8000";
const [SERVER, WORKER] = [Number(process.env.VITE_PORT ?? 5173), Number(process.env.VITE_MSW_PORT ?? 5174)];
const { CHROMIUM } = process.env;

export default defineConfig({
  testDir: "tests",
  testMatch: "*.spec.ts",
  workers: 1,
  reporter: "line",
  use: { launchOptions: CHROMIUM ? { executablePath: CHROMIUM, args: ["--no-sandbox"] } : {} },
  projects: [
    { name: "mock server", use: { baseURL: `http://localhost:${SERVER}` } },
    { name: "exported handlers", use: { baseURL: `http://localhost:${WORKER}` } },
  ],
  webServer: [
    { command: `npx vite --port ${SERVER} --strictPort`, port: SERVER, env: { TARGET } },
    { command: `npx msw init public --no-save && npx vite --port ${WORKER} --strictPort --mode msw`, port: WORKER },
  ],
});
