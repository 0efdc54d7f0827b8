import { writeFile } from "node:fs/promises";
import type { UserConfig } from "tsdown";
import { definePackage } from "../../tools/tsdown-package.ts";
import { workletSource } from "./src/player/worklet-source.generated.ts";

const config: UserConfig = {
  ...definePackage({ entry: ["src/index.ts", "src/{remote,react}/index.ts", "src/page.ts"] }),
  // The file that an app serves is the same text that the player carries with it, and needs no other file.
  hooks: { "build:done": () => writeFile(new URL("dist/player-worklet.js", import.meta.url), `${workletSource}\n`) },
};

export default config;
