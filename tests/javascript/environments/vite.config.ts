import { defineConfig } from "vite";

const proxied = { target: process.env.TARGET, changeOrigin: true };

export default defineConfig({ server: { proxy: { "/api": proxied, "/__mock__": proxied } } });
