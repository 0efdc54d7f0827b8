import type { Check } from "./check.ts";

/** The oldest Node that the packages declare (`engines` in package.json). */
const oldestNode = [20, 19] as const;

/** Whether this Node is new enough. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  const isNewEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  if (isNewEnough) return { name: "node", status: "ok", detail: version };
  return { name: "node", status: "failed", detail: `${version} is older than ${oldestNode.join(".")}`, fix: "Install a newer Node from https://nodejs.org." };
}
