import type { MarkupElement } from "../../text/text-markup.ts";

/** A tag as it is written. */
export interface WrittenTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** What was done with an element that the engine does not honour as it is. */
export type SsmlChangeKind = "dropped" | "rewritten" | "attribute-dropped";

/** Something that an engine does not honour. */
export interface SsmlChange {
  readonly kind: SsmlChangeKind;
  /** Of the element. */
  readonly name: string;
  /** Of the attribute, where only that is not honoured. */
  readonly attribute?: string | undefined;
}

/** How the text of an element is said, where it is not as it stands. */
export type SpokenForm =
  /** In place of all of it. */
  | { readonly kind: "alias"; readonly text: string }
  /** Letter by letter. */
  | { readonly kind: "letters" }
  /** Not at all. */
  | { readonly kind: "nothing" };

/** What becomes of an element. */
export interface ElementPlan {
  /** Written in place of its tags. */
  readonly tag?: WrittenTag | undefined;
  readonly spoken?: SpokenForm | undefined;
  /** Said where an element without text stands: punctuation for a pause. */
  readonly pause?: "," | "." | undefined;
  readonly changes: readonly SsmlChange[];
}

/** The elements from the top down to one. */
export function pathTo(element: MarkupElement | undefined): MarkupElement[] {
  const path: MarkupElement[] = [];
  for (let at = element; at !== undefined; at = at.parent) path.push(at);
  return path.reverse();
}
