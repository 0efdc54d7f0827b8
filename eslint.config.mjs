// What the code of the house must look like. What may import what is in `.dependency-cruiser.mjs`.

import jsdoc from "eslint-plugin-jsdoc";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

const librarySources = ["packages/*/src/**/*.{ts,tsx}"];
const testSources = ["**/*.test.ts", "**/*.test.tsx", "**/*.test-helper.ts", "packages/*/src/testing/**/*.ts", "test/**/*.ts"];
const typedSources = ["packages/**/*.{ts,tsx}", "test/**/*.ts", "bench/**/*.ts", "tools/**/*.ts", "vitest.config.ts"];

const plainError = "Throw a TTSError (StreamError, BufferError) of @parlando/engine, with a code and a message that says what to do.";
const onlyNamedExports = "Name what is exported: no default exports, no `export *`.";
const errorNames = "/^(Error|EvalError|RangeError|ReferenceError|SyntaxError|TypeError|URIError|AggregateError)$/";

const noPlainErrors = [
  { selector: `NewExpression[callee.name=${errorNames}]`, message: plainError },
  { selector: `CallExpression[callee.name=${errorNames}]`, message: plainError },
  { selector: "ThrowStatement > Literal", message: plainError },
  { selector: "ThrowStatement > TemplateLiteral", message: plainError },
  { selector: "ThrowStatement > ObjectExpression", message: plainError },
];
const noHiddenExports = [
  { selector: "ExportAllDeclaration", message: onlyNamedExports },
  { selector: "ExportDefaultDeclaration", message: onlyNamedExports },
];
const noMocksOrLeftovers = [
  { selector: "CallExpression[callee.object.name='vi'][callee.property.name=/^(mock|doMock|unstable_mockModule)$/]", message: "Modules of our own are not mocked: hand in a clock, an engine, a sink or a server instead." },
  { selector: "MemberExpression[object.name=/^(it|test|describe)$/][property.name='only']", message: "A focused test hides the others." },
];

export default defineConfig(
  { ignores: ["**/dist/", "**/node_modules/", "docs/api/", ".cache/", "**/.turbo/", "coverage/", "test/contract/contract.d.ts"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },

  {
    name: "house/typed",
    files: typedSources,
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      "@typescript-eslint/only-throw-error": ["error", { allowRethrowing: true, allowThrowingUnknown: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // It takes a variable for what it was before an `await` or a callback.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // What factories return has no `this`.
      "@typescript-eslint/unbound-method": "off",
      // A text is spread into its code points on purpose.
      "@typescript-eslint/no-misused-spread": "off",
      // `return resolve()` is a guard on one line, and `(x) => void f(x)` says that the promise is let go on purpose.
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-meaningless-void-operator": "off",
      // An interface asks for a promise where one engine or sink has nothing to wait for.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-empty-function": "off",
      // An event without a value is `void` in a map of events; a constructor may only narrow what it takes.
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-useless-constructor": "off",
      // A rejection reason is whatever a signal or a foreign library was given.
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true }],
      eqeqeq: ["error", "always"],
      "no-unused-vars": "off",
      "@typescript-eslint/no-unused-vars": ["error", { args: "after-used", ignoreRestSiblings: true, argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_", varsIgnorePattern: "^_$" }],
    },
  },

  {
    name: "house/library",
    files: librarySources,
    ignores: [...testSources, "**/*.d.ts"],
    plugins: { jsdoc },
    rules: {
      "no-console": "error",
      "no-restricted-syntax": ["error", ...noPlainErrors, ...noHiddenExports],
      "jsdoc/require-jsdoc": [
        "error",
        {
          publicOnly: true,
          enableFixer: false,
          checkConstructors: false,
          require: { FunctionDeclaration: true, ClassDeclaration: true, ArrowFunctionExpression: false, FunctionExpression: false, MethodDefinition: false },
          contexts: ["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "VariableDeclaration", "TSEnumDeclaration"],
        },
      ],
      "jsdoc/check-tag-names": ["error", { definedTags: ["packageDocumentation", "remarks", "typeParam"], typed: false }],
      "jsdoc/no-types": "error",
      "max-lines": ["warn", { max: 350, skipComments: true }],
      "max-lines-per-function": ["warn", { max: 60, skipComments: true }],
    },
  },

  {
    name: "house/engines-that-are-wrong-on-purpose",
    files: ["packages/testkit/src/bad-engines/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...noHiddenExports] },
  },

  {
    name: "house/contract-and-core",
    files: ["packages/engine/src/**/*.ts", "packages/core/src/**/*.ts"],
    ignores: testSources,
    rules: { "@typescript-eslint/no-non-null-assertion": "error" },
  },

  {
    name: "house/tests",
    files: testSources,
    rules: {
      "no-restricted-syntax": ["error", ...noMocksOrLeftovers],
      // A test asks for what it has just put there.
      "@typescript-eslint/no-non-null-assertion": "off",
      // `expect.any()` and its like are `any` by their makers' choice.
      "@typescript-eslint/no-unsafe-assignment": "off",
    },
  },

  {
    name: "house/scripts",
    files: ["**/*.mjs"],
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "module",
      globals: Object.fromEntries(
        ["process", "console", "performance", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "URL", "AbortController", "AbortSignal", "TextEncoder", "TextDecoder", "Buffer", "ReadableStream", "structuredClone", "fetch"].map((name) => [name, "readonly"]),
      ),
    },
    rules: {
      "no-undef": "error",
      "no-unused-vars": ["error", { args: "after-used", ignoreRestSiblings: true }],
      eqeqeq: ["error", "always"],
      "prefer-const": "error",
      "no-var": "error",
      "no-restricted-syntax": ["error", ...noMocksOrLeftovers],
    },
  },
);
