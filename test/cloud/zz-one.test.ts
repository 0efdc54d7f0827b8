import { it } from "vitest";
import { createPollyEngine } from "@parlando/cloud/polly";
import { createFakePolly } from "@parlando/testkit/fakes";
import { after } from "./run-cell.test-helper.ts";
it("client", { timeout: 200_000 }, async () => {
  const fake = await createFakePolly({ key: "k", encoding: "exact", msPerCharacter: 40, blockMs: 40, fault: () => ({ kind: "status", status: 500, headers: { "retry-after": "0" } }) });
  const make = () => createPollyEngine({ region: "us-east-1", endpoint: fake.url, credentials: { accessKeyId: "k", secretAccessKey: "s" }, formats: ["pcm"], engine: "neural", voice: "Joanna", firstByteMs: 300, idleMs: 300 });
  const one = make();
  const env = process.env;
  for (let i = 0; i < 250; i += 1) {
    const engine = env["ENGINE"] === "one" ? one : make();
    const kinds = env["MARKS"] === "none" ? [] : ["word" as const];
    const read = async () => { try { for await (const _ of engine.synthesize({ text: "hello world one two", ssml: false, format: engine.capabilities.formats[0]!, marks: kinds }, new AbortController().signal)) {} } catch {} };
    await Promise.all([read(), read()]);
    await read();
    if (env["WAIT"]) await after(Number(env["WAIT"]));
    if (env["ENGINE"] !== "one") await engine.close();
  }
  await one.close();
  await fake.close();
});
