import type { AudioFormat, Capabilities, CredentialReport, EngineLimits, MarkKind, Voice } from "@parlando/engine";
import type { Clock } from "@parlando/core";
import type { WordAudioOptions } from "../words/word-audio.ts";
import type { ChooseFault, ScriptedFault } from "./scripted-fault.ts";
import type { WavLength } from "./wav-header.ts";

/** A fixed size, or one drawn between two. */
export type SizeRange = number | readonly [low: number, high: number];

/** How a scripted engine behaves. All may be left out: then it speaks at once, in streaming blocks of 20 ms, with word and sentence marks. */
export interface ScriptedEngineOptions extends Omit<WordAudioOptions, "sampleRate"> {
  /** Default "scripted". */
  id?: string | undefined;
  /** Real time by default. */
  clock?: Clock | undefined;
  /** Of everything that is drawn. Default 1. */
  seed?: number | undefined;

  /** From the request to the first audio, in milliseconds. Default 0. */
  startMs?: number | undefined;
  /** Log-normal: `startMs` is multiplied by exp(startJitter * normal). Default 0. */
  startJitter?: number | undefined;
  /** Time to make audio / its length; audio is made on time whether it is read or not. Default 0. */
  realTimeFactor?: number | undefined;
  /** Time to make the audio of one character, in milliseconds, instead of `realTimeFactor`. */
  perCharacterMs?: number | undefined;
  /** Every block is up to so much later, in order still. Default 0. */
  chunkJitterMs?: number | undefined;

  /** Default "streaming". "whole": all blocks come when the last is made. */
  output?: "streaming" | "whole" | undefined;
  /** Audio in one event. Default 20. */
  chunkMs?: SizeRange | undefined;
  /** Bytes in one event, cut anywhere, odd places too; for delivery "bytes". */
  chunkBytes?: SizeRange | undefined;
  /** "pcm": sample events. "bytes": bytes of `format`, which is s16le, f32le or wav. Default "pcm". */
  delivery?: "pcm" | "bytes" | undefined;
  /** What is announced and comes, whatever is asked. Default: the first of `formats`, or what the request asks for where that is listed. */
  format?: AudioFormat | undefined;
  /** Default: 24 kHz mono `pcm-f32le`, with delivery "bytes" `pcm-s16le`. */
  formats?: readonly AudioFormat[] | undefined;
  /** What the header of a WAV says about its length. Default "right". */
  wavLength?: WavLength | undefined;
  /** Silence around the words, in milliseconds. Default 0. */
  leadMs?: number | undefined;
  tailMs?: number | undefined;

  /** Default word and sentence. */
  marks?: readonly MarkKind[] | undefined;
  /** When marks come. Default "with" their audio. */
  markOrder?: "before" | "with" | "after" | undefined;

  /** One fault for every request, or a choice. */
  fault?: ScriptedFault | ChooseFault | undefined;
  limits?: EngineLimits | undefined;
  voices?: readonly Voice[] | undefined;
  /** What `checkCredentials` answers. Absent: the engine has no such method. */
  credentials?: CredentialReport | undefined;
  /** How long `warmUp` takes, in milliseconds. Default 0. */
  warmUpMs?: number | undefined;

  /** Default segments only. */
  input?: Capabilities["input"] | undefined;
  /** In sessions: speak as soon as so many characters are there, without waiting for a flush. Default: wait. */
  eagerCharacters?: number | undefined;
  /** In sessions: text not yet spoken before `write` waits. Default 2000. */
  sessionCharacters?: number | undefined;
  /** What is declared beyond that, or instead. */
  capabilities?: Partial<Capabilities> | undefined;
}
