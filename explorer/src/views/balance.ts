/** Does it balance: the verdicts of each document, and what does not hold in plain words. */

import type { Context } from "../context";
import { type Document, type Doubt, type Finding, part, type Suspect, whole } from "../data";
import { h } from "../dom";
import { equationDetails, lineAddress, proofsOf } from "../lines";
import { inYuan, yuan } from "../money";
import { caveats, dataTable, nothing, toolbar } from "../parts";
import { changed } from "../state";
import { anyBodyPicker } from "../universe";

const VERDICTS = [
  "holds",
  "holds_within_rounding",
  "holds_after_repair",
  "violated",
  "not_computable",
] as const;

export async function view(context: Context): Promise<HTMLElement[]> {
  const { core, state, text } = context;
  const [findings, suspects, doubts] = await Promise.all([
    whole("rpt_findings"),
    whole("suspects"),
    whole("doubt"),
  ]);
  const ofBody = core.documents.filter(
    (document) => state.body === undefined || document.department_id === state.body,
  );
  const documents = ofBody
    .filter((document) => count(document) > 0)
    .toSorted(
      (a, b) =>
        b.violated - a.violated || b.not_computable - a.not_computable || count(b) - count(a),
    );
  const chosen = documents.find((document) => document.document_id === state.doc);
  const shown = new Set((chosen ? [chosen] : ofBody).map((document) => document.document_id));
  const isShown = (row: { document_id: string }) => shown.has(row.document_id);
  return [
    toolbar(anyBodyPicker(context)),
    legend(context),
    documents.length === 0 ? nothing(text.noEquations) : verdictTable(context, documents),
    ...(chosen
      ? [await broken(context, chosen, findings.filter(isShown), suspects)]
      : [allFindings(context, findings.filter(isShown), suspects)]),
    doubtTable(context, doubts.filter(isShown)),
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

function allFindings(
  context: Context,
  findings: Finding[],
  suspects: Suspect[],
): HTMLElement {
  const { text, state } = context;
  return h(
    "section",
    {},
    h("h2", {}, text.findings),
    findings.length === 0
      ? nothing(text.noFindings)
      : h(
          "ol",
          { class: "findings" },
          ...findings.map((finding) => {
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
              suspectList(context, finding, suspects),
            );
          }),
        ),
  );
}

/** The cells that are likeliest to be wrong, each leading to its print. */
function suspectList(context: Context, finding: Finding, suspects: Suspect[]): HTMLElement[] {
  const { text } = context;
  const own = suspects.filter((suspect) => suspect.finding_id === finding.finding_id);
  if (own.length === 0) return [];
  const items = own.map((suspect) =>
    h(
      "li",
      {},
      h(
        "a",
        { href: lineAddress(context, suspect.document_id, suspect.line_id) },
        nameOf(suspect) || suspect.line_id,
      ),
      ` “${suspect.printed_text ?? ""}” `,
      suspect.proposed_fen === null
        ? ""
        : h("small", {}, text.proposed(inYuan(suspect.proposed_fen))),
    ),
  );
  return [h("h4", {}, text.suspects), h("ul", { class: "suspects" }, ...items)];
}

function nameOf(figure: Suspect | Doubt): string {
  return [figure.form_number, figure.label, figure.column_path].filter(Boolean).join(" · ");
}

/** What was repaired and what a person has to look at, with the reason, each leading to its print. */
function doubtTable(context: Context, doubts: Doubt[]): HTMLElement {
  const { text, core } = context;
  const heading = h("h2", {}, text.doubts);
  if (doubts.length === 0) return h("section", {}, heading, nothing(text.noDoubts));
  const isReview = (doubt: Doubt) => doubt.review_reason !== null;
  const ordered = doubts.toSorted((a, b) => Number(isReview(b)) - Number(isReview(a)));
  const unit = yuan(context.language);
  return h(
    "section",
    { class: "doubts" },
    heading,
    h(
      "p",
      { class: "note" },
      text.doubtsLead(
        doubts.filter((doubt) => doubt.is_repaired).length,
        doubts.filter(isReview).length,
      ),
    ),
    dataTable(
      context,
      ordered,
      [
        {
          head: text.row,
          value: (doubt) => nameOf(doubt) || doubt.line_id,
          href: (doubt) => lineAddress(context, doubt.document_id, doubt.line_id),
          prose: true,
        },
        { head: text.printed, value: (doubt) => doubt.printed_text || text.printedBlank, short: true },
        { head: text.unit, value: (doubt) => doubt.printed_unit, minor: true },
        { head: text.readAs, value: (doubt) => doubt.amount_fen },
        { head: text.why, value: (doubt) => whyOf(context, doubt), prose: true },
        {
          head: text.document,
          value: (doubt) => {
            const document = core.document.get(doubt.document_id);
            return document
              ? `${context.bodyName(document.department_id)} ${context.documentName(document)}`
              : null;
          },
          prose: true,
          minor: true,
        },
      ],
      {
        caption: text.doubts,
        file: "doubts",
        unit,
        fold: { isFolded: (doubt) => !isReview(doubt), summary: text.repairedFigures },
      },
    ),
  );
}

function whyOf(context: Context, doubt: Doubt): string {
  const { text } = context;
  if (doubt.review_reason === null) {
    return `${text.repaired}${text.clause}${text.provedBy(proofsOf(doubt))}`;
  }
  const candidates = doubt.review_candidates
    ? `${text.clause}${text.candidates} ${context.candidates(doubt.review_candidates)}`
    : "";
  return `${text.review}${text.clause}${context.reason(doubt.review_reason)}${candidates}`;
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
  suspects: Suspect[],
): Promise<HTMLElement> {
  const { text } = context;
  const id = document.document_id;
  const [equations, terms, lines] = await Promise.all([
    part("equation", id),
    part("term", id),
    part("line", id),
  ]);
  const byNumber = new Map(lines.map((line) => [line.line_number, line]));
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
    findings.length === 0
      ? nothing(text.noFindings)
      : h(
          "ol",
          { class: "findings" },
          ...findings.map((finding) =>
            h(
              "li",
              {},
              severity(context, finding),
              sentence(context, finding),
              suspectList(context, finding, suspects),
              h("h4", {}, text.brokenEquations),
              ...equationList(finding),
            ),
          ),
        ),
  );
}
