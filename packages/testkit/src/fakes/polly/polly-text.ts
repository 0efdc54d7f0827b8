import { plainText, type SsmlText } from "../shared/ssml-text.ts";
import { findSsmlFault, ssmlElements } from "../shared/ssml-check.ts";
import { refusal, type PollyRefusal } from "./polly-refusal.ts";
import type { FakePollyEngine } from "./polly-voices.ts";

/** A text that Polly takes, and what it costs. */
export interface PollyText extends SsmlText {
  source: string;
  /** Characters that are paid for: without tags. */
  billed: number;
}

/** Characters of a text or event that Polly takes: paid for, and in all. */
export interface PollyTextLimits {
  billed: number;
  total: number;
}

const neutralTags = ["speak", "amazon:domain", "break", "lang", "mark", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"];
/** What only the standard engine takes, as AWS documents it: emphasis, breaths, and effects such as whispering. */
const standardOnly = new Set(["emphasis", "amazon:auto-breaths", "amazon:breath", "amazon:effect"]);
const knownTags = new Set([...neutralTags, ...standardOnly]);

/** Reads text or SSML as Polly does: refuses SSML that is not well-formed or that the engine does not know, and too long a text. */
export function readPollyText(source: string, options: { ssml: boolean; engine: FakePollyEngine; limits: PollyTextLimits }): PollyText | PollyRefusal {
  const { ssml, engine, limits } = options;
  const read: SsmlText = ssml ? plainText(source) : { text: source, marks: [], sourceAt: (index) => index, sourceEnd: (index) => index };
  const billed = [...(ssml ? source.replaceAll(/<[^<>]*>/gu, "") : source)].length;
  if (billed > limits.billed || [...source].length > limits.total) return refusal("TextLengthExceededException");
  if (ssml && !isSsmlFor(source, engine)) return refusal("InvalidSsmlException");
  return { ...read, source, billed };
}

function isSsmlFor(source: string, engine: FakePollyEngine): boolean {
  const document = source.trim();
  const isOneDocument = /^<speak[\s>]/u.test(document) && document.endsWith("</speak>") && document.indexOf("<speak", 1) < 0;
  if (!isOneDocument || findSsmlFault(document) !== undefined) return false;
  return [...ssmlElements(document)].every((name) => knownTags.has(name) && (engine === "standard" || !standardOnly.has(name)));
}
