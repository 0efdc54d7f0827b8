import { showAsSkipped, type TestRunner } from "../check-result.ts";
import type { EngineCheckOptions } from "./engine-check.ts";
import { engineChecks, runEngineCheck, type CreateEngine } from "./run-engine-checks.ts";

/**
 * Tests an engine: one test for each thing that engines must do. What the engine declares chooses which of them apply; there is no other
 * way to leave one out.
 *
 * @example
 * ```ts
 * import { describeEngine } from "@parlando/testkit";
 * import { describe, it } from "vitest";
 *
 * describeEngine("beeper", () => createBeeperEngine(), { describe, it });
 * ```
 */
export function describeEngine(name: string, create: CreateEngine, options: EngineCheckOptions & TestRunner): void {
  const { describe, it, ...checkOptions } = options;
  describe(`engine ${name}`, () => {
    for (const engineCheck of engineChecks) {
      it(engineCheck.name, async (context) => {
        const status = await runEngineCheck(engineCheck, create, checkOptions);
        if (status === "not-applicable") showAsSkipped(context, "what the engine declares does not call for it");
      });
    }
  });
}
