import type { CredentialReport, Engine } from "@parlando/engine";

/** From the worst to the best. */
const byUrgency: readonly CredentialReport["status"][] = ["missing", "invalid", "unreachable", "valid", "not-needed"];

/** One report for several engines: the worst status, all that is missing, and each engine's own words. */
export async function checkAllCredentials(engines: readonly Engine[], signal: AbortSignal): Promise<CredentialReport> {
  const reports = await Promise.all(engines.map((engine) => checkEngineCredentials(engine, signal)));
  const [only] = reports;
  if (only !== undefined && reports.length === 1) return only;
  const missing = reports.flatMap((report) => report.missing ?? []);
  return {
    status: byUrgency.find((status) => reports.some((report) => report.status === status)) ?? "not-needed",
    ...(missing.length === 0 ? {} : { missing }),
    message: reports.map((report, index) => `${engines[index]?.id ?? "engine"}: ${report.message}`).join(" "),
  };
}

/** What one engine says of its credentials; an engine that cannot be asked needs none. */
export async function checkEngineCredentials(engine: Engine, signal: AbortSignal): Promise<CredentialReport> {
  return (await engine.checkCredentials?.(signal)) ?? { status: "not-needed", message: `The engine "${engine.id}" needs no credentials.` };
}
