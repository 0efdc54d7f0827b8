import type { CredentialReport, Engine } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createToneEngine } from "../testing/tone-engine.ts";
import { checkAllCredentials } from "./check-all-credentials.ts";

const signal = new AbortController().signal;
const answering = (id: string, report: CredentialReport): Engine => ({ ...createToneEngine({ id }), checkCredentials: async () => report });

describe("checkAllCredentials", () => {
  it("says that an engine without credentials needs none", async () => {
    expect(await checkAllCredentials([createToneEngine()], signal)).toEqual({ status: "not-needed", message: 'The engine "tone" needs no credentials.' });
  });

  it("passes the report of a single engine on", async () => {
    const report: CredentialReport = { status: "missing", missing: ["KEY"], message: "Set KEY." };
    expect(await checkAllCredentials([answering("a", report)], signal)).toBe(report);
  });

  it("lets the worst answer count and keeps all that is missing", async () => {
    const engines = [answering("a", { status: "valid", message: "Fine." }), answering("b", { status: "missing", missing: ["KEY"], message: "Set KEY." }), createToneEngine()];
    expect(await checkAllCredentials(engines, signal)).toEqual({ status: "missing", missing: ["KEY"], message: 'a: Fine. b: Set KEY. tone: The engine "tone" needs no credentials.' });
    expect((await checkAllCredentials([engines[0]!, createToneEngine()], signal)).status).toBe("valid");
  });
});
