// What may import what. The arrows of the house (ARCHITECTURE.md) as rules; how the code must look is in `eslint.config.mjs`.

import { builtinModules } from "node:module";

const tests = "\\.test(-helper)?\\.tsx?$|/src/testing/";

/** Which packages of the workspace each package may import. What is not named here is forbidden. */
const packageArrows = {
  engine: [],
  core: ["engine"],
  codecs: ["engine", "core"],
  espeak: ["engine"],
  cloud: ["engine", "core", "codecs"],
  local: ["engine", "core"],
  speaker: ["engine", "core"],
  protocol: ["engine"],
  web: ["engine", "core", "protocol"],
  server: ["engine", "core", "protocol"],
  testkit: ["engine", "core"],
  parlando: ["engine", "core", "codecs", "espeak", "speaker", "cloud", "local", "web", "server"],
};

/**
 * Which stages of core each stage may see, as types: its neighbours in the flow. All may see the types of the ledger, which records what
 * they did; it sees the types of those up to the audio.
 */
const stageNeighbours = {
  ssml: ["text"],
  text: ["segments", "ledger"],
  segments: ["text", "synthesis", "ledger"],
  synthesis: ["text", "segments", "audio", "ledger"],
  audio: ["synthesis", "buffer", "ledger"],
  buffer: ["audio", "sinks", "ledger"],
  sinks: ["audio", "buffer", "ledger"],
  ledger: ["text", "segments", "synthesis", "audio"],
};

/** `audio/` is also the toolbox of samples (encodings, headers, rates): its neighbours may call it. */
const toolbox = { synthesis: ["audio"], buffer: ["audio"], sinks: ["audio"], ledger: ["audio"] };

const oneOf = (names) => `(${names.join("|")})`;

const packageRules = Object.entries(packageArrows).map(([name, allowed]) => ({
  name: `arrow-${name}`,
  comment: `${name} may import ${allowed.length === 0 ? "no other package" : allowed.join(", ")} of the workspace. Arrows go one way: engine <- core <- everything else.`,
  severity: "error",
  from: { path: `^packages/${name}/src/`, pathNot: tests },
  to: { path: "^packages/", pathNot: `^packages/${oneOf([name, ...allowed])}/` },
}));

const stageRules = Object.entries(stageNeighbours).map(([stage, neighbours]) => ({
  name: `stage-${stage}`,
  comment: `core/src/${stage}/ sees only ${neighbours.length === 0 ? "itself" : neighbours.join(", ")}; only core/src/stream/ sees all stages.`,
  severity: "error",
  from: { path: `^packages/core/src/${stage}/`, pathNot: tests },
  to: { path: `^packages/core/src/${oneOf(["stream", ...Object.keys(stageNeighbours)])}/`, pathNot: `^packages/core/src/${oneOf([stage, ...neighbours])}/` },
}));

const stageTypeRules = Object.keys(stageNeighbours).map((stage) => ({
  name: `stage-${stage}-types-only`,
  comment: `A stage sees the types of its neighbours, not their code: what ${stage} needs done is handed in by core/src/stream/.`,
  severity: "error",
  from: { path: `^packages/core/src/${stage}/`, pathNot: tests },
  to: { path: `^packages/core/src/${oneOf(Object.keys(stageNeighbours))}/`, pathNot: `^packages/core/src/${oneOf([stage, ...(toolbox[stage] ?? [])])}/`, dependencyTypesNot: ["type-only"] },
}));

export default {
  forbidden: [
    { name: "no-cycles", comment: "Two files that need each other are one idea, or hide a third.", severity: "error", from: {}, to: { circular: true } },
    { name: "resolvable", comment: "The import leads nowhere.", severity: "error", from: {}, to: { couldNotResolve: true } },
    ...packageRules,
    {
      name: "packages-by-name",
      comment: "A package is imported by its name, not by a path into its folder.",
      severity: "error",
      from: { path: "^packages/([^/]+)/src/" },
      to: { path: "^packages/", pathNot: "^packages/$1/", dependencyTypesNot: ["aliased", "aliased-tsconfig"] },
    },
    {
      name: "declared-dependencies",
      comment: "What a package imports stands in its own package.json.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: tests },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm-peer", "npm-optional"] },
    },
    {
      name: "no-dev-dependencies",
      comment: "A library may not need what only its developers install.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: tests },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm", "npm-peer", "npm-optional", "type-only"] },
    },
    {
      name: "engines-when-first-used",
      comment: "Importing `parlando` loads no engine and no device: those packages are optional peers, imported dynamically.",
      severity: "error",
      from: { path: "^packages/parlando/src/", pathNot: tests },
      to: { path: "^packages/(espeak|speaker|codecs|cloud|local|web|server)/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-knows-no-node",
      comment: "Core runs in browsers: nothing that its main entry reaches may need Node. What does is behind core/src/node.ts.",
      severity: "error",
      from: { path: "^packages/core/src/index\\.ts$" },
      to: { path: `^(node:)?${oneOf(builtinModules.filter((name) => !name.startsWith("_")))}$`, reachable: true },
    },
    {
      name: "engine-knows-no-node",
      comment: "The contract has no platform.",
      severity: "error",
      from: { path: "^packages/engine/src/", pathNot: tests },
      to: { dependencyTypes: ["core", "npm"] },
    },
    {
      name: "cloud-engines-alone",
      comment: "An engine's folder may be taken out: what two engines share is in transport/.",
      severity: "error",
      from: { path: "^packages/cloud/src/([^/]+)/", pathNot: tests },
      to: { path: "^packages/cloud/src/", pathNot: "^packages/cloud/src/($1|transport)/" },
    },
    {
      name: "web-knows-no-node",
      comment: "What a page loads needs no Node. `ws` is imported when a program in Node first opens a connection; `page.ts` is for servers.",
      severity: "error",
      from: { path: "^packages/(web|protocol)/src/", pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "react-apart",
      comment: "The player and the remote engine need no React; the React parts are behind ./react.",
      severity: "error",
      from: { path: "^packages/web/src/", pathNot: `${tests}|^packages/web/src/(react|demo)/` },
      to: { path: "^(node_modules/)?react|^packages/web/src/(react|demo)/" },
    },
    ...stageRules,
    ...stageTypeRules,
    {
      name: "no-tests-in-libraries",
      comment: "A library does not import a test.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: tests },
      to: { path: tests },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^packages/[^/]+/(dist|node_modules)/|tsdown\\.config\\.ts$" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    skipAnalysisNotInRules: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"], extensions: [".ts", ".tsx", ".js", ".mjs", ".json"] },
  },
};
