/**
 * Plays Parlando's audio through the sound device of the machine (Node).
 *
 * @packageDocumentation
 */

export { createSpeaker } from "./create-speaker.ts";
export type { BackendId } from "./line/line.ts";
export type { BackendReport, Speaker, SpeakerDevice, SpeakerFormat, SpeakerOptions, SpeakerReport } from "./speaker/speaker-options.ts";
