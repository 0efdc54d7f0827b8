import { definePackage } from "../../tools/tsdown-package.ts";

// Every folder with an index is an entry of its own. The other two are files that Node starts: the process that runs models, and its thread for the codec.
export default definePackage({ entry: ["src/*/index.ts", "src/*-{process,thread}.ts"] });
