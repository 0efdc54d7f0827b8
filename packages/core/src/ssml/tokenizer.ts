import { LONGEST_REFERENCE, readReference } from "./read-reference.ts";
import { readTag, type SsmlTag } from "./read-tag.ts";
import type { SsmlProblemKind } from "./ssml-problem.ts";

/** What a tokenizer finds, in order. Offsets are in all that was pushed. */
export interface SsmlTokens {
  /** Text between tags. Where it is literal it stands in the source unit for unit. */
  text(text: string, start: number, end: number): void;
  tag(tag: SsmlTag, start: number, end: number): void;
  problem(kind: SsmlProblemKind, offset: number): void;
}

/** A tag that is longer was never meant as one. */
const LONGEST_TAG = 8_192;
const COMMENT = "<!--";
const CDATA = "<![CDATA[";

type State = "text" | "reference" | "less" | "declaration" | "tag" | "skip" | "doctype" | "cdata";

/**
 * Finds tags and text in a document that comes in pieces: linear in time whatever stands in it, holding no more than one tag. Comments and
 * processing instructions are passed over, a document type too; nothing is ever expanded besides the references to single characters.
 */
export class SsmlTokenizer {
  readonly #tokens: SsmlTokens;
  #state: State = "text";
  /** A tag or reference as far as it has come. */
  #held = "";
  #heldStart = 0;
  #quote = "";
  /** What ends the markup that is passed over, and the last units of it. */
  #until = "";
  #tail = "";
  #nesting = 0;
  #brackets = 0;
  /** Offset of the piece that is being read. */
  #offset = 0;

  constructor(tokens: SsmlTokens) {
    this.#tokens = tokens;
  }

