import { openDecoder as openCodecDecoder, openEncoder } from "@parlando/codecs";
import type { AudioDecoder } from "@parlando/core";
import type { AudioFormat } from "@parlando/engine";
import { MPEGDecoder } from "mpg123-decoder";
import { infoFrame } from "../../packages/codecs/src/mp3/info-frame.test-helper.ts";
import { createMp3Decoder } from "../../packages/codecs/src/mp3/mp3-decoder.ts";
import { createMp3Framer, mostPendingBytes } from "../../packages/codecs/src/mp3/mp3-framer.ts";
import { parseMp3Tag } from "../../packages/codecs/src/mp3/mp3-tag.ts";
import { createOggPackets } from "../../packages/codecs/src/ogg/ogg-packets.ts";
import { createOggPageReader, longestPage } from "../../packages/codecs/src/ogg/ogg-page-reader.ts";
import { checksumOffset, oggChecksum } from "../../packages/codecs/src/ogg/ogg-checksum.ts";
import { isOpusHead, parseOpusHead } from "../../packages/codecs/src/opus/opus-head.ts";
import { opusPacketFrames } from "../../packages/codecs/src/opus/opus-packet.ts";
import { createEbmlReader, longestElement } from "../../packages/codecs/src/webm/ebml-reader.ts";
import { ebmlIds } from "../../packages/codecs/src/webm/ebml-ids.ts";
import { readTrack } from "../../packages/codecs/src/webm/webm-track.ts";
import { encodePcm } from "../../packages/core/src/audio/pcm.ts";
import { openDecoder } from "../../packages/core/src/audio/open-decoder.ts";
import { wavHeader } from "../../packages/core/src/audio/wav-header.ts";
import type { FuzzReader, FuzzSubject } from "./run-cases.ts";

const tone = (frames: number): Float32Array => Float32Array.from({ length: frames }, (_, index) => 0.4 * Math.sin(index / 9) * Math.sin(index / 700));

/** A decoder, whose samples must be numbers. */
function readerOf(decoder: AudioDecoder): FuzzReader {
  const count = (samples: Float32Array): number => (samples.every(Number.isFinite) ? samples.length : Number.POSITIVE_INFINITY);
  return { push: (bytes) => count(decoder.push(bytes)), flush: () => count(decoder.flush()), close: () => decoder.close?.() };
}

function sampleSubject(encoding: AudioFormat["encoding"], seeds: readonly Uint8Array[], bytesPerSample: number): FuzzSubject {
  return {
    name: encoding,
    seeds,
    open: async () => readerOf(await openDecoder({ encoding, sampleRate: 24_000, channels: encoding === "pcm-s16le" ? 2 : 1 })),
    mostHeld: 64,
    mostSamples: (bytes) => bytes / bytesPerSample,
  };
}

async function encoded(encoding: AudioFormat["encoding"], format: Partial<AudioFormat> = {}, frames = 3_000): Promise<Uint8Array> {
  const encoder = await openEncoder({ encoding, sampleRate: 24_000, channels: 1, ...format });
  const bytes = [encoder.begin(), encoder.push(tone(frames * encoder.channels)), encoder.flush()];
  encoder.close();
  return join(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((offset, part) => {
    joined.set(part, offset);
    return offset + part.length;
  }, 0);
  return joined;
}

/** Makes every page that can be found agree with its checksum again, so that what lies behind it is reached. */
function repairPages(bytes: Uint8Array): void {
  for (let at = 0; at + 27 <= bytes.length; at += 1) {
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) !== "OggS") continue;
    const count = bytes[at + 26] ?? 0;
    const length = bytes.subarray(at + 27, at + 27 + count).reduce((sum, part) => sum + part, 27 + count);
    const page = bytes.subarray(at, at + length);
    if (page.length === length) new DataView(page.buffer, page.byteOffset).setUint32(checksumOffset, oggChecksum(page), true);
  }
}

