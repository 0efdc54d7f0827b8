import type { CommandContext } from "./command-context.ts";
import { inspectEngine, type EngineState } from "./engine-state.ts";
import { exitStatus } from "./io.ts";
import { oneLine } from "./report-error.ts";
import { renderJson, renderTable } from "./table.ts";

/** `parlando engines`: lists every engine there is a package for, and which are installed. Resolves with the exit status. */
export async function enginesCommand(flags: { readonly json?: boolean | undefined }, { io, output, stopping }: CommandContext): Promise<number> {
  const states = await Promise.all(io.services.registry.map((entry) => inspectEngine(entry, (state) => state)));
  if (flags.json === true) {
    await output.write(renderJson(states));
    return stopping.status() ?? exitStatus.done;
  }
  await output.write(renderTable(["ENGINE", "INSTALLED", "AUDIO", "MARKS", "SSML", "LICENCE", "WHAT IT IS"], states.map(rowOf)));
  const notes = states.flatMap(noteOf);
  if (notes.length > 0) await output.write(`\n${notes.join("\n")}\n`);
  return stopping.status() ?? exitStatus.done;
}

function rowOf(state: EngineState): string[] {
  const { capabilities } = state;
  const installed = !state.installed ? "no" : state.problem === undefined ? (state.version ?? "yes") : "broken";
  const able = capabilities === undefined ? ["-", "-", "-"] : [capabilities.output, capabilities.marks.join(",") || "none", capabilities.ssml.length > 0 ? "yes" : "no"];
  return [state.id, installed, ...able, state.licence, state.description];
}

function noteOf(state: EngineState): string[] {
  if (!state.installed) return [`${state.id}: ${state.install}`];
  return state.problem === undefined ? [] : [`${state.id}: ${oneLine(state.problem)}`];
}
