import { definePackage } from "../../tools/tsdown-package.ts";

export default definePackage({ entry: ["src/index.ts", "src/node.ts", "src/text.ts", "src/ssml.ts"] });
