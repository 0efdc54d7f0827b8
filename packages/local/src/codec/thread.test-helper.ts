import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "vite";
import type { CodecThread } from "./codec-messages.ts";
import { threadOf } from "./start-codec-thread.ts";

const place = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The codec's thread, built from its sources. */
export interface BuiltThread {
  readonly start: () => CodecThread;
  readonly remove: () => Promise<void>;
}

/** Builds `codec-thread.ts` into a folder from which packages are found, as from the built one. */
export async function buildThread(): Promise<BuiltThread> {
  const cache = place("../../../../.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "codec-thread-"));
  await build({
    configFile: false,
    logLevel: "silent",
    resolve: { alias: { "@parlando/engine": place("../../../engine/src/index.ts") } },
    build: { ssr: place("../codec-thread.ts"), outDir: folder, emptyOutDir: true, minify: false },
  });
  return {
    start: () => threadOf(new Worker(pathToFileURL(join(folder, "codec-thread.js")), { name: "codec under test", execArgv: [] })),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
