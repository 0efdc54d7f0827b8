/** Commands of LaTeX and the signs that engines know how to read. */
const SIGNS: Readonly<Record<string, string>> = {
  times: "×", cdot: "·", div: "÷", pm: "±", mp: "∓", ast: "*", le: "≤", leq: "≤", ge: "≥", geq: "≥", ne: "≠", neq: "≠", approx: "≈", equiv: "≡", sim: "~", propto: "∝",
  infty: "∞", sum: "∑", prod: "∏", int: "∫", partial: "∂", nabla: "∇", in: "∈", notin: "∉", subset: "⊂", subseteq: "⊆", cup: "∪", cap: "∩", emptyset: "∅", forall: "∀", exists: "∃",
  to: "→", rightarrow: "→", Rightarrow: "⇒", implies: "⇒", leftarrow: "←", iff: "⇔", ldots: "…", cdots: "…", dots: "…", circ: "°", degree: "°", langle: "⟨", rangle: "⟩", mid: "|", neg: "¬", land: "∧", lor: "∨",
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ",
  sigma: "σ", tau: "τ", upsilon: "υ", phi: "φ", varphi: "φ", chi: "χ", psi: "ψ", omega: "ω",
  Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Sigma: "Σ", Phi: "Φ", Psi: "Ψ", Omega: "Ω",
};

/** Commands that only say how something looks. */
const SILENT = /^(?:left|right|big|Big|bigl|bigr|Bigl|Bigr|displaystyle|textstyle|limits|nolimits|quad|qquad|begin|end|mathrm|mathbf|mathit|mathbb|mathcal|mathsf|operatorname|text|textbf|textit|textrm|boxed|hat|bar|vec|tilde|overline|underline)$/u;

const POWERS: Readonly<Record<string, string>> = { "2": "²", "3": "³" };

/** Deeper nesting is read as far as this, and its braces are left out. */
const MOST_LEVELS = 8;

/**
 * A formula in LaTeX as a person would write it on one line, which engines know how to read: fractions with a stroke, roots, powers and letters as signs of
 * Unicode. No sign of LaTeX is left.
 */
export function formulaWords(latex: string): string {
  if (!/[\\^_{}&~-]/u.test(latex)) return latex.trim();
  let text = latex.replaceAll(/\\(?:begin|end)\{[a-z]*\*?\}/gu, " ").replaceAll(/\\\\|\\newline/gu, ", ").replaceAll(/\\([%$&#_{}])/gu, " $1 ").replaceAll(/\\[,;:! >|]|[&~]/gu, " ");
  text = text.replaceAll(/-/gu, "−");
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const inner = unnested(text);
    if (inner === text) break;
    text = inner;
  }
  return text
    .replaceAll(/\\([A-Za-z]+)/gu, (_, name: string) => ` ${command(name)} `)
    .replaceAll(/\^([23])(?!\d)/gu, (_, digit: string) => POWERS[digit] ?? "")
    .replaceAll(/_([\p{L}\p{N}])/gu, " $1")
    .replaceAll(/\^\s*°/gu, "°")
    .replaceAll(/[{}\\_]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/ (?=[,.)²³])|(?<=[(√]) /gu, "")
    .trim();
}

/** The innermost groups, without their braces. */
function unnested(text: string): string {
  return text
    .replaceAll(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/gu, (_, above: string, below: string) => ` ${grouped(above)} / ${grouped(below)} `)
    .replaceAll(/\\sqrt\s*(?:\[([^[\]{}]*)\])?\s*\{([^{}]*)\}/gu, (_, degree: string | undefined, inner: string) => ` ${POWERS[degree ?? ""] ?? degree ?? ""}√${grouped(inner)} `)
    .replaceAll(/\^\{([^{}]*)\}/gu, (_, power: string) => (power.trim().length === 1 ? `^${power.trim()}` : `^${grouped(power)}`))
    .replaceAll(/_\{([^{}]*)\}/gu, " $1 ")
    .replaceAll(/\\([A-Za-z]+)\{([^{}]*)\}/gu, (whole, name: string, inner: string) => (SILENT.test(name) ? ` ${inner} ` : whole));
}

/** In brackets, where it is more than one thing. */
function grouped(text: string): string {
  const inner = text.trim();
  return /^[\p{L}\p{N}.²³]*$/u.test(inner) || /^\\[A-Za-z]+$/u.test(inner) ? inner : `(${inner})`;
}

function command(name: string): string {
  if (SILENT.test(name)) return "";
  return (Object.hasOwn(SIGNS, name) ? SIGNS[name] : undefined) ?? name;
}
