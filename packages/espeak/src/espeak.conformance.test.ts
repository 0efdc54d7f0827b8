import { createEspeakEngine } from "@parlando/espeak";
import { describeEngine } from "@parlando/testkit";
import { describe, it } from "vitest";

describeEngine("espeak", () => createEspeakEngine(), { describe, it });
