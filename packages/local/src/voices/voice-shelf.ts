import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TTSError } from "@parlando/engine";
import type { NeuralVoice } from "./neural-voice.ts";
import { isVoiceName, readVoice } from "./read-voice.ts";

/** Where voices are found: those of the package, and a folder of the user's own. */
export interface VoiceShelf {
  /** Names, in order; a name stands once. */
  names(): Promise<readonly string[]>;
  /**
   * A voice by its name, read once. Where no name is exactly so, small and capital letters are the same.
   *
   * @throws TTSError `VOICE_NOT_FOUND` with the names that there are; `INVALID_CONFIG` where its file is no voice.
   */
  find(name: string): Promise<NeuralVoice>;
}

/** What a shelf is made of. */
export interface VoiceShelfOptions {
  /** The id of the engine, for errors. */
  readonly engine: string;
  /** A folder with JSON files, each named as its voice; it goes before the package's own. */
  readonly folder: string | undefined;
}

/** More files in one folder are no voices. */
const mostVoices = 1_000;

/** The folder of the voices that come with this package, from sources and built alike. */
function bundledFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve("@parlando/local/package.json")), "voices");
}

/** Makes a shelf; no file is looked at before it is asked. */
export function createVoiceShelf({ engine, folder }: VoiceShelfOptions): VoiceShelf {
  const read = new Map<string, NeuralVoice>();

  async function places(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const place of [folder, bundledFolder()]) {
      if (place === undefined) continue;
      for (const name of await namesIn(place, engine)) if (!found.has(name)) found.set(name, join(place, `${name}.json`));
    }
    return found;
  }

  return {
    async names() {
      return [...(await places()).keys()].sort((one, other) => one.localeCompare(other, "en"));
    },
    async find(name) {
      const known = read.get(name);
      if (known !== undefined) return known;
      const files = await places();
      const exact = files.has(name) ? name : [...files.keys()].find((candidate) => candidate.toLowerCase() === name.toLowerCase());
      const path = exact === undefined ? undefined : files.get(exact);
      if (exact === undefined || path === undefined) throw notFound(name, [...files.keys()], engine);
      const voice = { ...(await readVoice(path, { engine })), name: exact };
      // What was asked for is one of a bounded number of files, in whatever letters.
      if (read.size < mostVoices) read.set(name, voice);
      return voice;
    },
  };
}

/** Names of voices by the files of a folder; other files are none of ours. */
async function namesIn(folder: string, engine: string): Promise<readonly string[]> {
  let files: readonly string[];
  try {
    files = await readdir(folder);
  } catch (error) {
    throw new TTSError("INVALID_CONFIG", `Looking for voices in ${folder}: the folder cannot be read. Check the option \`voicesFolder\`.`, { engine, cause: error });
  }
  const names = files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length)).filter(isVoiceName);
  if (names.length > mostVoices) throw new TTSError("INVALID_CONFIG", `Looking for voices in ${folder}: it has ${String(names.length)} JSON files, expected at most ${String(mostVoices)}.`, { engine });
  return names;
}

function notFound(name: string, names: readonly string[], engine: string): TTSError {
  // A name comes from config or a request; what is long or odd may be text in the wrong place.
  const asked = isVoiceName(name) ? `"${name}"` : "of that name (letters, digits, spaces, - and _ are allowed)";
  return new TTSError("VOICE_NOT_FOUND", `Looking for a voice of ${engine}: there is no voice ${asked}. There are: ${[...names].sort().slice(0, 50).join(", ")}. A voice of your own is a JSON file in the folder that \`voicesFolder\` names.`, { engine });
}