/** Everything that reads bytes from outside. */
export async function fuzzSubjects(): Promise<FuzzSubject[]> {
  const samples = encodePcm(tone(700), "pcm-s16le");
  const wav = (dataBytes?: number, encoding?: "mulaw" | "pcm-f32le"): Uint8Array => join([wavHeader({ sampleRate: 24_000, channels: 2, encoding, dataBytes }), samples]);
  const mp3 = [await encoded("mp3"), await encoded("mp3", { sampleRate: 44_100, channels: 2 }), await encoded("mp3", { sampleRate: 8_000, bitrate: 8_000 }), join([new Uint8Array([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 20, ...new Array<number>(20).fill(0)]), await encoded("mp3")])];
  mp3.push(join([infoFrame({ frames: 7, start: 576, end: 900 }), mp3[0] ?? samples]), join([mp3[0] ?? samples, infoFrame({ frames: 0, start: 0, end: 4_095 }), mp3[0] ?? samples]));
  const ogg = [await encoded("ogg-opus"), await encoded("ogg-opus", { sampleRate: 48_000, channels: 2 }), await encoded("ogg-opus", { sampleRate: 8_000 }, 400)];
  ogg.push(join([ogg[0] ?? samples, ogg[2] ?? samples, ogg[2] ?? samples, ogg[2] ?? samples]));
  const webm = [await encoded("webm-opus"), await encoded("webm-opus", { sampleRate: 48_000, channels: 2 }), await encoded("webm-opus", { sampleRate: 8_000 }, 400)];
  webm.push(join([webm[2] ?? samples, webm[0] ?? samples]));
  return [
    { ...sampleSubject("wav", [wav(), wav(samples.length), wav(0), wav(500, "mulaw"), wav(samples.length, "pcm-f32le"), join([wav(samples.length), wav()])], 1), mostHeld: 64 },
    sampleSubject("pcm-s16le", [samples], 2),
    sampleSubject("pcm-f32le", [encodePcm(tone(500), "pcm-f32le"), samples], 4),
    sampleSubject("mulaw", [encodePcm(tone(1_000), "mulaw")], 1),
    sampleSubject("alaw", [encodePcm(tone(1_000), "alaw")], 1),
    { name: "mp3 frames", seeds: mp3, open: async () => mp3FrameReader(), mostHeld: mostPendingBytes, mostSamples: mostMp3Samples },
    { name: "ogg pages", seeds: ogg, open: async () => oggPacketReader(), repair: repairPages, mostHeld: longestPage, mostSamples: (bytes) => bytes * 5_760 },
    { name: "webm elements", seeds: webm, open: async () => webmElementReader(), mostHeld: longestElement, mostSamples: (bytes) => bytes },
    await mp3Subject(mp3),
    codecSubject("ogg-opus", ogg, longestPage, repairPages),
    codecSubject("webm-opus", webm, longestElement),
  ];
}

/** The densest MP3 has 576 sample frames in 24 bytes: 8 kbit/s at 24 kHz. */
function mostMp3Samples(bytes: number): number {
  return bytes * 24;
}

/** Making the codec takes longer than a case, so that one serves all of them; every frame is decoded for itself. */
async function mp3Subject(seeds: readonly Uint8Array[]): Promise<FuzzSubject> {
  const mpg123 = new MPEGDecoder({ enableGapless: false });
  await mpg123.ready;
  return {
    name: "mp3",
    seeds,
    open: async () => readerOf(createMp3Decoder({ mpg123, announcedRate: 24_000, free: () => undefined })),
    mostHeld: mostPendingBytes,
    mostSamples: mostMp3Samples,
  };
}

/** With the codec itself. What a few bytes may turn into is bounded: a long pause, and 4 kbit/s. */
function codecSubject(encoding: "ogg-opus" | "webm-opus", seeds: readonly Uint8Array[], mostHeld: number, repair?: (bytes: Uint8Array) => void): FuzzSubject {
  return {
    name: encoding,
    seeds,
    open: async () => readerOf(await openCodecDecoder({ encoding, sampleRate: 24_000, channels: 1 })),
    mostHeld,
    mostSamples: (bytes) => 20 * 48_000 + bytes * 96,
    ...(repair === undefined ? {} : { repair }),
  };
}

function mp3FrameReader(): FuzzReader {
  const framer = createMp3Framer();
  return {
    push: (bytes) => framer.push(bytes).reduce((sum, { header, bytes: frame }) => sum + (parseMp3Tag(frame, header) === undefined ? header.frames : 0), 0),
    flush() {
      framer.flush();
      return 0;
    },
  };
}

function oggPacketReader(): FuzzReader {
  const pages = createOggPageReader();
  const packets = createOggPackets({ skipLong: () => false });
  return {
    push(bytes) {
      let samples = 0;
      pages.push(bytes, (page) => {
        for (const packet of packets.take(page)) samples += isOpusHead(packet) ? parseOpusHead(packet).channels : opusPacketFrames(packet);
      });
      return samples;
    },
    flush() {
      pages.flush();
      return 0;
    },
  };
}

function webmElementReader(): FuzzReader {
  const elements = createEbmlReader();
  return {
    push(bytes) {
      let held = 0;
      elements.push(bytes, ({ id, body }) => {
        held += body.length;
        if (id === ebmlIds.trackEntry) readTrack(body);
      });
      return held;
    },
    flush() {
      elements.flush();
      return 0;
    },
  };
}
