import { TTSError } from "@parlando/engine";
import { primaryOf } from "../language.ts";

/** A word, or a few, and how it is said. */
export interface Pronunciation {
  /** The word as it is written. A blank in it stands for any white space. */
  readonly word: string;
  /** What is said instead. */
  readonly say?: string | undefined;
  /** How it is pronounced, in the International Phonetic Alphabet without slashes; for engines that honour the SSML element `phoneme`. */
  readonly ipa?: string | undefined;
  /** A BCP 47 tag: only for stages of this language. Default: for every language. */
  readonly language?: string | undefined;
  /** Default: what the stage says. */
  readonly caseSensitive?: boolean | undefined;
}

/** Longer entries are refused. */
export const LONGEST_WORD = 200;

/** A place in the tree of words: the units that may follow, and what ends here. */
export interface WordNode {
  readonly next: Map<string, WordNode>;
  /** For a word as it is written. */
  exact: Pronunciation | undefined;
  /** For a word in any case. */
  folded: Pronunciation | undefined;
}

/** Which words there are. */
export interface PronunciationOptions {
  readonly language: string;
  readonly words: readonly Pronunciation[];
  readonly caseSensitive: boolean;
}

/** Builds the tree of words, by small letters. */
export function createWordTree(options: PronunciationOptions): WordNode {
  const root = createNode();
  for (const entry of options.words) {
    assertUsable(entry);
    if (entry.language !== undefined && !isSameLanguage(entry.language, options.language)) continue;
    const isExact = entry.caseSensitive ?? options.caseSensitive;
    for (const form of new Set([entry.word.normalize("NFC"), entry.word.normalize("NFD")])) add(root, form, { entry: { ...entry, word: spelling(form), ipa: entry.ipa?.replaceAll(/^[/[\s]+|[/\]\s]+$/gu, "") }, isExact });
  }
  return root;
}

/** A letter as the tree knows it; white space is one blank. */
export function foldUnit(unit: string): string {
  if (/\s/u.test(unit)) return " ";
  const small = unit.toLowerCase();
  if (small === "’") return "'";
  return small.length === unit.length ? small : unit;
}

/** A word as entries and texts are compared: any white space is one blank, any apostrophe the straight one. */
export function spelling(word: string): string {
  return word.trim().replaceAll(/\s+/gu, " ").replaceAll("’", "'");
}

function add(root: WordNode, word: string, value: { entry: Pronunciation; isExact: boolean }): void {
  let node = root;
  for (const unit of spelling(word).split("")) {
    const key = foldUnit(unit);
    const next = node.next.get(key) ?? createNode();
    node.next.set(key, next);
    node = next;
  }
  if (value.isExact) node.exact = value.entry;
  else node.folded = value.entry;
}

function createNode(): WordNode {
  return { next: new Map(), exact: undefined, folded: undefined };
}

function isSameLanguage(wanted: string, spoken: string): boolean {
  const [left, right] = [wanted.toLowerCase(), spoken.toLowerCase()];
  return left === right || (!/[-_]/u.test(wanted) && left === primaryOf(right));
}

/** What is wrong in a list of words is told when the stage is made, not when it is spoken. */
function assertUsable(entry: Pronunciation): void {
  const { word, say, ipa } = entry;
  const found = word.trim() === "" ? "an empty word" : word.length > LONGEST_WORD ? `a word of ${word.length} units` : undefined;
  if (found !== undefined) throw new TTSError("INVALID_CONFIG", `pronounce() was given ${found}; expected 1 to ${LONGEST_WORD} units.`);
  if ((say === undefined) === (ipa === undefined)) {
    throw new TTSError("INVALID_CONFIG", `pronounce() was given a word with ${say === undefined ? "neither" : "both"} of \`say\` and \`ipa\`; expected one of them.`);
  }
  if (ipa?.trim() === "") throw new TTSError("INVALID_CONFIG", "pronounce() was given a word with an empty `ipa`.");
}
