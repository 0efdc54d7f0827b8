import { MPEGDecoder } from "mpg123-decoder";
import { createMp3Encoder } from "wasm-media-encoders";

const encoderReady = createMp3Encoder();

/** An encoder of the kind that the fake Edge is given: LAME, 48 kbit/s, constant bit rate. */
export async function encodeMp3(samples: Float32Array, sampleRate: number): Promise<Uint8Array> {
  const encoder = await encoderReady;
  encoder.configure({ sampleRate, channels: 1, bitrate: 48 });
  // What the encoder gives is its own memory, used again by the next call.
  const body = encoder.encode([samples]).slice();
  const tail = encoder.finalize().slice();
  return Buffer.concat([body, tail]);
}

/** Decodes MP3 as a whole. */
export async function decodeMp3(bytes: Uint8Array): Promise<{ samples: Float32Array; sampleRate: number }> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  const { channelData, sampleRate } = decoder.decode(bytes);
  decoder.free();
  return { samples: channelData[0] ?? new Float32Array(0), sampleRate };
}
