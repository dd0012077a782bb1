import { element } from "./dom.js";

/** A list of what has a number, the latest first; a row makes what it unfolds when it is unfolded. */
export class Rows {
  #list;
  #most;
  #summary;
  #details;
  #rows = new Map();

  constructor(list, most, summary, details) {
    this.#list = list;
    this.#most = most;
    this.#summary = summary;
    this.#details = details;
  }

  get numbers() {
    return [...this.#rows.keys()];
  }

  /** Show *items*, in the place of those with their numbers, and drop the oldest where there are too many. */
  take(items) {
    for (const item of items.slice(-this.#most)) {
      const row = this.#rows.get(item.number) ?? this.#insert(item.number);
      row.item = item;
      this.#fill(row);
    }
    this.drop(this.numbers.sort((one, other) => other - one).slice(this.#most));
  }

  /** Drop the rows with these numbers. */
  drop(numbers) {
    for (const number of numbers) {
      const { place } = this.#rows.get(number) ?? {};
      if (place?.contains(document.activeElement)) {
        this.#list.parentElement.focus();
      }
      place?.remove();
      this.#rows.delete(number);
    }
  }

  /** Write every row anew. */
  refresh() {
    this.#rows.forEach((row) => this.#fill(row));
  }

  #insert(number) {
    const summary = element("summary");
    const unfolded = element("div", { class: "unfolded" });
    const details = element("details", {}, summary, unfolded);
    const place = element("li", { "data-number": number }, details);
    const row = { place, details, summary, unfolded, item: null };
    details.addEventListener("toggle", () => this.#unfold(row));
    let next = this.#list.firstElementChild;
    while (next && Number(next.dataset.number) > number) {
      next = next.nextElementSibling;
    }
    this.#list.insertBefore(place, next);
    this.#rows.set(number, row);
    return row;
  }

  #fill(row) {
    row.summary.replaceChildren(...this.#summary(row.item));
    this.#unfold(row);
  }

  #unfold(row) {
    row.unfolded.replaceChildren(...(row.details.open ? this.#details(row.item) : []));
  }
}
