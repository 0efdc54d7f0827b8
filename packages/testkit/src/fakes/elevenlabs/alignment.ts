import type { FakeSpeech } from "../shared/fake-speech.ts";

/** A character and its place in the audio of its generation. */
export interface TimedCharacter {
  /** One code point; of the normalized text possibly many letters' worth of one digit. */
  text: string;
  startMs: number;
  endMs: number;
}

/** Gives the characters of a text in order, as the audio that speaks them goes out. */
export interface CharacterReader {
  /** Those that begin before this time and were not given yet. */
  take(beforeMs: number): TimedCharacter[];
}

const digitNames = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** Reads the characters of the text as it was sent: a word and the space after it share the word's time evenly. */
export function originalCharacters(speech: FakeSpeech, text: string): CharacterReader {
  return createReader(timeCharacters(speech, text, (characters) => characters));
}

/** Reads the characters of the text as it is spoken. The provider begins it with a space. */
export function normalizedCharacters(speech: FakeSpeech, text: string, normalization: "same" | "digits"): CharacterReader {
  const change = normalization === "same" ? (characters: string[]) => characters : (characters: string[]) => characters.flatMap(spellDigit);
  return createReader(timeCharacters(speech, text, change, " "));
}

function spellDigit(character: string): string[] {
  return /^[0-9]$/u.test(character) ? [...(digitNames[Number(character)] ?? character)] : [character];
}

function createReader(characters: Generator<TimedCharacter, void>): CharacterReader {
  let next = characters.next();
  return {
    take(beforeMs) {
      const taken: TimedCharacter[] = [];
      for (; next.done !== true && next.value.startMs < beforeMs; next = characters.next()) taken.push(next.value);
      return taken;
    },
  };
}

function* timeCharacters(speech: FakeSpeech, text: string, change: (characters: string[]) => string[], lead = ""): Generator<TimedCharacter, void> {
  const { words, sampleRate } = speech;
  const first = words[0]?.textStart ?? text.length;
  for (const character of lead + text.slice(0, first)) yield { text: character, startMs: 0, endMs: 0 };
  for (const [index, word] of words.entries()) {
    const characters = change([...text.slice(word.textStart, words[index + 1]?.textStart ?? text.length)]);
    const startMs = (word.startFrame * 1000) / sampleRate;
    const eachMs = (word.frames * 1000) / sampleRate / characters.length;
    for (const [place, character] of characters.entries()) yield { text: character, startMs: startMs + place * eachMs, endMs: startMs + (place + 1) * eachMs };
  }
}
