import { ask } from "./api.js";

/**
 * Open the stream of what happens. It is read by fetch, as an EventSource cannot send a token.
 * Yields the kind of each event and its data. *signal* closes it.
 */
export async function open(signal) {
  const response = await ask("GET", "/live", undefined, signal);
  return events(response.body.pipeThrough(new TextDecoderStream()).getReader());
}

async function* events(reader) {
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (waiting + value).split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const found = /^event: (.*)\ndata: (.*)$/.exec(block);
      if (found) {
        yield [found[1], JSON.parse(found[2])];
      }
    }
  }
}
