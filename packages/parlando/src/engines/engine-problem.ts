import type { Engine } from "@parlando/engine";
import { describeValue } from "../config/describe-value.ts";

/** The version of the contract between Parlando and engines that this package speaks. */
const knownContract = "parlando/1";

/** Tells an engine from a config entry about one: only an engine has a contract or speaks. */
export function looksLikeEngine(value: unknown): value is Partial<Engine> {
  return typeof value === "object" && value !== null && ("contract" in value || "capabilities" in value || "synthesize" in value || "openSession" in value);
}

/** Whether everything is there that core calls. */
export function isEngine(value: unknown): value is Engine {
  return engineProblem(value) === undefined;
}

/** What keeps a value from being an engine, for an error message; undefined when nothing does. */
export function engineProblem(value: unknown): string | undefined {
  if (!looksLikeEngine(value)) return `${describeValue(value)} is not an engine`;
  if (value.contract !== knownContract) {
    return `the engine speaks contract ${describeValue(value.contract)}, and this version of parlando knows "${knownContract}" only: install matching versions`;
  }
  if (typeof value.id !== "string" || value.id === "") return "the engine has no `id`";
  if (typeof value.capabilities !== "object") return `the engine "${value.id}" has no \`capabilities\``;
  if (typeof value.synthesize !== "function" && typeof value.openSession !== "function") {
    return `the engine "${value.id}" has neither \`synthesize\` nor \`openSession\``;
  }
  if (typeof value.close !== "function") return `the engine "${value.id}" has no \`close\``;
  return undefined;
}
