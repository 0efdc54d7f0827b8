// The page's own module: hands what it can do to the test.

import { askEngine } from "./ask-engine.ts";
import { checkParts } from "./check-parts.ts";
import { closeEngines, speak } from "./speak.ts";
import { speakByConfig } from "./speak-by-config.ts";

Object.assign(globalThis, { parlando: { speak, closeEngines, askEngine, checkParts, speakByConfig } });
