/** Show what happened in *section*. */
export function showStatus(section, words) {
  section.querySelector(".message").textContent = words;
}

/** Run *task* for *section*, and show its error, or *words* if it succeeds. */
export async function run(section, task, words = "") {
  try {
    await task();
    showStatus(section, words);
  } catch (error) {
    showStatus(section, error instanceof TypeError ? "The mock does not respond." : error.message);
  }
}
