import { createEspeakEngine } from "@parlando/espeak";
import { describe, it } from "vitest";
import { describeEngine } from "./index.ts";
describeEngine("espeak", () => createEspeakEngine(), { describe, it });
