/** Did they spend what they planned: budget against final account, and from year to year. */

import { chart, datum, ink, tip, tooltip } from "../chart";
import { PHASE_COLOURS } from "../colours";
import { type Context, groupBy, sumOf } from "../context";
import { type ClassTotal, whole } from "../data";
import { h } from "../dom";
import { approximate, type Fen, inUnit, inYuan, percentage, type Unit, unitFor } from "../money";
import { caveats, dataTable, nothing, picker, toolbar } from "../parts";
import { narrow } from "../pickers";
import { bodyPicker, chosenBody, leavesOf } from "../universe";

const PHASES = ["initial_budget", "final_account"] as const;

export async function view(context: Context): Promise<HTMLElement[]> {
  const { text, state } = context;
  const body = chosenBody(context);
  if (body === undefined) return [nothing(text.noDocument)];
  const all = (await whole("rpt_expenditure_by_class")).filter(
    (row) => row.department_id === body && PHASES.some((phase) => phase === row.phase),
  );
  if (all.length === 0) return [toolbar(bodyPicker(context, body)), nothing(text.noTables)];
  const scope = narrow(context, all, "scope");
  const fund = narrow(context, scope.rows, "fund");
  const kind = narrow(context, fund.rows, "kind");
  const { rows } = kind;
  const years = [...new Set(rows.map((row) => row.fiscal_year))].toSorted((a, b) => b - a);
  const year = years.find((value) => String(value) === state.year) ?? defaultYear(rows, years);
  Object.assign(state, { body, year: String(year) });
  const choices = years.map((value) => ({ value: String(value), name: String(value) }));
  const unit = unitFor(
    context.language,
    rows.map((row) => row.amount_fen),
  );
  return [
    toolbar(
      bodyPicker(context, body),
      scope.picker,
      fund.picker,
      kind.picker,
      picker(context, text.year, "year", choices, String(year)),
    ),
    yearsChart(context, rows, unit),
    comparison(context, rows, year, unit),
    yearOnYear(context, rows, year, unit),
    caveats(context, "phase", "sources", "additive", "scope", "rounding", "printed"),
  ];
}

/** The latest year of which both phases are known, else the latest. */
function defaultYear(rows: ClassTotal[], years: number[]): number {
  const phases = (year: number) =>
    new Set(rows.filter((row) => row.fiscal_year === year).map((row) => row.phase)).size;
  return years.find((year) => phases(year) === 2) ?? years[0] ?? 0;
}

/** The amount of a cell of the report, with the leaves it is the sum of; null if not known. */
function amountOf(context: Context, rows: ClassTotal[], key: string, title: string) {
  if (rows.length === 0) return { amount: null, href: undefined };
  const department = rows[0]?.department_id ?? "";
  const href = context.figure(key, title, () => leavesOf(department, rows));
  return { amount: sumOf(rows), href };
}

function yearsChart(context: Context, rows: ClassTotal[], unit: Unit): HTMLElement {
  const { text } = context;
  const years = [...new Set(rows.map((row) => row.fiscal_year))].toSorted((a, b) => a - b);
  const phases = PHASES.filter((phase) => rows.some((row) => row.phase === phase));
  const cells = new Map<string, { amount: Fen | null; href: string | undefined }>();
  for (const year of years) {
    for (const phase of phases) {
      const own = rows.filter((row) => row.fiscal_year === year && row.phase === phase);
      const title = `${year} ${context.phaseName(phase)}`;
      cells.set(`${year}.${phase}`, amountOf(context, own, `year.${year}.${phase}`, title));
    }
  }
  const drawn = chart(
    () => ({
      grid: { left: 8, right: 8, top: 44, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: ink() }, itemWidth: 12, itemHeight: 12 },
      tooltip: {
        ...tooltip,
        formatter: (params) => {
          const { title, amount } = datum<{ title: string; amount: Fen }>(params);
          return tip(title, text.exact(inYuan(amount)));
        },
      },
      xAxis: {
        type: "category",
        data: years.map(String),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: ink("--line") } },
        axisLabel: { color: ink() },
      },
      yAxis: {
        type: "value",
        max: (value) => value.max * 1.08,
        name: unit.name,
        nameTextStyle: { color: ink("--soft"), align: "left" },
        nameGap: 12,
        splitNumber: 4,
        splitLine: { lineStyle: { color: ink("--line") } },
        axisLabel: {
          color: ink("--soft"),
          showMaxLabel: false,
          formatter: (value: number) =>
            inUnit(BigInt(Math.round(value * 100)), unit).replace(/\.00$/, ""),
        },
      },
      series: phases.map((phase) => ({
        type: "bar",
        name: context.phaseName(phase),
        barMaxWidth: 46,
        itemStyle: { color: PHASE_COLOURS[phase] ?? "#888888" },
        label: {
          show: years.length * phases.length <= 10,
          position: "top",
          color: ink(),
          fontSize: 11,
          formatter: (params) => inUnit(datum<{ amount: Fen }>(params).amount, unit),
        },
        data: years.map((year) => {
          const cell = cells.get(`${year}.${phase}`);
          if (cell?.amount === null || cell === undefined) return "-";
          return {
            value: approximate(cell.amount),
            amount: cell.amount,
            title: `${year} ${context.phaseName(phase)}`,
            href: cell.href,
          };
        }),
      })),
    }),
    {
      label: text.executionChart,
      height: 300,
      onclick: (data) => {
        const { href } = data as { href?: string };
        if (href) location.hash = href;
      },
    },
  );
  return h("figure", {}, drawn, h("figcaption", {}, text.executionChart));
}

