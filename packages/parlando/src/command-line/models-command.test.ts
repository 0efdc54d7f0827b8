import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestIO, servicesWith } from "../testing/test-io.ts";
import { createToneEngine } from "../testing/tone-engine.ts";
import { modelsCommand } from "./models-command.ts";
import { watchOutput } from "./output.ts";
import { runCommandLine } from "./run-command-line.ts";

const services = servicesWith({ espeak: () => createToneEngine({ id: "espeak" }) });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-models-"));
  // Kinds are told by the first bytes: a GGUF of version 3 without tensors, an ONNX graph whose input is `codes`, and a web page.
  const gguf = Buffer.alloc(32);
  gguf.write("GGUF");
  gguf.writeUInt32LE(3, 4);
  const graph = Buffer.from([0x5a, 7, 10, 5, ...Buffer.from("codes"), 0x62, 7, 10, 5, ...Buffer.from("audio")]);
  const onnx = Buffer.concat([Buffer.from([8, 8, 0x3a, graph.length]), graph, Buffer.from([0x42, 2, 16, 17])]);
  await mkdir(join(folder, "whole"));
  await writeFile(join(folder, "whole", "backbone.gguf"), gguf);
  await writeFile(join(folder, "whole", "codec.onnx"), onnx);
  await mkdir(join(folder, "page"));
  await writeFile(join(folder, "page", "backbone.gguf"), "<!doctype html><title>Sign in</title>");
  await writeFile(join(folder, "config.json"), JSON.stringify({ engine: { engine: "audar", options: { model: join(folder, "whole"), preset: "audar-v1-phonemes" } } }));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(words: readonly string[], env: Record<string, string> = {}): Promise<{ status: number; stdout: string; stderr: string }> {
  const io = createTestIO({ services, env });
  const status = await runCommandLine([...words], io);
  return { status, stdout: io.written.stdout().toString(), stderr: io.written.stderr() };
}

describe("parlando models", () => {
  it("says what every preset needs, where it comes from and how to tell where it is, and fails where nothing is there", async () => {
    const { status, stdout, stderr } = await run(["models"]);
    expect([status, stderr]).toEqual([1, ""]);
    for (const part of ["audar-v1-phonemes:", "audar-v1-flash (chosen by these settings):", "backbone   missing", "codec      missing", "tokenizer  not needed", "huggingface.co/audarai/Audar-TTS-V1-Flash", "PARLANDO_MODELS"]) expect(stdout).toContain(part);
  });

  it("finds a whole model by --model, by the variable and by config", async () => {
    const path = join(folder, "whole");
    for (const [words, env] of [[["--model", path], {}], [[], { PARLANDO_MODELS: path }], [["--config", join(folder, "config.json")], {}]] as const) {
      const { status, stdout } = await run(["models", ...words], env);
      expect(status).toBe(0);
      expect(stdout).toContain(`backbone   there  ${join(path, "backbone.gguf")} (0.0 MiB)`);
      expect(stdout).toMatch(/^ok {4}audar-v1-flash/m);
    }
    expect((await run(["models", "--config", join(folder, "config.json")])).stdout).toContain("audar-v1-phonemes (chosen");
  });

  it("tells what is wrong with a file, and its hash where asked", async () => {
    const broken = await run(["models", "--model", join(folder, "page"), "--preset", "audar-v1-flash"]);
    expect(broken.status).toBe(1);
    expect(broken.stdout).toMatch(/backbone {3}BROKEN .*backbone\.gguf/);
    expect(broken.stdout).toContain("it is a web page");
    const hashed = await run(["models", "--model", join(folder, "whole"), "--hash", "--json", "--preset", "audar-v1-flash"]);
    expect(hashed.status).toBe(0);
    expect(JSON.parse(hashed.stdout)).toEqual([
      expect.objectContaining({
        preset: "audar-v1-flash",
        engine: "audar",
        chosen: true,
        complete: true,
        files: expect.arrayContaining([expect.objectContaining({ role: "backbone", state: "unknown", bytes: 32, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string, needed: true }), expect.objectContaining({ role: "tokenizer", needed: false })]) as unknown[],
      }),
    ]);
  });

  it("refuses a preset that there is not", async () => {
    expect(await run(["models", "--preset", "audar-v9"])).toMatchObject({ status: 2, stderr: expect.stringContaining("audar-v1-phonemes, audar-v1-flash") as string });
  });

  it("says how to install the package where it is missing, and when it is another", async () => {
    const io = createTestIO({ services });
    const context = { io, output: watchOutput(io.stdout), stopping: { signal: new AbortController().signal, status: () => undefined } } as unknown as Parameters<typeof modelsCommand>[1];
    const missing = Object.assign(new TypeError("not found"), { code: "ERR_MODULE_NOT_FOUND" });
    await expect(modelsCommand({}, context, () => Promise.reject(missing))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE", message: expect.stringContaining("npm install @parlando/local") as string });
    await expect(modelsCommand({}, context, async () => ({}))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  });
});
