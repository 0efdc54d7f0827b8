/**
 * SSML: a builder, a parser for documents that come in pieces, and the writing of one document for engines that honour only some of it. A stream with
 * `ssml: true` does the last by itself.
 *
 * @packageDocumentation
 */

export { createSsmlReader, lowerSsml, parseSsml, ssml } from "@parlando/core/ssml";
export type {
  LowerSsmlOptions,
  LoweredText,
  MarkupElement,
  ParseSsmlOptions,
  SsmlBuilder,
  SsmlChange,
  SsmlChangeKind,
  SsmlContent,
  SsmlDocument,
  SsmlElement,
  SsmlEvent,
  SsmlFragment,
  SsmlNode,
  SsmlPitch,
  SsmlProblem,
  SsmlProblemKind,
  SsmlRate,
  SsmlReader,
  SsmlReaderOptions,
  SsmlStrength,
  SsmlText,
  SsmlTime,
  SsmlVolume,
} from "@parlando/core/ssml";
