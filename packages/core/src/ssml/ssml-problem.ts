import { TTSError } from "@parlando/engine";

/** What is wrong with a document. */
export type SsmlProblemKind =
  /** An `&` that begins no reference, one to an entity that XML does not have, or one to no character. */
  | "reference"
  /** A `<` that begins no tag, or a tag that cannot be read. */
  | "tag"
  /** An attribute without a value in quotes, or given twice. */
  | "attribute"
  /** A tag that closes what is not open, or an element that is not closed before the one around it. */
  | "nesting"
  /** More elements inside each other than are read. */
  | "depth"
  /** A document type: entities are never declared or expanded. */
  | "doctype"
  /** A tag, or a document, that is longer than what is read. */
  | "length"
  /** The document ends inside a tag. */
  | "unfinished"
  /** An element is still open at the end. */
  | "unclosed"
  /** Text or an element outside of `speak`, or a `speak` in a `speak`. */
  | "root";

/** Something wrong with a document, and where. It never holds any of the text. */
export interface SsmlProblem {
  readonly kind: SsmlProblemKind;
  /** In UTF-16 units from the start of all that was read. */
  readonly offset: number;
}

/** What was found and what is done with it when it is let pass. */
export const problemTexts: Readonly<Record<SsmlProblemKind, { readonly found: string; readonly lenient: string }>> = {
  reference: { found: "an \"&\" that begins none of XML's references", lenient: "it is read as it stands, or as a space where it names an entity" },
  tag: { found: "a \"<\" that begins no tag that can be read", lenient: "it is read as a character, or the tag is left out" },
  attribute: { found: "an attribute without a value in quotes, or one that is given twice", lenient: "it is left out" },
  nesting: { found: "a closing tag that does not belong to the innermost open element", lenient: "what is open inside is closed, or the tag is left out" },
  depth: { found: "more elements inside each other than are read", lenient: "the tags of the inner ones are left out" },
  doctype: { found: "a document type", lenient: "it is left out, with every entity that it declares" },
  length: { found: "a tag or a document that is too long", lenient: "the tag is left out" },
  unfinished: { found: "the end inside a tag", lenient: "the tag is left out" },
  unclosed: { found: "the end before every element was closed", lenient: "the elements are closed there" },
  root: { found: "text or an element outside of \"speak\", or a \"speak\" in another", lenient: "it is read all the same" },
};

/** The error for a document that is to be right. */
export function ssmlError({ kind, offset }: SsmlProblem): TTSError {
  return new TTSError("INVALID_INPUT", `While reading SSML: found ${problemTexts[kind].found}, at offset ${offset}; well-formed SSML with one "speak" around it was expected. Correct the document (ssml.say() escapes plain text), or read it leniently.`);
}
