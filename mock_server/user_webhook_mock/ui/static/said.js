/** Tell the reader of *section* what happened. */
export function say(section, words) {
  section.querySelector(".said").textContent = words;
}

/** Do what a reader asked for in *section*, and tell what came of it; *words* are for its success. */
export async function attempt(section, task, words = "") {
  try {
    await task();
    say(section, words);
  } catch (error) {
    say(section, error instanceof TypeError ? "The mock does not answer." : error.message);
  }
}
