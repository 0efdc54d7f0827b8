import type { Voice } from "@parlando/engine";

/** What a voice is to be like. */
export interface VoiceWishes {
  /** BCP 47. */
  readonly language: string | undefined;
  /** Of the voice that spoke before, where it is known. */
  readonly gender: Voice["gender"] | undefined;
}

/** The voice of another engine that is most like the one that spoke before: of its language, its region if there is one, and its gender. Undefined where none is of its language. */
export function chooseVoice(voices: readonly Voice[], { language, gender }: VoiceWishes): Voice | undefined {
  if (language === undefined) return undefined;
  const wanted = normal(language);
  let best: { readonly voice: Voice; readonly worth: number } | undefined;
  for (const voice of voices) {
    const worth = languageWorth(voice, wanted) === 0 ? 0 : languageWorth(voice, wanted) + (gender !== undefined && gender !== "unknown" && voice.gender === gender ? 2 : 0);
    if (worth > (best?.worth ?? 0)) best = { voice, worth };
  }
  return best?.voice;
}

/** 4 for the same tag, 3 where one is the other with a region, 1 for the language alone; less where it is not the voice's main language. */
function languageWorth(voice: Voice, wanted: string): number {
  return voice.languages.reduce((most, tag, index) => {
    const found = normal(tag);
    const worth = found === wanted ? 4 : found.startsWith(`${wanted}-`) || wanted.startsWith(`${found}-`) ? 3 : primary(found) === primary(wanted) ? 1 : 0;
    return Math.max(most, worth === 0 ? 0 : worth - (index === 0 ? 0 : 0.5));
  }, 0);
}

const normal = (tag: string): string => tag.replaceAll("_", "-").toLowerCase();
const primary = (tag: string): string => tag.split("-")[0] ?? tag;
