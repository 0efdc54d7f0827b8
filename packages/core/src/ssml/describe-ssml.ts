import { STANDARD, VENDORS } from "./element-names.ts";
import type { SsmlChange } from "./lower/element-plan.ts";
import { problemTexts, type SsmlProblem } from "./ssml-problem.ts";

/** A name of an attribute that is one of SSML 1.1. */
const ATTRIBUTES: ReadonlySet<string> = new Set(
  "alias alphabet age contour duration format gender interpret-as detail level name onlangfailure ph pitch range rate required ordering languages role src strength time variant volume xml:lang version".split(" "),
);

/** One warning serves for all that this is the same of: elements that nobody knows are one kind. */
export function kindOfChange({ name, attribute = "" }: SsmlChange): string {
  return `<${isWellKnown(name) ? name : "?"} ${ATTRIBUTES.has(attribute) || attribute === "" ? attribute : "?"}`;
}

function isWellKnown(name: string): boolean {
  return STANDARD.has(name) || VENDORS.has(name);
}

/** What a warning says of something that an engine does not honour. What the writer invented is not repeated: a name may be anything. */
export function describeChange({ kind, name, attribute }: SsmlChange, engine: string): string {
  const element = isWellKnown(name) ? `the SSML element "${name}"` : "an SSML element that is not of SSML 1.1";
  if (kind === "attribute-dropped") {
    const what = attribute !== undefined && ATTRIBUTES.has(attribute) ? `the attribute "${attribute}"` : "an attribute";
    return `The engine "${engine}" does not honour ${what} of ${element} as it was given; it was left out.`;
  }
  const done = kind === "dropped" ? "its tags were left out" : "it was written in another way";
  return `The engine "${engine}" does not honour ${element}; ${done}.`;
}

/** What a warning says of something that is wrong with the SSML that was fed. */
export function describeProblem({ kind, offset }: SsmlProblem): string {
  const { found, lenient } = problemTexts[kind];
  return `The SSML that was fed is not well-formed: ${found}, at offset ${offset}; ${lenient}. It is told once for each kind.`;
}
