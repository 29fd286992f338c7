/** The rows that a figure is the sum of, and the print of one of them. */

import { type Context, groupBy, type LineRef } from "./context";
import { type Cell, type Equation, type Line, type PageSize, part, type Term, whole } from "./data";
import { h, svg } from "./dom";
import { type Fen, inYuan, total, type Unit, unitFor, yuan } from "./money";
import { dataTable, money } from "./parts";
import { changed } from "./state";

const HEAD_ROWS = 3;
const ROWS_AROUND = 4;

interface Found {
  document_id: string;
  line: Line;
}

/** What is open beside the view, if anything. */
export async function drawer(context: Context): Promise<HTMLElement | null> {
  const { state, text } = context;
  const closed = changed(state, { figure: undefined, line: undefined });
  const bar = (title: string, back?: string) =>
    h(
      "header",
      { class: "drawer-head" },
      back ? h("a", { class: "back", href: back }, `← ${text.back}`) : null,
      h("h2", { tabindex: "-1" }, title),
      h("a", { class: "close", href: closed, "aria-label": text.close, title: text.close }, "×"),
    );
  if (state.line !== undefined) {
    const back = state.figure === undefined ? undefined : changed(state, { line: undefined });
    return h(
      "aside",
      { class: "drawer evidence", role: "dialog", "aria-label": text.evidence },
      bar(text.evidence, back),
      await evidence(context, state.line),
    );
  }
  if (state.figure === undefined) return null;
  const figure = context.figures.get(state.figure);
  return h(
    "aside",
    { class: "drawer", role: "dialog", "aria-label": text.rows },
    bar(figure?.title ?? text.rows),
    figure ? await rows(context, await figure.lines()) : h("p", {}, text.noRows),
  );
}

async function rows(context: Context, refs: LineRef[]): Promise<HTMLElement> {
  const { text } = context;
  const found = await find(refs);
  if (found.length === 0) return h("p", {}, text.noRows);
  const amounts = found.map(({ line }) => line.amount_fen);
  const unit = unitFor(context.language, amounts);
  const table = dataTable(
    context,
    found,
    [
      {
        head: text.row,
        value: ({ line }) => line.label ?? line.printed_text,
        href: (row) => lineAddress(context, row.document_id, row.line.line_id),
        prose: true,
      },
      {
        head: text.amount,
        value: ({ line }) => line.amount_fen ?? line.printed_text,
        href: (row) => lineAddress(context, row.document_id, row.line.line_id),
      },
      { head: text.column, value: ({ line }) => line.column_path, prose: true },
      {
        head: text.form,
        value: ({ line }) => line.form_number ?? context.formName(line.form),
        prose: true,
      },
      { head: text.pageHead, value: ({ line }) => line.page },
    ],
    { caption: text.rowsSum(found.length, inYuan(total(amounts))), file: "rows", unit },
  );
  table.dataset.sumFen = total(amounts).toString();
  return table;
}

async function find(refs: LineRef[]): Promise<Found[]> {
  const documents = groupBy(refs, (ref) => ref.document_id);
  const found: Found[] = [];
  for (const [document_id, own] of documents) {
    const lines = new Map((await part("line", document_id)).map((line) => [line.line_id, line]));
    for (const { line_id } of own) {
      const line = lines.get(line_id);
      if (line) found.push({ document_id, line });
    }
  }
  return found;
}

export function lineAddress(context: Context, document: string, line: string): string {
  return changed(context.state, { line: `${document}.${line}` });
}

async function evidence(context: Context, address: string): Promise<HTMLElement> {
  const { text } = context;
  const [document = "", id = ""] = address.split(".", 2);
  const lines = await part("line", document);
  const line = lines.find(({ line_id }) => line_id === id);
  if (!line) return h("p", {}, text.noRows);
  const equations = await standsIn(document, line);
  return h(
    "div",
    { class: "evidence-body" },
    told(context, document, line),
    repair(context, line),
    await source(context, document, line),
    await equationList(context, document, equations, lines),
  );
}

function told(context: Context, document: string, line: Line): HTMLElement {
  const { text, core, language } = context;
  const file = core.document.get(document);
  const isMoney = line.amount_fen !== null;
  const read = isMoney
    ? h("b", { "data-fen": String(line.amount_fen) }, text.exact(inYuan(line.amount_fen ?? 0n)))
    : h("span", {}, line.state === "damaged" ? text.unreadable : "—");
  const isResult = line.state === "result";
  const unit = line.printed_unit ? ` ${line.printed_unit}` : "";
  const facts: [string, Node | string | null][] = [
    [text.printed, h("q", { class: "printed" }, line.printed_text || text.printedBlank)],
    [text.readAs, isResult ? null : read],
    [text.unit, unit.trim() || null],
    [text.row, line.label],
    [text.column, isResult ? (text.ratings[line.column_path ?? ""] ?? null) : line.column_path],
    [text.form, [line.form_number, context.formName(line.form)].filter(Boolean).join(" ") || null],
    [text.phase, line.phase && context.phaseName(line.phase)],
    [text.fund, line.fund && context.fundName(line.fund)],
    [text.body, file ? context.bodyName(file.department_id) : null],
    [
      text.file,
      file
        ? h(
            "span",
            {},
            file.file_path,
            line.page === null
              ? ""
              : ` · ${text.place(line.page, line.row_number, line.column_number)}`,
          )
        : null,
    ],
  ];
  return h(
    "dl",
    { class: "facts", lang: language === "zh" ? "zh-CN" : "en" },
    ...facts
      .filter(([, value]) => value !== null && value !== "")
      .flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
  );
}

