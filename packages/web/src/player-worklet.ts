// What runs on the audio thread. Bundled into one text by tools/generate-worklet.mjs: run that after a change here or in what this imports.

import { PlayerMixer } from "./player/player-mixer.ts";
import { workletName, type ToWorklet, type WorkletSettings } from "./player/worklet-messages.ts";

// The types of this scope are in no library that a page's code may use.
declare const sampleRate: number;
declare const currentTime: number;
declare function registerProcessor(name: string, processor: new (options: { readonly processorOptions: WorkletSettings }) => AudioWorkletProcessor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

class PlayerProcessor extends AudioWorkletProcessor {
  readonly #mixer: PlayerMixer;

  constructor({ processorOptions }: { readonly processorOptions: WorkletSettings }) {
    super();
    this.#mixer = new PlayerMixer({ ...processorOptions, sampleRate, post: (message) => this.port.postMessage(message) });
    this.port.onmessage = ({ data }: MessageEvent<ToWorklet>) => this.#mixer.receive(data);
  }

  process(_inputs: readonly Float32Array[][], outputs: readonly Float32Array[][]): boolean {
    const output = outputs[0]?.[0];
    return output === undefined || this.#mixer.render(output, currentTime);
  }
}

// A page may hold two copies of this package, and both bring their worklet into one context. A name is registered once.
const registered = Symbol.for(workletName);
if (!Reflect.has(globalThis, registered)) {
  Reflect.set(globalThis, registered, true);
  registerProcessor(workletName, PlayerProcessor);
}
