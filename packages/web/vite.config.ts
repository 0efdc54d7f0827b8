// The demo page, for servers to serve: one folder with a page and its assets, beside what tsdown builds.

import { fileURLToPath } from "node:url";
import { defineConfig, type UserConfig } from "vite";

const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL("./src/demo/", import.meta.url)),
  // Served at whatever prefix.
  base: "./",
  build: {
    target: "es2023",
    outDir: fileURLToPath(new URL("./dist/page/", import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // One file of each kind: the page is loaded once, from nearby. Most of it are the language rules of core, and React.
    chunkSizeWarningLimit: 800,
    modulePreload: { polyfill: false },
  },
});

export default config;
