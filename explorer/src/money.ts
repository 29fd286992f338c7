/** Money as whole fen (bigint): adding up and printing without a rounding error. */

import type { Language } from "./state";

export type Fen = bigint;

/** The unit that amounts are printed in: its name, and how many fen one is. */
export interface Unit {
  fen: bigint;
  name: string;
}

const EXACT: Record<Language, Unit> = {
  zh: { fen: 100n, name: "元" },
  en: { fen: 100n, name: "yuan" },
};
const LARGE: Record<Language, Unit[]> = {
  zh: [
    { fen: 10_000_000_000n, name: "亿元" },
    { fen: 1_000_000n, name: "万元" },
  ],
  en: [
    { fen: 100_000_000_000n, name: "billion yuan" },
    { fen: 100_000_000n, name: "million yuan" },
    { fen: 100_000n, name: "thousand yuan" },
  ],
};
// Of amounts side by side the greatest is at least so many units.
const ENOUGH: Record<Language, bigint> = { zh: 20n, en: 1_000n };

export function yuan(language: Language): Unit {
  return EXACT[language];
}

/** A unit for amounts side by side: large, but not so large that the lesser ones become 0.00. */
export function unitFor(language: Language, amounts: Iterable<Fen | null>): Unit {
  let greatest = 0n;
  for (const amount of amounts) {
    const size = absolute(amount ?? 0n);
    if (size > greatest) greatest = size;
  }
  return LARGE[language].find(({ fen }) => greatest >= ENOUGH[language] * fen) ?? EXACT[language];
}

/** The unit in which one amount is said most shortly. */
export function unitOf(language: Language, amount: Fen): Unit {
  return LARGE[language].find(({ fen }) => absolute(amount) >= fen) ?? EXACT[language];
}

export function total(amounts: Iterable<Fen | null>): Fen {
  let sum = 0n;
  for (const amount of amounts) sum += amount ?? 0n;
  return sum;
}

export function absolute(amount: Fen): Fen {
  return amount < 0n ? -amount : amount;
}

/** `1,234.56` in the unit, rounded half away from zero; the sign is a real minus. */
export function inUnit(amount: Fen, unit: Unit): string {
  return decimal(rounded(absolute(amount) * 100n, unit.fen), amount < 0n, true);
}

/** `1,234.56`: the exact amount in yuan. */
export function inYuan(amount: Fen): string {
  return decimal(absolute(amount), amount < 0n, true);
}

/** `-1234.56`: the exact amount in yuan, as programs and spreadsheets read it. */
export function plainYuan(amount: Fen): string {
  return decimal(absolute(amount), amount < 0n, false).replace("−", "-");
}

/** For lengths and areas only: what is printed never comes from here. */
export function approximate(amount: Fen): number {
  return Number(amount) / 100;
}

/** `12.3 %`, or null where there is nothing to compare with. */
export function percentage(part: Fen, whole: Fen, digits = 1): string | null {
  if (whole === 0n) return null;
  const scale = 10n ** BigInt(digits);
  const negative = part < 0n !== whole < 0n && part !== 0n;
  const shown = rounded(absolute(part) * 100n * scale, absolute(whole));
  const [integer, fraction] = split(shown, digits);
  return `${negative && shown ? "−" : ""}${grouped(integer)}${digits ? `.${fraction}` : ""}%`;
}

function decimal(hundredths: bigint, negative: boolean, withGroups: boolean): string {
  const [integer, fraction] = split(hundredths, 2);
  const sign = negative && hundredths ? "−" : "";
  return `${sign}${withGroups ? grouped(integer) : integer}.${fraction}`;
}

function split(value: bigint, digits: number): [string, string] {
  const text = value.toString().padStart(digits + 1, "0");
  return [text.slice(0, text.length - digits), text.slice(text.length - digits)];
}

function grouped(integer: string): string {
  return integer.replace(/\B(?=(\d{3})+$)/g, ",");
}

function rounded(numerator: bigint, denominator: bigint): bigint {
  return (numerator * 2n + denominator) / (denominator * 2n);
}
