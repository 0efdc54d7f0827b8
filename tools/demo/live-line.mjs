const plainLineEveryMs = 2_000;
const liveLineEveryMs = 100;

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** One line about a stream: rewritten in place on a terminal, a new line every two seconds elsewhere. */
export function createLiveLine({ label, progress, output = process.stdout }) {
  const live = output.isTTY === true;
  const text = () => {
    const { fedCharacters, totalCharacters, madeMs, takenMs, taken } = progress();
    const buffered = Math.max(0, Math.round(madeMs - takenMs));
    return `${label}  fed ${fedCharacters}/${totalCharacters}  made ${seconds(madeMs)}  ${taken} ${seconds(takenMs)}  buffered ${buffered} ms`;
  };
  const show = () => output.write(live ? `\r\u001b[2K${text().slice(0, Math.max(20, (output.columns || 80) - 1))}` : `${text()}\n`);
  const timer = setInterval(show, live ? liveLineEveryMs : plainLineEveryMs);
  return {
    end() {
      clearInterval(timer);
      show();
      if (live) output.write("\n");
    },
  };
}
