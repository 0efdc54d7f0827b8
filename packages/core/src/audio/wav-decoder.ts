import type { AudioDecoder } from "./audio-decoder.ts";
import { createPcmDecoder } from "./pcm-decoder.ts";
import { joinSamples } from "./join-samples.ts";
import type { WavFormat } from "./wav-format.ts";
import { createWavParser, type WavPart } from "./wav-parser.ts";

/**
 * Makes a decoder of WAV that arrives in pieces. Its header is believed over the announced rate.
 *
 * @example
 * ```ts
 * const decoder = createWavDecoder({ announcedRate: 24_000 });
 * const samples = [decoder.push(firstHalf), decoder.push(secondHalf), decoder.flush()];
 * ```
 */
export function createWavDecoder({ announcedRate }: { announcedRate: number }): AudioDecoder {
  const parser = createWavParser();
  let current: { format: WavFormat; decoder: AudioDecoder } | undefined;

  const decode = ({ format, bytes }: WavPart): Float32Array => {
    if (current?.format !== format) current = { format, decoder: createPcmDecoder(format) };
    return current.decoder.push(bytes);
  };

  return {
    get sampleRate() {
      return parser.format?.sampleRate ?? announcedRate;
    },
    get hasReplaced() {
      return current?.decoder.hasReplaced;
    },
    push: (bytes) => joinSamples(parser.push(bytes).map(decode)),
    flush: () => joinSamples(parser.flush().map(decode)),
  };
}
