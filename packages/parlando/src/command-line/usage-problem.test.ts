import { describe, expect, it } from "vitest";
import { createTestIO, servicesWith } from "../testing/test-io.ts";
import { createToneEngine } from "../testing/tone-engine.ts";
import { runCommandLine } from "./run-command-line.ts";

const canary = "my dark\nsecret canary";

async function errorOf(words: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const io = createTestIO({ services: servicesWith({ espeak: () => createToneEngine({ id: "espeak" }) }), env });
  const status = await runCommandLine(words, io);
  expect(status).toBe(2);
  expect(io.written.stderr()).toMatch(/^parlando: [A-Z_]+: [^\n]+\n$/);
  return io.written.stderr();
}

describe("an error about the command line", () => {
  it.each([
    [["speak", `--say=${canary}`]],
    [["speak", "--say", canary]],
    [["speak", canary, "--loud"]],
    [["speak", `--${canary}`]],
    [["speak", `-${canary}`]],
    [["speak", `-x${canary}`]],
    [["speak", `--ssml=${canary}`]],
    [["speak", `--quiet=${canary}`]],
    [["speak", `--json=${canary}`, canary]],
    [["speak", canary, "--rate"]],
    [["speak", canary, "--format", "mp3"]],
    [["speak", "x", "--format", canary]],
    [["speak", canary, "--out", "-", "--json"]],
    [["speak", canary, "--engine", "nobody"]],
    [[canary]],
    [[`--${canary}`]],
    [[`-${canary}`]],
    [[`--say=${canary}`]],
    [["engines", canary]],
    [["doctor", canary, canary]],
    [["voices", canary]],
    [["voices", "--gender", canary]],
    [["voices", `--json=${canary}`]],
    [["speak", "x", "--latency", canary]],
    [["speak", "x", "--rate", canary]],
    [["speak", "x", "--rate", `1${canary}`]],
  ])("does not repeat what may be spoken: %j", async (words) => {
    expect(await errorOf(words)).not.toMatch(/canary|secret/i);
  });

  it.each([
    [["speak", "--say=x"], "no option '--say' takes a value"],
    [["speak", "--ssml=x"], "no option '--ssml' takes a value"],
    [["speak", "--voise", "x"], "unknown option '--voise' (Did you mean --voice?)"],
    [["speak", "-x"], "unknown option '-x'"],
    [["speak", "-5 degrees outside"], "unknown option (a text that begins with - goes after --)"],
    [["speek"], "there is no such command (Did you mean speak?)"],
    [["dance"], "there is no such command; see parlando --help"],
  ])("says of %j: %s", async (words, part) => {
    expect(await errorOf(words)).toContain(part);
  });

  it("speaks a text that begins with - after --", async () => {
    const io = createTestIO({ services: servicesWith({ espeak: () => createToneEngine({ id: "espeak" }) }) });
    expect(await runCommandLine(["speak", "--out", "-", "--", "-5 degrees outside"], io)).toBe(0);
  });
});
