import { registry } from "parlando";

const bytesPerSample = { "pcm-s16le": 2, "pcm-f32le": 4 };

/** The embedded voice, with a count of the audio it has made: what is held ahead of the listener is seen nowhere else. */
export async function createCountedEngine(id) {
  const engine = await (await registry.find((entry) => entry.id === id).load()).createEngine();
  let madeMs = 0;

  async function* counted(request, signal) {
    let format;
    for await (const event of engine.synthesize(request, signal)) {
      if (event.type === "start") format = event.format;
      if (event.type === "pcm") madeMs += (event.samples.length / format.sampleRate) * 1000;
      if (event.type === "audio") madeMs += (event.bytes.length / bytesPerSample[format.encoding] / format.sampleRate) * 1000;
      yield event;
    }
  }

  return {
    engine: Object.create(engine, { synthesize: { value: counted } }),
    madeMs: () => madeMs,
    startCount: () => (madeMs = 0),
  };
}
