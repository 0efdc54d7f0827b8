import { execFile, spawn, type ChildProcess } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forkChannel, modelProcessFile } from "./process-channel.ts";
import type { ProcessMessage } from "./protocol.ts";

let folder = "";

beforeAll(async () => {
  await access(modelProcessFile()).catch(() => expect.fail(`${modelProcessFile()} is not there: run "npm run build" first.`));
  folder = await mkdtemp(join(tmpdir(), "parlando-channel-"));
  // Apps that use the channel itself: in a process of their own, so that they can end and be killed.
  const source = await readFile(join(import.meta.dirname, "process-channel.ts"), "utf8");
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 } });
  // What it imports of the project is for errors only, which these apps do not meet.
  const alone = outputText.replace(/^import .* from "@parlando\/engine";$/mu, "").replace(/^import .* from "\.\/.*";$/gmu, "");
  await writeFile(join(folder, "process-channel.mjs"), alone);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A script that stands for the model process. */
async function script(name: string, text: string): Promise<string> {
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, text);
  return file;
}

async function until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return expect.fail("It did not happen within 10 s.");
}

const isGone = (processId: number): true | undefined => {
  try {
    process.kill(processId, 0);
    return undefined;
  } catch {
    return true;
  }
};
const modelFolders = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.startsWith("parlando-model-"));

describe("the line to a model process", () => {
  it("carries messages with their arrays, and tells the end with the last words of the process, without its stack", async () => {
    const file = await script("echo", `
      process.send({ type: "audio", samples: Float32Array.of(1, 0.5), environment: Object.keys(process.env), argument: process.argv[2], flags: process.execArgv });
      process.on("message", () => { console.log("to nobody"); throw new RangeError("out of video memory"); });
    `);
    const channel = forkChannel({ file, environment: { PATH: process.env["PATH"], AWS_SECRET_ACCESS_KEY: "secret", OPENAI_API_KEY: "secret", CUDA_VISIBLE_DEVICES: "0", NODE_OPTIONS: "--trace-warnings" } });
    const heard: ProcessMessage[] = [];
    const ends: string[] = [];
    channel.onEnd((reason) => ends.push(reason));
    channel.onMessage((message) => heard.push(message));
    channel.setBusy(true);
    const first = (await until(() => heard[0])) as unknown as { samples: Float32Array; environment: string[]; argument: string; flags: string[] };
    expect(first.samples).toEqual(Float32Array.of(1, 0.5));
    expect(first.environment).toEqual(expect.arrayContaining(["CUDA_VISIBLE_DEVICES", "PATH"]));
    expect(first.environment.filter((name) => /KEY|NODE_OPTIONS/u.test(name))).toEqual([]);
    expect(first.flags).toEqual([]);
    await access(first.argument);
    channel.send({ type: "close" });
    expect(await until(() => ends[0])).toMatch(/^it ended with status 1; the last that it said: RangeError: out of video memory$/u);
    await expect(access(first.argument)).rejects.toThrow();
    channel.kill();
    channel.send({ type: "close" });
    expect(ends).toHaveLength(1);
  });

  it("is ended by killing, and says so", async () => {
    const channel = forkChannel({ file: await script("sleeper", "process.on('message', () => {}); process.send({ type: 'ready', processId: process.pid });") });
    const reason = new Promise((resolve) => channel.onEnd(resolve));
    channel.onMessage(() => channel.kill());
    channel.setBusy(true);
    expect(await reason).toBe("it was ended by SIGKILL");
  });

  it("tells that a process has no file to run", async () => {
    const channel = forkChannel({ file: join(folder, "nothing.mjs") });
    channel.setBusy(true);
    expect(await new Promise((resolve) => channel.onEnd(resolve))).toMatch(/status 1.*nothing\.mjs/u);
  });
});

describe("the model process and its app", () => {
  const app = (after: string): Promise<string> => script("app", `
    import { forkChannel } from "./process-channel.mjs";
    const channel = forkChannel({ file: ${JSON.stringify(modelProcessFile())} });
    channel.setBusy(true);
    channel.onMessage(({ processId }) => { console.log(processId); ${after} });
  `);
  const start = async (after: string): Promise<{ child: ChildProcess; processId: number }> => {
    const child = spawn(process.execPath, [await app(after)], { env: { ...process.env, TMPDIR: folder }, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    return { child, processId: await until(() => (said.includes("\n") ? Number(said) : undefined)) };
  };

  it("does not keep an app alive that has nothing to do, and ends with it", async () => {
    const file = await app("channel.setBusy(false);");
    const { stdout } = await promisify(execFile)(process.execPath, [file], { env: { ...process.env, TMPDIR: folder }, timeout: 20_000 });
    await until(() => isGone(Number(stdout)));
    await until(async () => ((await modelFolders()).length === 0 ? true : undefined));
  }, 30_000);

  it("ends when its app is killed, and removes its folder", async () => {
    const { child, processId } = await start("");
    expect(isGone(processId)).toBeUndefined();
    expect(await modelFolders()).toHaveLength(1);
    child.kill("SIGKILL");
    await until(() => isGone(processId));
    await until(async () => ((await modelFolders()).length === 0 ? true : undefined));
  }, 30_000);

  it("is busy until it is told otherwise", async () => {
    const { child, processId } = await start("");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(child.exitCode).toBeNull();
    process.kill(processId, "SIGKILL");
    await until(() => child.exitCode ?? undefined);
    await until(async () => ((await modelFolders()).length === 0 ? true : undefined));
  }, 30_000);
});
