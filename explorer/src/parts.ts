/** The parts that views are put together from: headings, choices, notes, tables. */

import type { Context } from "./context";
import { csv, save, type Value } from "./csv";
import { h } from "./dom";
import { type Fen, inUnit, inYuan, type Unit, unitOf } from "./money";
import { changed, type State } from "./state";
import type { Texts } from "./text";

export interface Choice {
  value: string;
  name: string;
}

/** A choice by which the view is changed; nothing to choose shows what there is. */
export function picker(
  context: Context,
  label: string,
  key: keyof State,
  choices: Choice[],
  current: string,
  also: Partial<Record<keyof State, undefined>> = {},
): HTMLElement {
  if (choices.length <= 1) {
    const only = choices.find((choice) => choice.value === current)?.name ?? current;
    return h("span", { class: "picker fixed" }, h("span", {}, label), h("b", {}, only));
  }
  const select = h(
    "select",
    {
      name: key,
      onchange: () => {
        const change = { ...also, [key]: select.value, figure: undefined, line: undefined };
        location.hash = changed(context.state, change);
      },
    },
    ...choices.map(({ value, name }) => h("option", { value, selected: value === current }, name)),
  );
  return h("label", { class: "picker" }, h("span", {}, label), select);
}

export function toolbar(...pickers: (HTMLElement | null)[]): HTMLElement {
  return h("div", { class: "toolbar" }, ...pickers);
}

/** An amount in the unit of its view, exact to the fen for whoever points at it. */
export function money(amount: Fen | null, unit: Unit, text: Texts, href?: string): HTMLElement {
  if (amount === null) return h("span", { class: "nothing" }, "—");
  const attributes = {
    class: "money",
    title: text.exact(inYuan(amount)),
    "data-fen": amount.toString(),
  };
  const shown = inUnit(amount, unit);
  return href ? h("a", { ...attributes, href }, shown) : h("span", attributes, shown);
}

/** The one number a view is about. */
export function headline(context: Context, label: string, amount: Fen, href: string): HTMLElement {
  const unit = unitOf(context.language, amount);
  return h(
    "p",
    { class: "headline" },
    h("span", { class: "label" }, label),
    money(amount, unit, context.text, href),
    h("span", { class: "unit" }, unit.name),
  );
}

export type Caveat = keyof Texts["caveat"];

export function caveats(context: Context, ...names: Caveat[]): HTMLElement {
  const { text } = context;
  return h(
    "aside",
    { class: "caveats" },
    h("h3", {}, text.caveats),
    h("ul", {}, ...names.map((name) => h("li", {}, text.caveat[name]))),
  );
}

export function nothing(message: string, ...more: (Node | string)[]): HTMLElement {
  return h("div", { class: "nothing-here" }, h("p", {}, message), ...more);
}

export interface Column<Row> {
  head: string;
  /** bigint is money in fen. */
  value: (row: Row) => Value;
  href?: (row: Row) => string | undefined;
  /** shown in place of the value, which is still what is downloaded */
  node?: (row: Row) => Node | string;
  /** left out on narrow screens */
  minor?: boolean;
  /** wide text, which may break */
  prose?: boolean;
  /** a word or two, which may not */
  short?: boolean;
}

/** Rows that few look for, folded away below the others if there are any. */
export interface Fold<Row> {
  isFolded: (row: Row) => boolean;
  summary: (count: number) => string;
}

/** What is printed as zero. */
export function zeros<Row extends { amount: Fen }>(text: Texts): Fold<Row> {
  return { isFolded: ({ amount }) => amount === 0n, summary: text.zeros };
}

export interface TableOptions<Row> {
  caption: string;
  /** file name of the download, without its ending */
  file: string;
  unit?: Unit;
  /** how deep a row stands in its tree */
  depth?: (row: Row) => number;
  /** of the longest row, between 0 and 1 */
  bar?: (row: Row) => number;
  barColour?: (row: Row) => string;
  isTotal?: (row: Row) => boolean;
  fold?: Fold<Row>;
}