/** How many equations prove a repair. */
export function proofsOf({ repair_evidence: evidence }: Pick<Line, "repair_evidence">): number {
  return evidence?.split(/[\s,;]+/).filter(Boolean).length ?? 0;
}

function repair(context: Context, line: Line): HTMLElement | null {
  const { text } = context;
  if (!line.is_repaired && line.review_reason === null) return null;
  const proofs = proofsOf(line);
  return h(
    "div",
    { class: "repair" },
    line.is_repaired &&
      h(
        "p",
        {},
        h("b", {}, `${text.repaired} `),
        line.printed_fen === null ? text.repairedLost : text.repairedFrom(inYuan(line.printed_fen)),
        " ",
        [proofs ? text.provedBy(proofs) : "", line.repair_cost ? text.cost(line.repair_cost) : ""]
          .filter(Boolean)
          .join(text.period),
      ),
    line.review_reason !== null &&
      h("p", {}, h("b", {}, `${text.review} `), context.reason(line.review_reason)),
    line.review_candidates !== null &&
      h("p", {}, `${text.candidates} ${context.candidates(line.review_candidates)}`),
  );
}

// where it is printed ----------------------------------------------------------------------

async function source(context: Context, document: string, line: Line): Promise<HTMLElement> {
  const { text } = context;
  const size = (await whole("page")).find(
    (page) => page.document_id === document && page.page === line.page,
  );
  if (size && line.x0 !== null) return pageImage(context, document, line, size);
  if (line.sentence !== null) {
    return h("figure", { class: "source" }, marked(line.sentence, line));
  }
  if (line.block === null) return h("p", { class: "nothing" }, text.noSource);
  const cells = (await part("cell", document)).filter((cell) => cell.block === line.block);
  const paragraphs = cells.map((cell) => cell.text ?? "").join("\n");
  return h(
    "figure",
    { class: "source" },
    h("figcaption", {}, text.noImage),
    h("div", { class: "scroll" }, line.grid_row === null ? marked(paragraphs, line) : grid(cells, line)),
  );
}

function pageImage(
  context: Context,
  document: string,
  line: Line,
  { page, width, height }: PageSize,
): HTMLElement {
  const { text } = context;
  const [x0, y0, x1, y1] = [line.x0 ?? 0, line.y0 ?? 0, line.x1 ?? 0, line.y1 ?? 0];
  const box = svg("rect", {
    class: "box",
    x: x0,
    y: y0,
    width: x1 - x0,
    height: y1 - y0,
    "data-line": line.line_id,
  });
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": text.pageImage },
    box,
  );
  const image = h("img", {
    src: `pages/${document}/${page}.webp`,
    alt: text.page(page),
    width: Math.round(width),
    height: Math.round(height),
  });
  const sheet = h("div", { class: "sheet" }, image, drawing);
  const view = h("div", { class: "scroll page", tabindex: "0" }, sheet);
  const show = () => {
    view.scrollLeft = (sheet.clientWidth * (x0 + x1)) / 2 / width - view.clientWidth / 2;
    view.scrollTop = (sheet.clientHeight * (y0 + y1)) / 2 / height - view.clientHeight / 2;
  };
  const zoom = h("button", { type: "button", class: "zoom" }, text.enlarge);
  zoom.addEventListener("click", () => {
    const isLarge = sheet.classList.toggle("large");
    zoom.textContent = isLarge ? text.reduce : text.enlarge;
    show();
  });
  image.addEventListener("load", show);
  image.addEventListener("error", () => view.replaceWith(h("p", {}, text.failed)));
  return h(
    "figure",
    { class: "source" },
    h("figcaption", {}, `${text.pageImage} · ${text.page(page)} `, zoom),
    view,
  );
}