interface ClassRow {
  code: string;
  name: string;
  budget: ReturnType<typeof amountOf>;
  account: ReturnType<typeof amountOf>;
}

function comparison(context: Context, rows: ClassTotal[], year: number, unit: Unit): HTMLElement {
  const { text, state } = context;
  const own = rows.filter((row) => row.fiscal_year === year);
  const kinds = new Set(own.map((row) => row.phase));
  const heading = h("h2", {}, `${year} · ${text.budget} / ${text.finalAccount}`);
  if (kinds.size < 2) {
    const known = [...groupBy(rows, (row) => `${row.fiscal_year} ${context.phaseName(row.phase)}`)];
    const list = h("ul", {}, ...known.map(([name]) => h("li", {}, name)).toSorted());
    return h("section", {}, heading, nothing(text.needsBoth, list));
  }
  const line = (code: string, name: string, of: ClassTotal[]): ClassRow => ({
    code,
    name,
    budget: amountOf(
      context,
      of.filter((row) => row.phase === "initial_budget"),
      `budget.${year}.${code}`,
      `${name} · ${year} ${text.budget}`,
    ),
    account: amountOf(
      context,
      of.filter((row) => row.phase === "final_account"),
      `account.${year}.${code}`,
      `${name} · ${year} ${text.finalAccount}`,
    ),
  });
  const classes = [...groupBy(own, (row) => row.function_class_code)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([code, of]) => line(code, context.accountName("function", code), of));
  const difference = (row: ClassRow): Fen | null =>
    row.budget.amount === null || row.account.amount === null
      ? null
      : row.account.amount - row.budget.amount;
  return h(
    "section",
    {},
    heading,
    dataTable(
      context,
      [line("total", text.classTotal, own), ...classes],
      [
        { head: text.class, value: (row) => row.name, prose: true },
        { head: text.budget, value: (row) => row.budget.amount, href: (row) => row.budget.href },
        {
          head: text.finalAccount,
          value: (row) => row.account.amount,
          href: (row) => row.account.href,
        },
        { head: text.difference, value: difference, minor: true },
        {
          head: text.executionRate,
          value: (row) =>
            row.budget.amount === null || row.account.amount === null
              ? null
              : percentage(row.account.amount, row.budget.amount),
        },
      ],
      {
        caption: `${text.budget} / ${text.finalAccount}`,
        file: `execution_${state.body}_${year}`,
        unit,
        isTotal: (row) => row.code === "total",
      },
    ),
  );
}

interface ChangeRow {
  code: string;
  name: string;
  phase: string;
  now: ReturnType<typeof amountOf>;
  before: ReturnType<typeof amountOf>;
}

function yearOnYear(context: Context, rows: ClassTotal[], year: number, unit: Unit): HTMLElement {
  const { text, state } = context;
  const heading = h("h2", {}, `${text.yearOnYear} · ${year} / ${year - 1}`);
  const has = (phase: string, when: number) =>
    rows.some((row) => row.phase === phase && row.fiscal_year === when);
  const phases = PHASES.filter((phase) => has(phase, year) && has(phase, year - 1));
  if (phases.length === 0) return h("section", {}, heading, nothing(text.needsTwoYears));
  const lines = phases.flatMap((phase) => {
    const ofPhase = rows.filter(
      (row) => row.phase === phase && [year, year - 1].includes(row.fiscal_year),
    );
    const line = (code: string, name: string, of: ClassTotal[]): ChangeRow => ({
      code,
      name,
      phase,
      now: amountOf(
        context,
        of.filter((row) => row.fiscal_year === year),
        `change.${phase}.${year}.${code}`,
        `${name} · ${year} ${context.phaseName(phase)}`,
      ),
      before: amountOf(
        context,
        of.filter((row) => row.fiscal_year === year - 1),
        `change.${phase}.${year - 1}.${code}`,
        `${name} · ${year - 1} ${context.phaseName(phase)}`,
      ),
    });
    const classes = [...groupBy(ofPhase, (row) => row.function_class_code)]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([code, of]) => line(code, context.accountName("function", code), of));
    return [line("total", text.classTotal, ofPhase), ...classes];
  });
  const change = (row: ChangeRow): Fen | null =>
    row.now.amount === null || row.before.amount === null
      ? null
      : row.now.amount - row.before.amount;
  return h(
    "section",
    {},
    heading,
    dataTable(
      context,
      lines,
      [
        { head: text.class, value: (row) => row.name, prose: true },
        { head: text.phase, value: (row) => context.phaseName(row.phase), minor: true },
        {
          head: String(year - 1),
          value: (row) => row.before.amount,
          href: (row) => row.before.href,
        },
        { head: String(year), value: (row) => row.now.amount, href: (row) => row.now.href },
        { head: text.change, value: change, minor: true },
        {
          head: text.growth,
          value: (row) => {
            const by = change(row);
            return by === null || row.before.amount === null
              ? null
              : percentage(by, row.before.amount);
          },
        },
      ],
      {
        caption: text.yearOnYear,
        file: `year_on_year_${state.body}_${year}`,
        unit,
        isTotal: (row) => row.code === "total",
      },
    ),
  );
}