  /** Where what is held back begins: everything before it was told. */
  get heldStart(): number {
    if (this.#state === "cdata") return this.#offset - this.#brackets;
    const isHeld = this.#state !== "text" && this.#state !== "skip" && this.#state !== "doctype";
    return isHeld ? this.#heldStart : this.#offset;
  }

  push(piece: string): void {
    for (let index = 0; index < piece.length;) index = this.#read(piece, index);
    this.#offset += piece.length;
  }

  /** No more comes. */
  end(): void {
    const { text, problem } = this.#tokens;
    if (this.#state === "reference") {
      problem("reference", this.#heldStart);
      text(this.#held, this.#heldStart, this.#offset);
    } else if (this.#state === "less") this.#literal();
    else if (this.#state !== "text") problem("unfinished", this.#heldStart);
    if (this.#state === "cdata" && this.#brackets > 0) text("]".repeat(this.#brackets), this.#offset - this.#brackets, this.#offset);
    this.#state = "text";
    this.#held = "";
  }

  /** Reads on from `index`; returns up to where. */
  #read(piece: string, index: number): number {
    switch (this.#state) {
      case "text":
        return this.#readText(piece, index);
      case "reference":
        return this.#readReference(piece, index);
      case "less":
        return this.#readLess(piece, index);
      case "declaration":
        return this.#readDeclaration(piece, index);
      case "tag":
        return this.#readTag(piece, index);
      case "skip":
        return this.#skip(piece, index);
      case "doctype":
        return this.#skipDoctype(piece, index);
      case "cdata":
        return this.#readCdata(piece, index);
    }
  }

  #readText(piece: string, index: number): number {
    let end = index;
    while (end < piece.length && piece.charCodeAt(end) !== 0x3c && piece.charCodeAt(end) !== 0x26) end += 1;
    if (end > index) this.#tokens.text(piece.slice(index, end), this.#offset + index, this.#offset + end);
    if (end === piece.length) return end;
    this.#held = piece.charAt(end);
    this.#heldStart = this.#offset + end;
    this.#state = this.#held === "<" ? "less" : "reference";
    return end + 1;
  }

  #readReference(piece: string, index: number): number {
    const unit = piece.charAt(index);
    if (unit !== ";" && this.#held.length <= LONGEST_REFERENCE && /[#\w]/u.test(unit)) {
      this.#held += unit;
      return index + 1;
    }
    this.#state = "text";
    const at = this.#offset + index;
    const name = this.#held.slice(1);
    if (unit !== ";" || name === "") {
      this.#tokens.problem("reference", this.#heldStart);
      this.#tokens.text(this.#held, this.#heldStart, at);
      return index;
    }
    const character = readReference(name);
    if (character === undefined) this.#tokens.problem("reference", this.#heldStart);
    this.#tokens.text(character ?? " ", this.#heldStart, at + 1);
    return index + 1;
  }

  /** Behind a `<`. */
  #readLess(piece: string, index: number): number {
    const unit = piece.charAt(index);
    this.#held += unit;
    if (unit === "!") this.#state = "declaration";
    else if (unit === "?") this.#passOver("?>");
    else if (unit === "/" || /[\p{L}_]/u.test(unit)) {
      this.#quote = "";
      this.#state = "tag";
    } else {
      this.#held = "<";
      this.#literal();
      return index;
    }
    return index + 1;
  }

  /** What was held is none of a tag. */
  #literal(): void {
    this.#tokens.problem("tag", this.#heldStart);
    this.#tokens.text(this.#held, this.#heldStart, this.#heldStart + this.#held.length);
    this.#state = "text";
  }

  #readDeclaration(piece: string, index: number): number {
    this.#held += piece.charAt(index);
    if (this.#held === COMMENT) this.#passOver("-->");
    else if (this.#held === CDATA) {
      this.#brackets = 0;
      this.#state = "cdata";
    } else if (!COMMENT.startsWith(this.#held) && !CDATA.startsWith(this.#held)) {
      this.#tokens.problem("doctype", this.#heldStart);
      this.#nesting = 1;
      this.#state = "doctype";
      return index;
    }
    return index + 1;
  }

  #readTag(piece: string, index: number): number {
    let end = index;
    for (; end < piece.length; end += 1) {
      const unit = piece.charAt(end);
      if (this.#quote !== "") {
        if (unit === this.#quote) this.#quote = "";
      } else if (unit === '"' || unit === "'") this.#quote = unit;
      else if (unit === ">" || unit === "<") break;
    }
    this.#held += piece.slice(index, end);
    if (this.#held.length > LONGEST_TAG) return this.#dropLongTag(end);
    if (end === piece.length) return end;
    // Another `<` shows that the one before was a sign.
    if (piece.charAt(end) === "<") {
      this.#literal();
      return end;
    }
    this.#state = "text";
    const tag = readTag(`${this.#held}>`, (kind) => this.#tokens.problem(kind, this.#heldStart));
    if (tag === undefined) this.#tokens.problem("tag", this.#heldStart);
    else this.#tokens.tag(tag, this.#heldStart, this.#offset + end + 1);
    return end + 1;
  }

  #dropLongTag(end: number): number {
    this.#tokens.problem("length", this.#heldStart);
    this.#passOver(">");
    return end;
  }

  #passOver(until: string): void {
    this.#held = "";
    this.#tail = "";
    this.#until = until;
    this.#state = "skip";
  }

  #skip(piece: string, index: number): number {
    const looked = this.#tail + piece.slice(index);
    const found = looked.indexOf(this.#until);
    if (found < 0) {
      this.#tail = this.#until.length > 1 ? looked.slice(1 - this.#until.length) : "";
      return piece.length;
    }
    const end = index + found + this.#until.length - this.#tail.length;
    this.#state = "text";
    return end;
  }

  /** Up to the `>` that closes it, over the declarations inside. */
  #skipDoctype(piece: string, index: number): number {
    for (let at = index; at < piece.length; at += 1) {
      const unit = piece.charAt(at);
      if (unit === "<") this.#nesting += 1;
      if (unit === ">") this.#nesting -= 1;
      if (this.#nesting === 0) {
        this.#state = "text";
        return at + 1;
      }
    }
    return piece.length;
  }

  #readCdata(piece: string, index: number): number {
    const at = this.#offset + index;
    const unit = piece.charAt(index);
    if (unit === "]") {
      this.#brackets += 1;
      return index + 1;
    }
    if (this.#brackets > 0) {
      const isOver = unit === ">" && this.#brackets >= 2;
      const literal = this.#brackets - (isOver ? 2 : 0);
      const from = at - this.#brackets;
      if (literal > 0) this.#tokens.text("]".repeat(literal), from, from + literal);
      this.#brackets = 0;
      if (isOver) this.#state = "text";
      return isOver ? index + 1 : index;
    }
    const next = piece.indexOf("]", index);
    const end = next < 0 ? piece.length : next;
    this.#tokens.text(piece.slice(index, end), at, this.#offset + end);
    return end;
  }
}
