import { definePackage } from "../../tools/tsdown-package.ts";

export default definePackage({ entry: ["src/index.ts"] });
