import type { AudioFormat } from "@parlando/engine";
import type { AudioChunk } from "./audio-chunk.ts";
import type { AudioEncoder } from "./audio-encoder.ts";
import { createByteBlocks } from "./byte-blocks.ts";
import type { LoadCodecs } from "./codecs.ts";
import type { ChunkEncoder } from "./encoded-blocks.ts";
import { createFormatConverter, type FormatConverter, type SampleFormat } from "./format-converter.ts";
import { assertSameSource } from "./same-format.ts";

/** What {@link createCompressedEncoder} needs. */
export interface CompressedEncoderOptions {
  readonly format: Partial<AudioFormat> & Pick<AudioFormat, "encoding">;
  readonly codecs: LoadCodecs;
  /** Bytes of every block but the last; every piece is a block of its own when absent. */
  readonly frameBytes: number | undefined;
}

interface OpenEncoder {
  readonly encoder: AudioEncoder;
  readonly head: Uint8Array<ArrayBuffer>[];
}

/** Makes an encoder for one stream whose codec is loaded when the first bytes are wanted. Rate and channels are converted to what the codec takes. */
export function createCompressedEncoder({ format, codecs, frameBytes }: CompressedEncoderOptions): ChunkEncoder {
  const blocks = createByteBlocks(frameBytes);
  let opening: Promise<OpenEncoder> | undefined;
  let converter: FormatConverter | undefined;
  let source: SampleFormat | undefined;
  let isClosed = false;

  const open = async (target: SampleFormat): Promise<OpenEncoder> => {
    const encoder = await (await codecs()).openEncoder({ ...format, ...target });
    if (isClosed) encoder.close();
    return { encoder, head: isClosed ? [] : blocks.push(encoder.begin()) };
  };
  /** The encoder, and its head if nobody has it yet. */
  const begun = async (chunk?: AudioChunk): Promise<{ encoder: AudioEncoder; head: Uint8Array<ArrayBuffer>[] } | undefined> => {
    const sampleRate = format.sampleRate ?? chunk?.sampleRate;
    const channels = format.channels ?? chunk?.channels;
    if (opening === undefined && (sampleRate === undefined || channels === undefined || isClosed)) return undefined;
    opening ??= open({ sampleRate: sampleRate ?? 0, channels: channels ?? 0 });
    const { encoder, head } = await opening;
    return { encoder, head: head.splice(0) };
  };

  return {
    begin: async () => (await begun())?.head ?? [],
    async push(chunk) {
      source = assertSameSource(source, chunk);
      const opened = await begun(chunk);
      if (opened === undefined || isClosed) return [];
      converter ??= createFormatConverter(source, opened.encoder);
      return [...opened.head, ...blocks.push(opened.encoder.push(converter.process(chunk.samples)))];
    },
    async flush() {
      const opened = await begun();
      if (opened === undefined || isClosed) return [];
      const tail = converter === undefined ? [] : blocks.push(opened.encoder.push(converter.flush()));
      const end = blocks.push(opened.encoder.flush());
      const rest = blocks.flush();
      return [...opened.head, ...tail, ...end, ...(rest === undefined ? [] : [rest])];
    },
    close() {
      isClosed = true;
      opening?.then(({ encoder }) => encoder.close()).catch(() => undefined);
    },
  };
}
