import { definePackage } from "../../tools/tsdown-package.ts";

export default definePackage({ entry: ["src/index.ts", "src/text.ts", "src/ssml.ts", "src/command-line.ts"] });
