import type { Engine } from "@parlando/engine";
import { fail } from "../../fail.ts";
import type { CheckResult } from "../check-result.ts";
import { within } from "../within.ts";
import { abortChecks } from "./abort-checks.ts";
import { audioChecks } from "./audio-checks.ts";
import { closingChecks } from "./closing-checks.ts";
import { declarationChecks } from "./declaration-checks.ts";
import type { EngineCheck, EngineCheckOptions } from "./engine-check.ts";
import { capabilitiesFor, createEngineContext } from "./engine-context.ts";
import { eventChecks } from "./event-checks.ts";
import { markChecks } from "./mark-checks.ts";
import { requestChecks } from "./request-checks.ts";
import { secrecyChecks } from "./secrecy-checks.ts";
import { sessionChecks } from "./session-checks.ts";
import { voiceChecks } from "./voice-checks.ts";

/** Makes the engine under test; called anew for every check. */
export type CreateEngine = () => Engine | Promise<Engine>;

/** Everything that an engine must do. What it declares chooses which of it applies. */
export const engineChecks: readonly EngineCheck[] = [
  ...declarationChecks,
  ...eventChecks,
  ...audioChecks,
  ...markChecks,
  ...abortChecks,
  ...requestChecks,
  ...secrecyChecks,
  ...voiceChecks,
  ...closingChecks,
  ...sessionChecks,
];

/**
 * Puts an engine through the suite and tells what came of each check; `names` picks some of them.
 *
 * @example
 * ```ts
 * const failed = (await runEngineChecks(() => createMyEngine())).filter(({ status }) => status === "failed");
 * ```
 */
export async function runEngineChecks(create: CreateEngine, options: EngineCheckOptions & { names?: readonly string[] | undefined } = {}): Promise<CheckResult[]> {
  const { names } = options;
  const unknown = names?.filter((name) => !engineChecks.some((known) => known.name === name)) ?? [];
  if (unknown.length > 0) fail(`There is no check named ${unknown.map((name) => JSON.stringify(name)).join(", ")}.`);
  const results: CheckResult[] = [];
  for (const engineCheck of engineChecks) if (names?.includes(engineCheck.name) !== false) results.push(await resultOf(engineCheck, create, options));
  return results;
}

async function resultOf(engineCheck: EngineCheck, create: CreateEngine, options: EngineCheckOptions): Promise<CheckResult> {
  const { name } = engineCheck;
  const startedAt = performance.now();
  try {
    const status = await runEngineCheck(engineCheck, create, options);
    return { name, status, durationMs: performance.now() - startedAt };
  } catch (error) {
    return { name, status: "failed", error, durationMs: performance.now() - startedAt };
  }
}

/** Runs one check on an engine made for it, and closes the engine. Throws what the check throws. */
export async function runEngineCheck(engineCheck: EngineCheck, create: CreateEngine, options: EngineCheckOptions = {}): Promise<"passed" | "not-applicable"> {
  const made: Engine[] = [];
  const createAnother = async (): Promise<Engine> => {
    const engine = await create();
    made.push(engine);
    return engine;
  };
  try {
    const engine = await createAnother();
    if (!engineCheck.appliesTo(engine, capabilitiesFor(engine, options.voice))) return "not-applicable";
    await engineCheck.run(createEngineContext(engine, options, createAnother));
    return "passed";
  } finally {
    const closing = made.map((engine) => within(engine.close(), options.stopMs ?? 1000, "The end of `close()`").catch(() => {}));
    await Promise.all(closing);
  }
}
