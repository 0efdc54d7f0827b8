import { TTSError } from "@parlando/engine";
import type { StatefulCodec } from "./codec.ts";
import type { SpeechAssembler } from "./speech-assembler.ts";
import { checkTake } from "./take-guard.ts";

/**
 * Makes speech with a decoder that remembers (Mimi): every code is decoded once, nothing is faded and nothing waits. One step has a code of each codebook;
 * `add` takes them one after the other, and all counts (`added`, `taken`, `ready`) are of whole steps.
 */
export function createStatefulAssembler({ codec }: { readonly codec: StatefulCodec }): SpeechAssembler {
  const { codebooks, geometry } = codec;
  const state = codec.open();
  /** Codes that were not taken yet, codebook after codebook. */
  let waiting: number[] = [];
  let taken = 0;
  let closed = false;
  let busy = false;
  let broken = false;

  const ready = (): number => Math.floor(waiting.length / codebooks);

  const decode = async (count: number, signal: AbortSignal): Promise<Float32Array> => {
    const samples = await state.decode(Int32Array.from(waiting.slice(0, count * codebooks)), signal);
    if (samples.length !== count * geometry.samplesPerCode) {
      throw new TTSError("BAD_AUDIO", `Decoding ${String(count)} steps of speech codes: the codec gave ${String(samples.length)} samples, ${String(count * geometry.samplesPerCode)} were expected. Check the codec's file.`);
    }
    waiting = waiting.slice(count * codebooks);
    taken += count;
    return samples;
  };

  return {
    get added() {
      return taken + ready();
    },
    get taken() {
      return taken;
    },
    add: (code) => void waiting.push(code),
    end() {
      // Nothing waits for codes behind it.
    },
    ready,
    neededFor: (count) => taken + count,
    windowFor: (count) => count,
    async take(count, signal) {
      checkTake({ count, ready: ready(), closed, busy });
      // What it remembers after a step that failed is not known.
      if (broken) throw new TTSError("SERVICE", "Taking sound of a speech: decoding the piece before failed or was called off. Start the speech again.");
      busy = true;
      broken = true;
      try {
        const samples = await decode(count, signal);
        broken = false;
        return samples;
      } finally {
        busy = false;
      }
    },
    close() {
      if (closed) return;
      closed = true;
      state.close();
    },
  };
}
