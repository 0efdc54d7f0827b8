/**
 * SSML: a builder, a parser for documents that come in pieces, and the writing of one document for engines that honour only some of it. A stream with
 * `ssml: true` does the last by itself.
 *
 * @packageDocumentation
 */

export type { SsmlContent, SsmlFragment } from "./ssml/builder/fragment.ts";
export { ssml, type SsmlBuilder } from "./ssml/builder/ssml.ts";
export type { SsmlPitch, SsmlRate, SsmlStrength, SsmlTime, SsmlVolume } from "./ssml/builder/values.ts";
export type { SsmlChange, SsmlChangeKind } from "./ssml/lower/element-plan.ts";
export { lowerSsml, type LowerSsmlOptions } from "./ssml/lower/lower-ssml.ts";
export type { LoweredText } from "./ssml/lower/lowered-text.ts";
export { parseSsml, type ParseSsmlOptions, type SsmlDocument, type SsmlElement, type SsmlNode, type SsmlText } from "./ssml/parse-ssml.ts";
export { createSsmlReader, type SsmlEvent, type SsmlReader, type SsmlReaderOptions } from "./ssml/reader.ts";
export type { SsmlProblem, SsmlProblemKind } from "./ssml/ssml-problem.ts";
export type { MarkupElement } from "./text/text-markup.ts";
