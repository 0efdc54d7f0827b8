/**
 * Text for the ear: stages that stand before the segmenter and turn what was written into what a person would read aloud.
 *
 * @packageDocumentation
 */

export type { MappedText, TextStage } from "./text/mapped-text.ts";
