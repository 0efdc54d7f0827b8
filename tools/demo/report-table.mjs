const rows = [
  ["first audio", (report) => (report.firstAudioMs === undefined ? "none" : `${Math.round(report.firstAudioMs)} ms`)],
  ["audio length", (report) => `${(report.audioMs / 1000).toFixed(2)} s`],
  ["real-time factor", (report) => report.realTimeFactor.toFixed(3)],
  ["underruns", (report) => `${report.underruns}${report.underruns === 0 ? "" : ` (${Math.round(report.underrunMs)} ms)`}`],
  ["segments", (report) => String(report.segments)],
  ["characters", (report) => String(report.characters)],
];

/** The reports of some streams side by side. */
export function reportTable(results) {
  const cells = [["", ...results.map(({ label }) => label)], ...rows.map(([name, show]) => [name, ...results.map(({ report }) => show(report))])];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return cells.map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("   ")).join("\n");
}
