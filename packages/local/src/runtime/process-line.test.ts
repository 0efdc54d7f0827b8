import { describe, expect, it } from "vitest";
import type { ModelChannel } from "./model-channel.ts";
import { createProcessLine, type ProcessLine } from "./process-line.ts";
import type { HostMessage, ProcessMessage } from "./protocol.ts";
import { testJob } from "./scripted-model.test-helper.ts";

interface Setup {
  readonly line: ProcessLine;
  readonly told: HostMessage[];
  readonly busy: boolean[];
  readonly crashes: string[];
  readonly worked: () => number;
  readonly killed: () => number;
  say(message: ProcessMessage): void;
  end(reason: string): void;
}

function setUp({ readyMs = 10_000, leaveMs = 10_000 } = {}): Setup {
  const told: HostMessage[] = [];
  const busy: boolean[] = [];
  const crashes: string[] = [];
  let say: (message: ProcessMessage) => void = () => {};
  let end: (reason: string) => void = () => {};
  let killed = 0;
  let worked = 0;
  const channel: ModelChannel = {
    send: (message) => void told.push(message),
    onMessage: (listener) => (say = listener),
    onEnd: (listener) => (end = listener),
    setBusy: (next) => void busy.push(next),
    kill: () => {
      killed += 1;
      end("it was ended by SIGKILL");
    },
  };
  const line = createProcessLine({ channel, onCrash: (reason) => crashes.push(reason), onWorked: () => (worked += 1), readyMs, leaveMs });
  return { line, told, busy, crashes, worked: () => worked, killed: () => killed, say: (message) => say(message), end: (reason) => end(reason) };
}

const speak = { type: "speak", model: 1, job: testJob() } as const;
const failure = { code: "TEXT_TOO_LONG", message: "Too long.", retryable: false, retryAfterMs: 7, broken: false } as const;

describe("the app's end of the line", () => {
  it("gives each request its own answer, whatever their order", async () => {
    const { line, told, say, busy, worked } = setUp();
    say({ type: "ready", processId: 42 });
    const [one, two, three] = [line.request(speak), line.request(speak), line.request({ type: "unload", model: 1 })];
    expect(told.map((message) => "id" in message && message.id)).toEqual([one.id, two.id, three.id]);
    say({ type: "done", id: three.id, metrics: undefined });
    say({ type: "failed", id: two.id, failure });
    say({ type: "stopped", id: one.id });
    say({ type: "done", id: one.id, metrics: undefined });
    expect(await one.answer).toMatchObject({ type: "stopped" });
    await expect(two.answer).rejects.toMatchObject({ code: "TEXT_TOO_LONG", message: "Too long.", retryable: false, retryAfterMs: 7 });
    expect(await three.answer).toMatchObject({ type: "done" });
    expect(busy).toEqual([true, false]);
    expect(worked()).toBe(0);
    expect(line.processId).toBe(42);
  });

  it("hands on what comes before the answer, and nothing after it", () => {
    const { line, say } = setUp();
    const notes: unknown[] = [];
    const { id } = line.request(speak, (note) => notes.push(note));
    const queued = { type: "queued", id, ahead: 1, waitMs: 5 } as const;
    say(queued);
    say({ type: "stopped", id });
    say(queued);
    say({ ...queued, id: 99 });
    expect(notes).toEqual([queued]);
  });

  it("cancels only what was not answered", () => {
    const { line, told, say } = setUp();
    const { id } = line.request(speak);
    line.cancel(id);
    say({ type: "stopped", id });
    line.cancel(id);
    expect(told.filter(({ type }) => type === "cancel")).toEqual([{ type: "cancel", id }]);
  });

  it("fails all that is open when the process ends, and what is asked later", async () => {
    const { line, end, crashes, busy } = setUp();
    const requests = [line.request(speak), line.request(speak)];
    end("it was ended by SIGSEGV");
    end("it was ended by SIGSEGV");
    await line.over;
    const service = { code: "SERVICE", retryable: true, message: expect.stringContaining("SIGSEGV") };
    for (const { answer } of [...requests, line.request(speak)]) await expect(answer).rejects.toMatchObject(service);
    expect(crashes).toEqual(["it was ended by SIGSEGV"]);
    expect(busy.at(-1)).toBe(false);
    expect(line.processId).toBeUndefined();
    line.close();
  });

  it("closes once, keeps the app alive meanwhile, and that is no crash", async () => {
    const { line, told, say, end, crashes, busy } = setUp();
    say({ type: "ready", processId: 42 });
    const open = line.request(speak);
    const answered = line.request(speak);
    line.close();
    line.close();
    say({ type: "stopped", id: answered.id });
    expect(told.filter(({ type }) => type === "close")).toHaveLength(1);
    expect(busy).not.toContain(false);
    await expect(line.request(speak).answer).rejects.toMatchObject({ code: "SERVICE" });
    end("it ended with status 0");
    await line.over;
    await expect(open.answer).rejects.toMatchObject({ code: "ABORTED" });
    expect(crashes).toEqual([]);
  });

  it("kills a process that does not leave, and one that never was ready", async () => {
    const staying = setUp({ leaveMs: 5 });
    staying.say({ type: "ready", processId: 42 });
    staying.line.close();
    await staying.line.over;
    expect(staying.killed()).toBe(1);
    const silent = setUp({ readyMs: 5 });
    const { answer } = silent.line.request(speak);
    await expect(answer).rejects.toMatchObject({ message: expect.stringContaining("not ready after 5 ms") });
    expect(silent.killed()).toBe(1);
    expect(silent.crashes).toEqual(["it was not ready after 5 ms"]);
  });
});