/** The rows around the cell, with the first rows of the table, which hold its heads. */
function grid(cells: Cell[], line: Line): HTMLElement {
  const target = line.grid_row ?? 0;
  const isShown = (row: number) => row < HEAD_ROWS || Math.abs(row - target) <= ROWS_AROUND;
  const shown = cells.filter((cell) => isShown(cell.row ?? 0));
  const numbers = [...new Set(shown.map((cell) => cell.row ?? 0))].toSorted((a, b) => a - b);
  const width = Math.max(...shown.map((cell) => (cell.column ?? 0) + (cell.column_span ?? 1)));
  const at = new Map(shown.map((cell) => [`${cell.row}.${cell.column}`, cell]));
  const covered = new Set<string>();
  const body = numbers.map((number, index) => {
    const row: HTMLElement[] = [];
    for (let column = 0; column < width; column += 1) {
      if (covered.has(`${number}.${column}`)) continue;
      const cell = at.get(`${number}.${column}`);
      const rows = numbers.filter((n) => n >= number && n < number + (cell?.row_span ?? 1));
      for (const covering of rows) {
        for (let over = 0; over < (cell?.column_span ?? 1); over += 1) {
          covered.add(`${covering}.${column + over}`);
        }
      }
      const isTarget = number === target && column === line.grid_column;
      row.push(
        h(
          "td",
          {
            class: isTarget ? "box" : null,
            "data-line": isTarget ? line.line_id : null,
            colspan: cell?.column_span ?? 1,
            rowspan: rows.length || 1,
          },
          cell?.text ?? "",
        ),
      );
    }
    const isAfterGap = index > 0 && number - (numbers[index - 1] ?? 0) > 1;
    return h("tr", { class: isAfterGap ? "after-gap" : null }, ...row);
  });
  return h("table", { class: "grid" }, h("tbody", {}, ...body));
}

/** Prose with the figure marked. */
function marked(text: string, line: Line): HTMLElement {
  const printed = line.printed_text ?? "";
  const at = printed ? text.indexOf(printed) : -1;
  if (at < 0) return h("p", { class: "prose box", "data-line": line.line_id }, text);
  return h(
    "p",
    { class: "prose" },
    text.slice(0, at),
    h("mark", { class: "box", "data-line": line.line_id }, printed),
    text.slice(at + printed.length),
  );
}

// what it has to add up with ---------------------------------------------------------------

interface Standing {
  equation: Equation;
  terms: Term[];
}

async function standsIn(document: string, line: Line): Promise<Standing[]> {
  const [terms, equations] = await Promise.all([
    part("term", document),
    part("equation", document),
  ]);
  const numbers = new Set(
    terms.filter((term) => term.line_number === line.line_number).map((t) => t.equation_number),
  );
  const own = groupBy(
    terms.filter((term) => numbers.has(term.equation_number)),
    (term) => String(term.equation_number),
  );
  const rank = (verdict: string) => (verdict === "violated" ? 0 : 1);
  return equations
    .filter((equation) => numbers.has(equation.equation_number))
    .toSorted((a, b) => rank(a.verdict) - rank(b.verdict))
    .map((equation) => ({ equation, terms: own.get(String(equation.equation_number)) ?? [] }));
}

async function equationList(
  context: Context,
  document: string,
  standings: Standing[],
  lines: Line[],
): Promise<HTMLElement> {
  const { text } = context;
  const known = new Map(lines.map((line) => [line.line_number, line]));
  return h(
    "section",
    { class: "equations" },
    h("h3", {}, `${text.equations} · ${text.equationCount(standings.length)}`),
    standings.length === 0 && h("p", { class: "nothing" }, text.noEquation),
    ...standings.map((standing) => equationDetails(context, document, standing, known)),
  );
}

/** An equation with its two sides, term by term; open where it does not hold. */
export function equationDetails(
  context: Context,
  document: string,
  { equation, terms }: Standing,
  lines: Map<number, Line>,
): HTMLElement {
  const { text } = context;
  // Exact: what a difference is about may be in the last digit.
  const unit = yuan(context.language);
  const side = (name: string, label: string, sum: Fen | null) =>
    h(
      "div",
      { class: "side" },
      h("h4", {}, label, " ", money(sum, unit, text), h("small", {}, unit.name)),
      h(
        "ul",
        {},
        ...terms
          .filter((term) => term.side === name)
          .map((term) => termItem(context, document, term, lines, unit)),
      ),
    );
  const verdict = text.verdicts[equation.verdict] ?? equation.verdict;
  const difference = equation.difference_fen ?? 0n;
  return h(
    "details",
    { class: `equation ${equation.verdict}`, open: equation.verdict === "violated" },
    h(
      "summary",
      {},
      h("span", { class: `verdict ${equation.verdict}` }, verdict),
      h("span", {}, equation.description),
    ),
    context.language === "en" && h("p", { class: "identity" }, equation.identity_en),
    difference !== 0n &&
      h(
        "p",
        {},
        `${text.difference} ${text.exact(inYuan(difference))}${text.period}${text.tolerance} ${text.exact(inYuan(equation.tolerance_fen ?? 0n))}`,
      ),
    h(
      "div",
      { class: "sides" },
      side("left", text.left, equation.left_fen),
      side("right", text.right, equation.right_fen),
    ),
  );
}

function termItem(
  context: Context,
  document: string,
  term: Term,
  lines: Map<number, Line>,
  unit: Unit,
): HTMLElement {
  const line = term.line_number === null ? undefined : lines.get(term.line_number);
  const name = [line?.form_number, line?.label, line?.column_path].filter(Boolean).join(" · ");
  const href = line && lineAddress(context, document, line.line_id);
  return h(
    "li",
    {},
    h("span", { class: "sign" }, term.sign < 0 ? "−" : "+"),
    h("span", { class: "term" }, href ? h("a", { href }, name || line.line_id) : name || "?"),
    money(term.amount_fen, unit, context.text),
  );
}
