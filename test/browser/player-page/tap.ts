// Hears all that the player plays, on the audio thread: a busy page misses nothing.

import { base64Of } from "../page/base64.ts";

/** Everything since the tap was opened. Float32, little-endian, in base64. */
export interface Tapped {
  readonly samples: string;
  /** Frame of the context at which it begins. */
  readonly startFrame: number;
  /** Quanta that the tap was not asked for. */
  readonly missedQuanta: number;
}

/** A tap that is open. */
export interface Tap {
  /** All until now. */
  read(): Promise<Tapped>;
  /** Waits until `count` quanta in a row were silent. */
  untilSilent(count: number): Promise<void>;
}

interface TapMessage {
  readonly frame: number;
  readonly samples: Float32Array<ArrayBuffer>;
  readonly isAnswer: boolean;
}

const quantum = 128;
const settlingS = 0.2;

const source = `registerProcessor("tap", class extends AudioWorkletProcessor {
  block = new Float32Array(${quantum * 32});
  filled = 0;
  frame = 0;
  isOpen = false;
  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      if (data === "open") this.isOpen = true;
      else this.hand(true);
    };
  }
  hand(isAnswer) {
    this.port.postMessage({ frame: this.frame, samples: this.block.slice(0, this.filled), isAnswer });
    this.filled = 0;
  }
  process([input]) {
    if (!this.isOpen) return true;
    if (this.filled > 0 && currentFrame !== this.frame + this.filled) this.hand(false);
    if (this.filled === 0) this.frame = currentFrame;
    this.block.fill(0, this.filled, this.filled + ${quantum});
    if (input.length > 0) this.block.set(input[0], this.filled);
    this.filled += ${quantum};
    if (this.filled === this.block.length) this.hand(false);
    return true;
  }
});`;

/** Puts a tap behind a node. */
export async function openTap(context: AudioContext, node: AudioNode): Promise<Tap> {
  // In a page that allows no `blob:` it comes as a file.
  const address = document.title.includes("blob") ? "/tap.js" : URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  await context.audioWorklet.addModule(address);
  const tap = new AudioWorkletNode(context, "tap", { channelCount: 1, channelCountMode: "explicit" });
  const heard: TapMessage[] = [];
  let answered: (() => void) | undefined;
  tap.port.onmessage = ({ data }: MessageEvent<TapMessage>) => {
    if (data.samples.length > 0) heard.push(data);
    if (data.isAnswer) answered?.();
  };
  node.connect(tap);
  // Silent, but what leads to no destination is not always asked.
  tap.connect(context.destination);
  // With its first worklet a context begins to render on another thread, and leaves out a few quanta. They are lost to nobody.
  const connectedAt = context.currentTime;
  while (context.currentTime < connectedAt + settlingS) await new Promise((resolve) => setTimeout(resolve, 10));
  tap.port.postMessage("open");
  const ask = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      answered = resolve;
      tap.port.postMessage("read");
    });
  };
  return {
    async read() {
      await ask();
      return tappedOf(heard);
    },
    async untilSilent(count) {
      for (;;) {
        await ask();
        if (silentQuantaOf(heard) >= count) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** The tap's source, for pages that load it as a file. */
export const tapSource: string = source;

function tappedOf(heard: readonly TapMessage[]): Tapped {
  const startFrame = heard[0]?.frame ?? 0;
  let expected = startFrame;
  let missed = 0;
  for (const { frame, samples } of heard) {
    missed += (frame - expected) / quantum;
    expected = frame + samples.length;
  }
  return { samples: base64Of(heard.map(({ samples }) => new Uint8Array(samples.buffer))), startFrame, missedQuanta: missed };
}

function silentQuantaOf(heard: readonly TapMessage[]): number {
  let silent = 0;
  for (let index = heard.length - 1; index >= 0; index -= 1) {
    const { samples } = heard[index] ?? { samples: [] };
    for (let at = samples.length - 1; at >= 0; at -= 1) {
      if (samples[at] !== 0) return silent / quantum;
      silent += 1;
    }
  }
  return silent / quantum;
}
