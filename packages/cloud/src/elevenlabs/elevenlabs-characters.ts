import type { Alignment } from "./elevenlabs-wire.ts";

/** A character of the fed text and its time in the audio. */
export interface PlacedCharacter {
  /** UTF-16 units of the fed text. */
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Characters compared to find a place again. */
const PROBE = 12;
/** How far ahead a place is looked for, in characters that are not white space. */
const REACH = 64;

/** Finds the characters of alignments in the text that was fed, once each and in order. White space is not compared: services trim and join it. */
export class CharacterPlacer {
  /** The text without white space, and where each unit of it stands. */
  #squeezed = "";
  readonly #places: number[] = [];
  #length = 0;
  #cursor = 0;
  /** Times of what was placed, by unit of the squeezed text. */
  readonly #startsMs: number[] = [];

  /** More text was fed. */
  feed(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text[at] ?? "";
      if (unit.trim() === "") continue;
      this.#squeezed += unit;
      this.#places.push(this.#length + at);
    }
    this.#length += text.length;
  }

  /** Where the text goes on that was not told of yet. */
  get reached(): number {
    return this.#cursor === 0 ? 0 : (this.#places[this.#cursor - 1] ?? 0) + 1;
  }

  /**
   * Places what an alignment tells. An alignment that begins again where text was told of before, as Flash sends them, gives only what goes
   * beyond that; its times count from those told before.
   *
   * @param shiftMs What the alignment's times count from.
   */
  place({ characters, startsMs, endsMs }: Alignment, shiftMs: number): PlacedCharacter[] {
    const spoken = characters.flatMap((character, index) => (character.trim() === "" ? [] : [index]));
    const again = this.#findAgain(spoken.slice(0, PROBE).map((index) => characters[index] ?? ""));
    let baseMs = shiftMs;
    let skipped = 0;
    if (again !== undefined) {
      skipped = this.#cursor - again;
      const firstMs = startsMs[spoken[0] ?? 0] ?? 0;
      baseMs = (this.#startsMs[again] ?? shiftMs + firstMs) - firstMs;
    }
    const placed: PlacedCharacter[] = [];
    for (const [order, index] of spoken.entries()) {
      const character = characters[index] ?? "";
      skipped -= character.length;
      if (skipped >= 0) continue;
      const at = this.#find(character, characters[spoken[order + 1] ?? -1] ?? "");
      if (at === undefined) continue;
      const startMs = (startsMs[index] ?? 0) + baseMs;
      for (let unit = this.#cursor; unit < at + character.length; unit += 1) this.#startsMs[unit] = startMs;
      this.#cursor = at + character.length;
      placed.push({ from: this.#places[at] ?? 0, to: (this.#places[this.#cursor - 1] ?? 0) + 1, startMs, endMs: (endsMs[index] ?? 0) + baseMs });
    }
    return placed;
  }

  /** Where these characters stood before; undefined: they go on. */
  #findAgain(probe: readonly string[]): number | undefined {
    const text = probe.join("");
    if (text === "" || this.#squeezed.startsWith(text, this.#cursor) || this.#cursor === 0) return undefined;
    if (this.#squeezed.slice(this.#cursor, this.#cursor + REACH + text.length).includes(text)) return undefined;
    const before = this.#squeezed.lastIndexOf(text, this.#cursor - 1);
    return before < 0 ? undefined : before;
  }

  #find(character: string, next: string): number | undefined {
    if (this.#squeezed.startsWith(character, this.#cursor)) return this.#cursor;
    // One letter alone is found too easily.
    const ahead = this.#squeezed.slice(this.#cursor, this.#cursor + REACH).indexOf(character + next);
    return ahead < 0 || next === "" ? undefined : this.#cursor + ahead;
  }
}
