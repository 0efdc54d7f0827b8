import type { BaseIssue } from "valibot";
import { Problem } from "../problem/problem.ts";

/** What is wrong with a body, in plain words. What was given is not told: it may be what was to be spoken. */
export function problemOfIssue(issue: BaseIssue<unknown>): Problem {
  const field = issue.path?.map((item) => String(item.key)).join(".").slice(0, 120);
  const name = field === undefined ? "The body" : `The field ${JSON.stringify(field)}`;
  if (issue.type === "strict_object" && issue.expected === "never") return new Problem(400, "unknown_field", `${name} is not known here. Leave it out.`, { field });
  if (issue.received === "undefined") return new Problem(400, "missing_field", `${name} is missing. The request has to have it.`, { field });
  if (issue.type === "min_length" && issue.received === "0") return new Problem(400, "empty_text", `${name} is empty. It has to have something to say.`, { field });
  return new Problem(400, "invalid_request", `${name} is wrong. ${expectation(issue)}`, { field });
}

/** How the messages begin that schemas of this API bring themselves. */
const ownWords = "It has to be ";

function expectation({ kind, type, message, expected, requirement }: BaseIssue<unknown>): string {
  if (message.startsWith(ownWords) || (kind === "validation" && expected === null)) return message;
  if (type === "min_value") return `${ownWords}${String(requirement)} or more.`;
  if (type === "max_value") return `${ownWords}${String(requirement)} or less.`;
  return expected === null ? "It has to be something else." : `${ownWords}${inWords(expected)}.`;
}

/** Types as they are called by who has never seen this code. */
const words: Readonly<Partial<Record<string, string>>> = { string: "text", number: "a number", boolean: "true or false", Object: "an object", Array: "a list" };

/** Of `("audio" | "sse")` and the like. */
function inWords(expected: string): string {
  const choices = expected.replace(/^\((.*)\)$/s, "$1").split(" | ").map((choice) => words[choice] ?? choice);
  const last = choices.pop() ?? "something else";
  return choices.length === 0 ? last : `${choices.join(", ")} or ${last}`;
}
