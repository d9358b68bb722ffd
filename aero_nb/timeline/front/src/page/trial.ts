// Regular expressions are tried in a worker that can be ended: /(a+)+$/ may take forever on one name, and a page that
// tries it answers nothing any more.

import { expressionOf, type Known } from "../logic/search";

const LONGEST = 1000; // ms from when the worker has what it shall try
const WORK = `onmessage = ({ data }) => {
  postMessage(null);
  postMessage(data.map(([expression, texts]) => texts.filter((text) => expression.test(text))));
}`;

let code: string | undefined; // the address of WORK: one for all

/** A query that is an expression, and what it is tried on. */
export type Question = readonly [query: string, texts: Iterable<string>];

/** One trial at a time: the next one ends the last, whose promise then stays open. */
export class Trial {
  #worker: Worker | null = null;
  #late: ReturnType<typeof setTimeout> | undefined;

  /** Which of their texts expressions match; fails with a word where that is too slow, or not allowed. */
  async match(questions: readonly Question[]): Promise<Known> {
    this.end();
    const known = new Map<string, Set<string>>();
    if (!questions.length) return known;
    try {
      const matched = await this.#ask(questions.map(([query, texts]) => [expressionOf(query), [...texts]]));
      questions.forEach(([query], i) => {
        known.set(query, new Set([...(known.get(query) ?? []), ...matched[i]]));
      });
      return known;
    } finally {
      this.end();
    }
  }

  #ask(question: unknown): Promise<string[][]> {
    return new Promise((resolve, reject) => {
      const refused = () => reject(new Error("not allowed here"));
      try {
        code ??= URL.createObjectURL(new Blob([WORK], { type: "text/javascript" }));
        this.#worker = new Worker(code);
      } catch {
        return refused();
      }
      this.#worker.onerror = refused;
      this.#worker.onmessage = ({ data }) => {
        if (data) resolve(data);
        else this.#late = setTimeout(() => reject(new Error("stopped: too slow")), LONGEST);
      };
      this.#worker.postMessage(question);
    });
  }

  end(): void {
    clearTimeout(this.#late);
    this.#worker?.terminate();
    this.#worker = null;
  }
}
