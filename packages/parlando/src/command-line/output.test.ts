import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { watchOutput } from "./output.ts";

function failingWith(code: string): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) });
}

describe("watchOutput", () => {
  it("takes a reader that has gone for an end, not for an error", async () => {
    const stream = failingWith("EPIPE");
    const output = watchOutput(stream);
    await output.write("a");
    await output.write("b");
    expect(output.closed).toBe(true);
    expect(output.closing.aborted).toBe(true);
  });

  it("passes other errors on", async () => {
    const output = watchOutput(failingWith("ENOSPC"));
    await expect(output.write("a")).rejects.toThrow("ENOSPC");
    expect(output.closed).toBe(false);
  });

  it("leaves no listener behind", () => {
    const stream = failingWith("EPIPE");
    const output = watchOutput(stream);
    expect(stream.listenerCount("error")).toBe(1);
    output.release();
    expect(stream.listenerCount("error")).toBe(0);
  });
});
