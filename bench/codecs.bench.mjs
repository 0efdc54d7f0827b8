/**
 * MP3 and Opus: how fast they are read and written, and how soon. Run by `npm run bench codecs`.
 *
 * Speed is seconds of audio for each second of processor time, 20 ms (encoding) or 1 KiB (decoding) at a time, the best of five
 * rounds. The baseline beside it in the same run is the bare library on the same work, without containers, trimming and checks.
 * `--json` prints one object.
 */
import { openDecoder, openEncoder } from "@parlando/codecs";
import { createDecoder as createOpusDecoder, createEncoder as createOpusEncoder } from "libopus-wasm";
import { MPEGDecoder } from "mpg123-decoder";
import { createMp3Encoder } from "wasm-media-encoders";

const rate = 24_000;
const seconds = 20;
const bitrate = { mp3: 64_000, "ogg-opus": 32_000, "webm-opus": 32_000 };
const encodings = ["mp3", "ogg-opus", "webm-opus"];

/** Like a voice: a buzz whose pitch and loudness move, with some noise. */
let state = 1;
const noise = () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 31 - 1);
const voice = Float32Array.from({ length: rate * seconds }, (_, index) => {
  const time = index / rate;
  const pitch = 2 * Math.PI * (140 * time + 6 * Math.sin(2 * Math.PI * 0.7 * time));
  const buzz = Math.sin(pitch) + 0.6 * Math.sin(2 * pitch) + 0.4 * Math.sin(5 * pitch) + 0.2 * Math.sin(11 * pitch);
  return (0.15 * buzz + 0.02 * noise()) * Math.max(0, Math.sin(2 * Math.PI * 2.1 * time));
});
const blocks = Array.from({ length: voice.length / 480 }, (_, index) => voice.subarray(480 * index, 480 * index + 480));

const cpuSeconds = async (work) => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** Both kinds of work in turn, so that what else the machine does meets both. */
async function compare(ours, bare) {
  const best = [Infinity, Infinity];
  for (let round = 0; round < 6; round += 1) {
    for (const [index, work] of [ours, bare].entries()) {
      const spent = await cpuSeconds(work);
      if (round > 0) best[index] = Math.min(best[index], spent);
    }
  }
  return { timesRealTime: seconds / best[0], bareTimesRealTime: seconds / best[1], ratio: best[1] / best[0] };
}

async function encodeAll(encoding) {
  const encoder = await openEncoder({ encoding, sampleRate: rate, channels: 1, bitrate: bitrate[encoding] });
  const parts = [encoder.begin(), ...blocks.map((block) => encoder.push(block)), encoder.flush()];
  encoder.close();
  return Buffer.concat(parts);
}

async function decodeAll(encoding, bytes) {
  const decoder = await openDecoder({ encoding, sampleRate: rate, channels: 1 });
  for (let start = 0; start < bytes.length; start += 1024) decoder.push(bytes.subarray(start, start + 1024));
  decoder.flush();
}

async function bareEncode(encoding) {
  if (encoding === "mp3") {
    const lame = await createMp3Encoder();
    lame.configure({ sampleRate: rate, outputSampleRate: rate, channels: 1, bitrate: bitrate.mp3 / 1000 });
    for (const block of blocks) lame.encode([block]).slice();
    lame.finalize();
    return [];
  }
  const opus = await createOpusEncoder({ sampleRate: rate, channels: 1, bitrate: bitrate[encoding], complexity: 5 });
  const packets = blocks.map((block) => opus.encodeFloat(block));
  opus.free();
  return packets;
}

async function bareDecode(encoding, bytes, packets) {
  if (encoding === "mp3") {
    const mpg123 = new MPEGDecoder({ enableGapless: false });
    await mpg123.ready;
    for (let start = 0; start < bytes.length; start += 1024) mpg123.decode(bytes.subarray(start, start + 1024));
    mpg123.free();
    return;
  }
  const opus = await createOpusDecoder({ sampleRate: 48_000, channels: 1 });
  for (const packet of packets) opus.decodeFloat(packet);
  opus.free();
}

/** Audio that has to go in before the first sound comes out again, and the time it takes to open both ends. */
async function firstSound(encoding, bytes) {
  const openedAt = performance.now();
  const encoder = await openEncoder({ encoding, sampleRate: rate, channels: 1, bitrate: bitrate[encoding] });
  const encoderOpenMs = performance.now() - openedAt;
  const decoderAt = performance.now();
  const decoder = await openDecoder({ encoding, sampleRate: rate, channels: 1 });
  const decoderOpenMs = performance.now() - decoderAt;
  let audible = decoder.push(encoder.begin()).length;
  let blocksIn = 0;
  while (audible === 0) audible += decoder.push(encoder.push(blocks[blocksIn++])).length;
  encoder.close();
  decoder.close();
  let bytesIn = 0;
  const reader = await openDecoder({ encoding, sampleRate: rate, channels: 1 });
  while (reader.push(bytes.subarray(bytesIn, bytesIn + 1)).length === 0) bytesIn += 1;
  reader.close();
  return { audioMsToFirstSound: blocksIn * 20, bytesToFirstSound: bytesIn + 1, encoderOpenMs, decoderOpenMs };
}

const rows = [];
for (const encoding of encodings) {
  const bytes = new Uint8Array(await encodeAll(encoding));
  const packets = await bareEncode(encoding);
  rows.push({
    encoding,
    kilobitsPerSecond: (bytes.length * 8) / seconds / 1000,
    encode: await compare(() => encodeAll(encoding), () => bareEncode(encoding)),
    decode: await compare(() => decodeAll(encoding, bytes), () => bareDecode(encoding, bytes, packets)),
    ...(await firstSound(encoding, bytes)),
  });
}

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ bench: "codecs", sampleRate: rate, seconds, rows })}\n`);
else {
  process.stdout.write("times real time on one core, 24 kHz mono; in brackets the bare library, and ours against it\n");
  for (const { encoding, kilobitsPerSecond, encode: written, decode: read, audioMsToFirstSound, bytesToFirstSound, encoderOpenMs, decoderOpenMs } of rows) {
    const pair = ({ timesRealTime, bareTimesRealTime, ratio }) => `${timesRealTime.toFixed(0)} (${bareTimesRealTime.toFixed(0)}, ${ratio.toFixed(2)})`;
    process.stdout.write(
      `${encoding.padEnd(10)} ${kilobitsPerSecond.toFixed(1)} kbit/s  encode ${pair(written)}  decode ${pair(read)}  ` +
        `first sound: ${audioMsToFirstSound} ms of audio in, ${bytesToFirstSound} bytes; open ${encoderOpenMs.toFixed(1)} / ${decoderOpenMs.toFixed(1)} ms\n`,
    );
  }
}
