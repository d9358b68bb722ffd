// Whether the args of a span have what a search asks for; the same as timeline/arguments.py, which a kernel is asked for.

import type { WantedArgument } from "./search";

export function hasArgument(args: unknown, { key, text }: WantedArgument): boolean {
  const wanted = text.toLowerCase();
  if (!key) return JSON.stringify(args).toLowerCase().includes(wanted);
  const name = key.toLowerCase();
  return members(args).some(([own, value]) => own.toLowerCase() === name && isValue(value, wanted));
}

function members(value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.entries(value);
  return [...own, ...Object.values(value).flatMap(members)];
}

function isValue(value: unknown, wanted: string): boolean {
  if (typeof value === "object" && value !== null) return false;
  if (typeof value === "number") return String(value) === wanted || (wanted.trim() !== "" && Number(wanted) === value);
  return String(value).toLowerCase() === wanted;
}
