/** Parts of a WAV file made by hand, right or wrong. */
export interface WavBytesOptions {
  readonly tag?: number;
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly bits?: number;
  readonly blockBytes?: number;
  readonly byteRate?: number;
  readonly riffSize?: number;
  readonly dataSize?: number;
  /** Chunks before the format chunk, between it and the audio, and behind the audio. */
  readonly first?: Uint8Array;
  readonly between?: Uint8Array;
  readonly after?: Uint8Array;
  readonly extensible?: boolean;
  readonly audio: Uint8Array;
}

/** One chunk: id, size, body, padding. */
export function riffChunk(id: string, body: Uint8Array, size: number = body.length): Uint8Array {
  const head = new Uint8Array(8);
  head.set(ascii(id));
  new DataView(head.buffer).setUint32(4, size, true);
  return join(head, body, new Uint8Array(body.length % 2));
}

/** A WAV file of these parts. */
export function wavBytes(options: WavBytesOptions): Uint8Array {
  const { audio, first = none, between = none, after = none, riffSize = 0xffff_ffff, dataSize = audio.length } = options;
  const riff = join(ascii("RIFF"), word(riffSize), ascii("WAVE"));
  const padding = new Uint8Array(after.length > 0 ? audio.length % 2 : 0);
  return join(riff, first, riffChunk("fmt ", formatBody(options)), between, ascii("data"), word(dataSize), audio, padding, after);
}

function formatBody({ tag = 1, channels = 1, sampleRate = 24_000, bits = 16, extensible = false, ...options }: WavBytesOptions): Uint8Array {
  const blockBytes = options.blockBytes ?? (channels * bits) / 8;
  const body = new Uint8Array(extensible ? 40 : 16);
  const view = new DataView(body.buffer);
  view.setUint16(0, extensible ? 0xfffe : tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, options.byteRate ?? sampleRate * blockBytes, true);
  view.setUint16(12, blockBytes, true);
  view.setUint16(14, bits, true);
  if (extensible) {
    view.setUint16(16, 22, true);
    view.setUint16(24, tag, true);
  }
  return body;
}

const none = new Uint8Array(0);

/** Characters as bytes. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Bytes one after the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
