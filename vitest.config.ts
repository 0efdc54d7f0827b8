import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Packages are tested from their sources, except the one whose worker only exists when it is built: `@parlando/espeak`.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@parlando\/core\/node$/, replacement: source("packages/core/src/node.ts") },
      { find: /^@parlando\/core\/text$/, replacement: source("packages/core/src/text.ts") },
      { find: /^@parlando\/core\/ssml$/, replacement: source("packages/core/src/ssml.ts") },
      { find: /^@parlando\/testkit\/fakes$/, replacement: source("packages/testkit/src/fakes.ts") },
      { find: /^@parlando\/web\/(remote|react)$/, replacement: source("packages/web/src/$1/index.ts") },
      { find: /^@parlando\/web\/page$/, replacement: source("packages/web/src/page.ts") },
      { find: /^@parlando\/cloud\/([a-z0-9-]+)$/, replacement: source("packages/cloud/src/$1/index.ts") },
      { find: /^@parlando\/local\/([a-z0-9-]+)$/, replacement: source("packages/local/src/$1/index.ts") },
      { find: /^@parlando\/(engine|core|codecs|protocol|server|speaker|testkit|web)$/, replacement: source("packages/$1/src/index.ts") },
      { find: /^parlando\/text$/, replacement: source("packages/parlando/src/text.ts") },
      { find: /^parlando\/ssml$/, replacement: source("packages/parlando/src/ssml.ts") },
      { find: /^parlando$/, replacement: source("packages/parlando/src/index.ts") },
    ],
  },
  test: {
    include: ["packages/*/src/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    restoreMocks: true,
    // LiveKit's agents let the rejection of a request that they called off go unhandled, in a place that a test cannot reach.
    onUnhandledError: (error) => !(error.message === "Request was aborted." && (error.stack ?? "").includes("@livekit/agents")),
  },
});
