import type { CommandContext } from "./command-context.ts";
import type { Check } from "./doctor/check.ts";
import { checkCodecs } from "./doctor/check-codecs.ts";
import { checkEngine } from "./doctor/check-engine.ts";
import { checkNode } from "./doctor/check-node.ts";
import { checkSettings } from "./doctor/check-settings.ts";
import { checkSpeaker } from "./doctor/check-speaker.ts";
import { exitStatus } from "./io.ts";
import { renderJson } from "./table.ts";

/** `parlando doctor`: tells what works and how to fix the rest. Resolves with 0 when an engine can speak here and no setting is wrong, else with 1. */
export async function doctorCommand(flags: { readonly json?: boolean | undefined }, { io, output, stopping }: CommandContext): Promise<number> {
  const [engines, codecs, speaker, settings] = await Promise.all([
    Promise.all(io.services.registry.map((entry) => checkEngine(entry, { stop: stopping.signal, loadCodecs: io.services.loadCodecs }))),
    checkCodecs(io.services),
    checkSpeaker(io.services),
    checkSettings(io.env, io.services.registry),
  ]);
  const node = checkNode(process.version);
  const checks: readonly Check[] = [node, ...engines.map(({ speaks: _, ...check }) => check), codecs, speaker, ...settings];
  const canSpeak = node.status !== "failed" && engines.some((engine) => engine.speaks);

  if (flags.json === true) await output.write(renderJson({ canSpeak, canPlay: speaker.status === "ok", checks }));
  else await output.write(`${checks.map(render).join("")}\n${verdict(canSpeak, speaker, settings)}\n`);
  return stopping.status() ?? (canSpeak && settings.every(({ status }) => status !== "failed") ? exitStatus.done : exitStatus.failed);
}

const signs: Readonly<Record<Check["status"], string>> = { ok: "ok  ", warning: "note", failed: "FAIL" };

function render({ name, status, detail, notes, fix }: Check): string {
  const more = [...(notes ?? []), ...(fix === undefined ? [] : [`fix: ${fix}`])];
  return `${signs[status]}  ${name}: ${detail}\n${more.map((line) => `      ${line}\n`).join("")}`;
}

function verdict(canSpeak: boolean, speaker: Check, settings: readonly Check[]): string {
  if (!canSpeak) return "Nothing can speak here yet.";
  if (settings.some(({ status }) => status === "failed")) return "Engines can speak here, but no command will before the settings are right.";
  return speaker.status === "ok" ? "Ready to speak." : "Ready to speak into files and streams; nothing can be played.";
}
