/** Does it balance: the verdicts of each document, and what does not hold in plain words. */

import type { Context } from "../context";
import { type Document, type Finding, part, whole } from "../data";
import { h } from "../dom";
import { equationDetails, lineAddress } from "../lines";
import { inYuan } from "../money";
import { caveats, dataTable, nothing } from "../parts";
import { changed } from "../state";

const VERDICTS = [
  "holds",
  "holds_within_rounding",
  "holds_after_repair",
  "violated",
  "not_computable",
] as const;

export async function view(context: Context): Promise<HTMLElement[]> {
  const { core, state, text } = context;
  const findings = await whole("rpt_findings");
  const documents = core.documents
    .filter((document) => state.body === undefined || document.department_id === state.body)
    .filter((document) => count(document) > 0)
    .toSorted(
      (a, b) =>
        b.violated - a.violated || b.not_computable - a.not_computable || count(b) - count(a),
    );
  const chosen = documents.find((document) => document.document_id === state.doc);
  const wholeView = changed(state, { body: undefined, doc: undefined });
  return [
    ...(state.body === undefined
      ? []
      : [
          h(
            "p",
            { class: "filter" },
            h("b", {}, context.bodyName(state.body)),
            h("a", { href: wholeView }, `× ${text.all}`),
          ),
        ]),
    legend(context),
    documents.length === 0 ? nothing(text.noEquations) : verdictTable(context, documents),
    ...(chosen
      ? [await broken(context, chosen, findings)]
      : [allFindings(context, documents, findings)]),
    caveats(context, "rounding", "printed"),
  ];
}

function count(document: Document): number {
  return VERDICTS.reduce((sum, verdict) => sum + document[verdict], 0);
}

function legend({ text }: Context): HTMLElement {
  return h(
    "ul",
    { class: "legend" },
    ...VERDICTS.map((verdict) =>
      h("li", {}, h("i", { class: `dot ${verdict}` }), text.verdicts[verdict]),
    ),
  );
}

function verdictTable(context: Context, documents: Document[]): HTMLElement {
  const { text, state } = context;
  return dataTable(
    context,
    documents,
    [
      {
        head: text.document,
        value: (document) =>
          `${context.bodyName(document.department_id)} ${context.documentName(document)}`,
        node: (document) =>
          h(
            "a",
            {
              href: changed(state, {
                doc: document.document_id,
                figure: undefined,
                line: undefined,
              }),
              title: document.file_path,
              "aria-current": state.doc === document.document_id ? "true" : null,
            },
            h("b", {}, context.bodyName(document.department_id)),
            h("small", { class: "level" }, context.documentName(document)),
          ),
        prose: true,
      },
      {
        head: text.equationsHead,
        value: count,
        node: (document) =>
          h(
            "span",
            { class: "stack", title: text.equationCount(count(document)) },
            ...VERDICTS.filter((verdict) => document[verdict] > 0).map((verdict) =>
              h("i", { class: verdict, style: `flex-grow: ${document[verdict]}` }),
            ),
          ),
      },
      ...VERDICTS.map((verdict) => ({
        head: text.verdicts[verdict] ?? verdict,
        value: (document: Document) => document[verdict],
        minor: verdict !== "holds" && verdict !== "violated",
      })),
    ],
    { caption: text.views.balance, file: "balance" },
  );
}

function allFindings(context: Context, documents: Document[], findings: Finding[]): HTMLElement {
  const { text, state } = context;
  const ids = new Set(documents.map((document) => document.document_id));
  const own = findings.filter((finding) => ids.has(finding.document_id));
  return h(
    "section",
    {},
    h("h2", {}, text.findings),
    own.length === 0
      ? nothing(text.noFindings)
      : h(
          "ol",
          { class: "findings" },
          ...own.map((finding) => {
            const document = context.core.document.get(finding.document_id);
            const href = changed(state, { doc: finding.document_id });
            return h(
              "li",
              {},
              severity(context, finding),
              document &&
                h(
                  "a",
                  { href },
                  `${context.bodyName(document.department_id)} · ${context.documentName(document)}`,
                ),
              sentence(context, finding),
            );
          }),
        ),
  );
}

function severity({ text }: Context, finding: Finding): HTMLElement {
  return h(
    "span",
    { class: `severity ${finding.severity}` },
    text.severity[finding.severity] ?? finding.severity,
  );
}

function sentence({ language }: Context, finding: Finding): HTMLElement {
  return h("p", {}, language === "zh" ? finding.sentence_zh : finding.sentence_en);
}

/** The findings of one document, with the suspect cells and the equations that do not hold. */
async function broken(
  context: Context,
  document: Document,
  findings: Finding[],
): Promise<HTMLElement> {
  const { text } = context;
  const id = document.document_id;
  const [suspects, equations, terms, lines] = await Promise.all([
    whole("suspects"),
    part("equation", id),
    part("term", id),
    part("line", id),
  ]);
  const byId = new Map(lines.map((line) => [line.line_id, line]));
  const byNumber = new Map(lines.map((line) => [line.line_number, line]));
  const own = findings.filter((finding) => finding.document_id === id);
  const suspectList = (finding: Finding) =>
    suspects
      .filter((suspect) => suspect.finding_id === finding.finding_id)
      .map((suspect) => {
        const line = byId.get(suspect.line_id);
        const name = [line?.form_number, line?.label, line?.column_path]
          .filter(Boolean)
          .join(" · ");
        return h(
          "li",
          {},
          h("a", { href: lineAddress(context, id, suspect.line_id) }, name || suspect.line_id),
          ` “${line?.printed_text ?? ""}” `,
          suspect.proposed_fen === null
            ? ""
            : h("small", {}, text.proposed(inYuan(suspect.proposed_fen))),
        );
      });
  const equationList = (finding: Finding) =>
    equations
      .filter((equation) => equation.finding_id === finding.finding_id)
      .map((equation) =>
        equationDetails(
          context,
          id,
          {
            equation,
            terms: terms.filter((term) => term.equation_number === equation.equation_number),
          },
          byNumber,
        ),
      );
  return h(
    "section",
    { class: "chosen" },
    h(
      "h2",
      {},
      `${context.bodyName(document.department_id)} · ${context.documentName(document)}`,
      h("small", {}, document.file_path),
    ),
    own.length === 0
      ? nothing(text.noFindings)
      : h(
          "ol",
          { class: "findings" },
          ...own.map((finding) =>
            h(
              "li",
              {},
              severity(context, finding),
              sentence(context, finding),
              h("h4", {}, text.suspects),
              h("ul", { class: "suspects" }, ...suspectList(finding)),
              h("h4", {}, text.brokenEquations),
              ...equationList(finding),
            ),
          ),
        ),
  );
}