/** A table with its download; the unit of its amounts stands in the head. */
export function dataTable<Row>(
  context: Context,
  rows: Row[],
  columns: Column<Row>[],
  options: TableOptions<Row>,
): HTMLElement {
  const { text } = context;
  const isFolded = (row: Row) => options.fold?.isFolded(row) ?? false;
  const isMoney = columns.map((column) => rows.some((r) => typeof column.value(r) === "bigint"));
  const isNumber = columns.map((column) => rows.some((r) => isNumeric(column.value(r))));
  const kinds = columns.map((column, index) =>
    [
      (isMoney[index] || isNumber[index]) && index > 0 ? "number" : "",
      column.minor ? "minor" : "",
      column.prose ? "prose" : "",
      column.short ? "short" : "",
    ]
      .join(" ")
      .trim(),
  );
  const unit = options.unit;
  const head = columns.map((column, index) =>
    h(
      "th",
      { scope: "col", class: kinds[index] || null },
      column.head,
      unit && isMoney[index] && h("small", {}, unit.name),
    ),
  );
  const bodyOf = (shown: Row[]) =>
    h(
      "tbody",
      {},
      ...shown.map((row) =>
        h(
          "tr",
          { class: options.isTotal?.(row) ? "total" : null },
          ...columns.map((column, index) => cell(context, row, column, index, kinds, options)),
        ),
      ),
    );
  const isAllFolded = rows.every(isFolded);
  const folded = isAllFolded ? [] : rows.filter(isFolded);
  const plain = isAllFolded ? rows : rows.filter((row) => !isFolded(row));
  const download = () => {
    const heads = columns.map((column, i) => (isMoney[i] ? `${column.head} (元)` : column.head));
    const values = rows.map((row) => columns.map((column) => column.value(row)));
    save(csv([heads, ...values]), `${options.file}.csv`);
  };
  const button = h(
    "button",
    { type: "button", class: "download", title: text.downloadHint, onclick: download },
    text.download,
  );
  return h(
    "section",
    { class: "table" },
    h("div", { class: "table-head" }, h("h3", {}, options.caption), button),
    h(
      "div",
      { class: "scroll" },
      h("table", {}, h("thead", {}, h("tr", {}, ...head)), bodyOf(plain)),
    ),
    folded.length > 0 &&
      h(
        "details",
        { class: "folded" },
        h("summary", {}, options.fold?.summary(folded.length)),
        h("div", { class: "scroll" }, h("table", {}, bodyOf(folded))),
      ),
  );
}

/** Numbers, and texts that are one: counts and percentages. */
function isNumeric(value: Value): boolean {
  return typeof value === "number" || (typeof value === "string" && /^−?[\d,.]+%$/.test(value));
}

function cell<Row>(
  context: Context,
  row: Row,
  column: Column<Row>,
  index: number,
  kinds: string[],
  options: TableOptions<Row>,
): HTMLElement {
  const value = column.value(row);
  const depth = index === 0 ? options.depth?.(row) : undefined;
  const bar = index === 0 ? options.bar?.(row) : undefined;
  const content = column.node?.(row) ?? shown(context, value, column.href?.(row), options.unit);
  return h(
    index === 0 ? "th" : "td",
    {
      scope: index === 0 ? "row" : null,
      class: kinds[index] || null,
      style: depth ? `--depth: ${depth}` : null,
    },
    content,
    bar !== undefined &&
      h("i", {
        class: "bar",
        style: `inline-size: ${(100 * bar).toFixed(1)}%; background: ${options.barColour?.(row) ?? "var(--accent)"}`,
      }),
  );
}

function shown(context: Context, value: Value, href: string | undefined, unit?: Unit) {
  if (typeof value === "bigint" && unit) return money(value, unit, context.text, href);
  if (value === null || value === "") return h("span", { class: "nothing" }, "—");
  const text = typeof value === "number" ? value.toLocaleString("en") : String(value);
  return href ? h("a", { href }, text) : text;
}
