import { expect, it } from "vitest";
import { startSpeechServer } from "../testing/speech-server.ts";

it("A body of audio has no place for marks, so that an engine is asked for no more of them than the stream itself goes by", async () => {
  await using served = await startSpeechServer({ capabilities: { marks: ["word", "sentence", "viseme"] } });
  const response = await served.ask({ input: "One sentence. And another.", response_format: "pcm" });
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(0);
  const asked = served.engine.requests.map(({ request }) => request.marks);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((marks) => marks.join() === "word")).toBe(true);
});
