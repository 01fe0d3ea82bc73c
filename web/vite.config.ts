import { defineConfig } from "vite";

// Fixed names without hashes, so that the checked-in bundle changes only where the source does.
export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        entryFileNames: "page.js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:7180", ws: true }, "/models": "http://127.0.0.1:7180" } },
});
