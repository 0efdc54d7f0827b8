// What every package of the workspace shares about its build: ES modules with types, one file for each entry, `.js` always.

import { defineConfig, type UserConfig } from "tsdown";

/** The build of one package; `entry` names its files, workers included. */
export function definePackage(options: { entry: string[] }): UserConfig {
  return defineConfig({
    entry: options.entry,
    format: "esm",
    platform: "neutral",
    target: "es2023",
    fixedExtension: false,
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    deps: { neverBundle: [/^node:/] },
  });
}
