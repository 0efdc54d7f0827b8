import { createFakeClock } from "@parlando/testkit";
import { createServedLine, dryMs } from "../runtime/served-line.test-helper.ts";
import { createScriptedModel, testJob, testVoice, testWindow } from "../runtime/scripted-model.test-helper.ts";
import { createPacedGenerator } from "../testing/paced-generator.ts";
import { createScriptedCodec } from "../testing/scripted-codec.ts";
import { referenceContextCodes } from "../codec/window-rule.ts";
import type { MachineSpeed } from "./chunk-planner.ts";
import { createChunkPlanner } from "./create-chunk-planner.ts";
import type { SimulatedMachine } from "./simulate.test-helper.ts";
import { createSpeedMeter } from "./speed-meter.ts";

/** One speech through everything that runs in the model process, on a machine whose times are known. */
export interface PacedSpeech {
  readonly machine: SimulatedMachine;
  readonly codes: number;
  readonly chunkCodes: number | "adaptive";
  readonly reproducible: boolean;
  /** What is believed of the machine before anything was measured. */
  readonly guess: MachineSpeed;
}

/** What its listener heard. */
export interface HeardSpeech {
  readonly firstMs: number;
  readonly dryMs: number;
  readonly pieces: readonly number[];
  readonly samples: number;
  readonly warnings: readonly string[];
}

const probeWindows = [34, 66, 33] as const;

/**
 * Speaks once through the service, the scheduler, the pump, the planner and the window assembler as they are, with a generator and a codec that take as long as
 * the machine does (beside each other), on a fake clock. The prompt takes no time: it is the same for all.
 */
export async function speakPaced({ machine, codes, chunkCodes, reproducible, guess }: PacedSpeech): Promise<HeardSpeech> {
  const clock = createFakeClock({ turns: 2 });
  const meter = createSpeedMeter(guess);
  // As a codec's probe leaves it when a model is loaded.
  for (const window of probeWindows) meter.recordWindow(window, machine.decodeMs(window));
  const spoken = Array.from({ length: codes }, (_, index) => (index * 37) % 512);
  const generator = createPacedGenerator({ clock, codes: () => spoken, stepMs: (_, step) => machine.codeMs(step), slots: 1 });
  const codec = createScriptedCodec({ clock, windowMs: (window) => machine.decodeMs(window) });
  const shape = { codeDurationMs: 20, rule: testWindow, contextCodes: referenceContextCodes };
  const model = {
    ...createScriptedModel({ generator, codec, clock, planner: () => createChunkPlanner({ chunkCodes, reproducible, shape }) }),
    speed: { code: meter.recordCode, window: meter.recordWindow, speed: meter.speed },
  };
  const line = createServedLine({ clock, loadModel: async () => model });
  const loaded = await line.load();
  const beganAtMs = clock.now();
  const id = line.speak(loaded, testJob({ voice: testVoice, expectedCodes: codes, chunkCodes, highWaterMs: 120_000, limits: { minimumCodes: 0, maximumCodes: codes } }));
  await clock.runUntil(line.answer(id));
  const audio = line.of("audio", id);
  return {
    firstMs: (audio[0]?.atMs ?? Number.NaN) - beganAtMs,
    dryMs: dryMs(line, id),
    pieces: audio.map(({ samples }) => samples.length / 480),
    samples: line.sound(id).length,
    warnings: line.of("warning", id).map(({ code }) => code),
  };
}
