import { createMarkupStage } from "../markup-stage.ts";
import type { SsmlProblem } from "../ssml-problem.ts";
import { lowerMarkup } from "./lower-markup.ts";
import type { LoweredText } from "./lowered-text.ts";
import { readSupport } from "./support.ts";

/** How {@link lowerSsml} reads. */
export interface LowerSsmlOptions {
  /** Elements that are honoured, as in `Capabilities.ssml`; empty: plain text. */
  readonly ssml: readonly string[];
  /** Told of what is wrong with the document; it is read as well as can be. */
  readonly onProblem?: ((problem: SsmlProblem) => void) | undefined;
}

/**
 * Writes a document for an engine that honours only some of SSML: each element is kept, written in another way or left out, and `changes` say which. A
 * stream does this by itself, for each engine and voice.
 *
 * @example
 * ```ts
 * const { text } = lowerSsml('<speak>The <sub alias="World Wide Web">WWW</sub></speak>', { ssml: [] }); // "The World Wide Web"
 * ```
 */
export function lowerSsml(document: string, { ssml, onProblem }: LowerSsmlOptions): LoweredText {
  const text = createMarkupStage({ onProblem }).end({ text: document, sourceAt: (index) => index });
  return lowerMarkup(text, readSupport(ssml));
}
