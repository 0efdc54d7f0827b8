import { describeProblem } from "../ssml/describe-ssml.ts";
import type { SsmlProblem } from "../ssml/ssml-problem.ts";
import type { StreamNotices } from "./stream-notices.ts";

/** Warns of what is wrong with SSML that is fed, once for each kind. What is fed need not be a whole document. */
export function createProblemNotice(notices: StreamNotices): (problem: SsmlProblem) => void {
  let told: Set<string> | undefined;
  return (problem) => {
    told ??= new Set(["root"]);
    if (told.has(problem.kind)) return;
    told.add(problem.kind);
    notices.tell("warning", { code: "SSML", message: describeProblem(problem) });
  };
}
