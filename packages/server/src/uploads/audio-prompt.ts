import { setImmediate } from "node:timers/promises";
import { createWavDecoder } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { Problem } from "../problem/problem.ts";
import type { Limits } from "../services.ts";
import { readWavFacts, type WavFacts } from "./wav-facts.ts";

/** A voice to be spoken with, as an engine gets it. */
export interface AudioPrompt {
  /** Mono, full scale at ±1. */
  readonly samples: Float32Array;
  /** In Hz. */
  readonly sampleRate: number;
}

/** Bytes that are decoded before others have their turn. */
const SLICE_BYTES = 262_144;
const rates = { least: 8_000, most: 96_000 };

/**
 * Decodes an uploaded recording: RIFF/WAVE, one or two channels, 8 to 96 kHz, no longer than `uploadMs`. What its header says is looked at first, so that nothing is decoded
 * that is too long; and what is decoded is counted, since headers lie.
 *
 * @throws Problem 400 `invalid_audio` and 413 `audio_too_long`, with the field's name.
 */
export async function readAudioPrompt(file: Uint8Array, field: string, { uploadMs }: Pick<Limits, "uploadMs">): Promise<AudioPrompt> {
  const facts = readWavFacts(file);
  if (facts === undefined) throw invalid(field, "it is no WAV file with audio");
  checkFacts(facts, field, uploadMs);
  const decoder = createWavDecoder({ announcedRate: facts.sampleRate });
  const mostSamples = Math.ceil((uploadMs / 1_000) * facts.sampleRate);
  const parts: Float32Array[] = [];
  let length = 0;
  const add = (part: Float32Array): void => {
    length += part.length;
    if (length > mostSamples) throw tooLong(field, uploadMs);
    if (part.length > 0) parts.push(part);
  };
  try {
    for (let offset = 0; offset < file.length; offset += SLICE_BYTES) {
      add(decoder.push(file.subarray(offset, offset + SLICE_BYTES)));
      await setImmediate();
    }
    add(decoder.flush());
  } catch (error) {
    if (TTSError.isInstance(error)) throw invalid(field, "its audio cannot be read", error);
    throw error;
  }
  if (length === 0) throw invalid(field, "it holds no audio");
  return { samples: join(parts, length), sampleRate: decoder.sampleRate };
}

function checkFacts({ channels, sampleRate, frameBytes, audioBytes }: WavFacts, field: string, uploadMs: number): void {
  if (channels < 1 || channels > 2) throw invalid(field, `it has ${channels} channels; expected one or two`);
  if (sampleRate < rates.least || sampleRate > rates.most) throw invalid(field, `it has ${sampleRate} Hz; expected ${rates.least} to ${rates.most}`);
  if (frameBytes < channels || frameBytes > 8 * channels) throw invalid(field, `its samples have ${frameBytes} bytes a frame, which no kind has that is read here`);
  if ((audioBytes / frameBytes / sampleRate) * 1_000 > uploadMs) throw tooLong(field, uploadMs);
}

function join(parts: readonly Float32Array[], length: number): Float32Array {
  const joined = new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function invalid(field: string, found: string, cause?: unknown): Problem {
  return new Problem(400, "invalid_audio", `The uploaded file cannot be used: ${found}. Upload WAV with 16-bit samples, one or two channels, ${rates.least} to ${rates.most} Hz.`, { field, cause });
}

function tooLong(field: string, uploadMs: number): Problem {
  return new Problem(413, "audio_too_long", `The uploaded recording is longer than the ${uploadMs} ms that are taken.`, { field });
}
