/** What is shown, as a file that spreadsheets open. */

import { plainYuan } from "./money";

export type Value = string | number | bigint | null;

/** Text that a spreadsheet would take for a formula is marked as text. */
function safe(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** bigint is money in fen and becomes yuan. */
export function csvField(value: Value): string {
  if (value === null) return "";
  if (typeof value === "bigint") return plainYuan(value);
  if (typeof value === "number") return String(value);
  const text = safe(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** UTF-8 with a byte order mark, without which spreadsheets take Chinese for Latin. */
export function csv(rows: Value[][]): Blob {
  const text = rows.map((row) => row.map(csvField).join(",")).join("\r\n");
  return new Blob(["\ufeff", text, "\r\n"], { type: "text/csv;charset=utf-8" });
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
