import { definePackage } from "../../tools/tsdown-package.ts";

// Every engine folder is an entry of its own: adding one changes nothing here.
export default definePackage({ entry: ["src/*/index.ts"] });
