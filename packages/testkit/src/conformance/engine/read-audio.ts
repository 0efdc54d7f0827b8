import type { AudioFormat, EngineEvent } from "@parlando/engine";
import { check } from "../../fail.ts";

/** What the audio of a request turned out to be. */
export interface AudioRead {
  /** The first channel; undefined for encodings that this suite cannot read. */
  samples: Float32Array | undefined;
  /** Length, where it can be told without a decoder. */
  durationMs: number | undefined;
  bytes: number;
  /** Where one event's audio ends and the next begins, in frames. */
  joins: readonly number[];
}

/** Whether this suite can read the samples of an encoding. */
export function isReadable({ encoding }: Pick<AudioFormat, "encoding">): boolean {
  return encoding === "pcm-s16le" || encoding === "pcm-f32le" || encoding === "wav";
}

/** Reads the audio of a request as its start event says. Ends the check when it is something else. */
export function readAudio(events: readonly EngineEvent[], format: AudioFormat): AudioRead {
  const pcm = events.flatMap((event) => (event.type === "pcm" ? [event.samples] : []));
  const bytes = events.flatMap((event) => (event.type === "audio" ? [event.bytes] : []));
  check(pcm.length === 0 || bytes.length === 0, "The engine sends both `pcm` and `audio` events in one request; use one of the two.");
  if (pcm.length > 0) return readPcm(pcm, format);
  const data = Buffer.concat(bytes);
  if (isReadable(format)) return readBytes(data, bytes, format);
  const bytesPerMs = format.encoding === "mulaw" || format.encoding === "alaw" ? (format.sampleRate * format.channels) / 1000 : undefined;
  return { samples: undefined, durationMs: bytesPerMs === undefined ? undefined : data.length / bytesPerMs, bytes: data.length, joins: [] };
}

function readPcm(parts: readonly Float32Array[], { sampleRate, channels }: AudioFormat): AudioRead {
  check(channels === 1, `\`pcm\` events are mono, but the start event announces ${channels} channels.`);
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  const joins: number[] = [];
  let at = 0;
  for (const part of parts) {
    if (at > 0) joins.push(at);
    samples.set(part, at);
    at += part.length;
  }
  return { samples, durationMs: (samples.length * 1000) / sampleRate, bytes: samples.length * 4, joins };
}

function readBytes(data: Buffer, parts: readonly Uint8Array[], format: AudioFormat): AudioRead {
  const { start, end, width } = format.encoding === "wav" ? readWavHeader(data, format) : { start: 0, end: data.length, width: format.encoding === "pcm-f32le" ? 4 : 2 };
  const frameBytes = width * format.channels;
  check((end - start) % frameBytes === 0, `${end - start} bytes of audio are not whole frames of ${frameBytes} bytes: something is missing or too much.`);
  const samples = Float32Array.from({ length: (end - start) / frameBytes }, (_, frame) => {
    const at = start + frame * frameBytes;
    return width === 4 ? data.readFloatLE(at) : data.readInt16LE(at) / 32_768;
  });
  const joins: number[] = [];
  let at = -start;
  for (const part of parts.slice(0, -1)) {
    at += part.length;
    if (at > 0) joins.push(Math.round(at / frameBytes));
  }
  return { samples, durationMs: (samples.length * 1000) / format.sampleRate, bytes: data.length, joins };
}

/** Finds the data of a WAV, and holds its header against the start event. A length of 0 or of all ones means that nobody knew. */
function readWavHeader(data: Buffer, format: AudioFormat): { start: number; end: number; width: number } {
  check(data.toString("latin1", 0, 4) === "RIFF" && data.toString("latin1", 8, 12) === "WAVE", "The start event announces wav, but the audio does not begin with a RIFF header.");
  let width = 2;
  for (let at = 12; at + 8 <= data.length;) {
    const id = data.toString("latin1", at, at + 4);
    const size = data.readUInt32LE(at + 4);
    if (id === "fmt ") {
      const found = { channels: data.readUInt16LE(at + 10), sampleRate: data.readUInt32LE(at + 12), bits: data.readUInt16LE(at + 22) };
      check(found.channels === format.channels && found.sampleRate === format.sampleRate, `The WAV header says ${found.sampleRate} Hz and ${found.channels} channels, the start event ${format.sampleRate} Hz and ${format.channels}.`);
      check(found.bits === 16 || found.bits === 32, `The WAV header says ${found.bits} bits; this suite reads 16 and 32.`);
      width = found.bits / 8;
    }
    if (id === "data") return { start: at + 8, end: dataEnd(data, at + 8, size), width };
    at += 8 + size + (size % 2);
  }
  check(false, "The WAV has no data chunk.");
}

function dataEnd(data: Buffer, start: number, size: number): number {
  const came = data.length - start;
  const unknown = size === 0 || size >= 0x7ffff000;
  check(unknown || size === came, `The WAV header says ${size} bytes of audio and ${came} came.`);
  return data.length;
}
