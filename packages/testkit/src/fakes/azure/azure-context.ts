import { check } from "../../fail.ts";

/** What `synthesis.context` asks for. */
export interface AzureContext {
  outputFormat: string;
  /** As they came: `true` and `"true"` alike. */
  metadataOptions: Readonly<Record<string, unknown>>;
  /** Of text that comes in pieces; undefined for SSML. */
  input: Readonly<Record<string, unknown>> | undefined;
}

/** Reads the body of `synthesis.context`. */
export function readAzureContext(body: string): AzureContext {
  const context = asRecord(JSON.parse(body));
  const synthesis = asRecord(context["synthesis"]);
  const audio = asRecord(synthesis["audio"]);
  const outputFormat = audio["outputFormat"];
  check(typeof outputFormat === "string", "A synthesis.context for the fake Azure names no output format; expected synthesis.audio.outputFormat, a string.");
  const input = synthesis["input"];
  return { outputFormat, metadataOptions: asRecord(audio["metadataOptions"]), input: input === undefined ? undefined : asRecord(input) };
}

/** Whether a switch is on; the SDK sends some as words. */
export function isOn(value: unknown): boolean {
  return value === true || value === "true";
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
