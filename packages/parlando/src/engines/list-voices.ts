import type { Engine, Voice } from "@parlando/engine";
import type { VoiceFilter } from "../tts.ts";

/**
 * The voices of some engines that agree with a filter, engine by engine. Of engines to fail over along, one that cannot tell at the moment is passed over, as it
 * is when they speak; where none can tell, it fails as the first did.
 */
export async function listVoices(engines: readonly Engine[], filter: VoiceFilter, signal: AbortSignal): Promise<readonly Voice[]> {
  const distinct = [...new Map(engines.map((engine) => [engine.id, engine])).values()];
  const lists = await Promise.allSettled(distinct.filter((engine) => engine.voices !== undefined).map(async (engine) => (await engine.voices?.(signal)) ?? []));
  const [failed] = lists.filter((list) => list.status === "rejected");
  if (failed !== undefined && lists.every((list) => list.status === "rejected")) throw failed.reason;
  return lists.flatMap((list) => (list.status === "fulfilled" ? list.value : [])).filter((voice) => agrees(voice, filter));
}

function agrees(voice: Voice, filter: VoiceFilter): boolean {
  const { language, gender, name } = filter;
  if (language !== undefined && !voice.languages.some((tag) => isInRange(tag, language))) return false;
  if (gender !== undefined && voice.gender !== gender) return false;
  if (name === undefined) return true;
  const part = name.toLowerCase();
  return voice.name.toLowerCase().includes(part) || voice.id.toLowerCase().includes(part);
}

/** Basic filtering of RFC 4647, section 3.3.1: `en` finds `en` and `en-US`, but not `eng`. Underscores count as hyphens. */
function isInRange(tag: string, range: string): boolean {
  const [found, wanted] = [normal(tag), normal(range)];
  return wanted === "*" || found === wanted || found.startsWith(`${wanted}-`);
}

const normal = (tag: string): string => tag.replaceAll("_", "-").toLowerCase();
