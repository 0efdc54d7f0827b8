import { readFile, stat } from "node:fs/promises";
import { TTSError } from "@parlando/engine";
import { array, integer, maxLength, maxValue, minLength, minValue, number, object, optional, picklist, pipe, regex, string } from "valibot";
import { checkOptions } from "../options/check-options.ts";
import type { NeuralVoice } from "./neural-voice.ts";

/** Larger files are no voices: one code takes six characters, and there are 50 in a second. */
const largestFile = 1_048_576;
/** Two minutes: no model of this family takes that much. */
const mostCodes = 6_000;
const longestText = 5_000;

/** What a voice may be called: it may become the name of a file, on any system. */
const voiceName = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} _-]{0,62}[\p{L}\p{M}\p{N}_-])?$/u;

const line = (most: number) => pipe(string("a text"), minLength(1, "a text that is not empty"), maxLength(most, `a text of at most ${String(most)} characters`));
const code = pipe(number("a list of whole numbers from 0 to 65535"), integer("a whole number"), minValue(0, "a number from 0 to 65535"), maxValue(65_535, "a number from 0 to 65535"));

const voiceSchema = object({
  name: pipe(string("a text"), regex(voiceName, "letters, digits, spaces, - and _, at most 64 of them")),
  refText: line(longestText),
  phonemes: optional(line(longestText)),
  codes: pipe(array(code, "a list of whole numbers from 0 to 65535"), minLength(1, "a list of at least one code"), maxLength(mostCodes, `a list of at most ${String(mostCodes)} codes`)),
  metadata: optional(
    object({
      gender: optional(picklist(["female", "male", "neutral", "unknown"], '"female", "male", "neutral" or "unknown"')),
      lang: optional(line(64)),
      description: optional(line(1_000)),
    }),
  ),
});

/** Whether a voice may be called that: nothing in it leads into another folder. */
export function isVoiceName(name: string): boolean {
  return voiceName.test(name);
}

/**
 * Checks that something is a voice. Fields that are not known are left out.
 *
 * @param value - What was read, or handed in by an app.
 * @param options - `engine`: its id, for errors. `what`: what is being read, for errors.
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is expected.
 */
export function checkVoice(value: unknown, { engine, what }: { engine: string; what: string }): NeuralVoice {
  return checkOptions({ engine, what, schema: voiceSchema, value });
}

/**
 * Reads a voice from a JSON file of at most 1 MiB.
 *
 * @throws TTSError `VOICE_NOT_FOUND` where there is no such file; `INVALID_CONFIG` where it is no voice.
 */
export async function readVoice(path: string, { engine }: { engine: string }): Promise<NeuralVoice> {
  const what = `the voice file ${path}`;
  const refuse = (problem: string): TTSError => new TTSError("INVALID_CONFIG", `Reading ${what}: ${problem}`, { engine });
  let text: string;
  try {
    const file = await stat(path);
    if (!file.isFile()) throw refuse("it is no file.");
    if (file.size > largestFile) throw refuse(`it has ${String(file.size)} bytes, expected at most ${String(largestFile)}.`);
    text = await readFile(path, "utf8");
  } catch (error) {
    if (TTSError.isInstance(error)) throw error;
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (missing) throw new TTSError("VOICE_NOT_FOUND", `Reading ${what}: there is no such file.`, { engine });
    throw new TTSError("INVALID_CONFIG", `Reading ${what}: it cannot be read. Check its permissions.`, { engine, cause: error });
  }
  return checkVoice(parse(text, refuse), { engine, what });
}

function parse(text: string, refuse: (problem: string) => TTSError): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote the file.
    throw refuse("it is not JSON, expected an object with name, refText and codes.");
  }
}
