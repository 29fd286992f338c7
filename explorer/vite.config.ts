import { defineConfig } from "vite";

// Relative addresses, so that the site works in any folder of any server.
export default defineConfig({
  base: "./",
  build: { target: "es2022", chunkSizeWarningLimit: 800, modulePreload: { polyfill: false } },
});
