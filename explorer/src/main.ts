/** The frame of every view: head, questions, the view itself, and what is open beside it. */

import "./style.css";
import { Context } from "./context";
import { type Core, readCore } from "./data";
import { h } from "./dom";
import { drawer } from "./lines";
import { address, changed, elsewhere, type Language, readAddress, type ViewName } from "./state";
import { texts } from "./text";

type View = (context: Context) => Promise<HTMLElement | HTMLElement[]>;

const LOADERS: Record<ViewName, () => Promise<{ view: View }>> = {
  coverage: () => import("./views/coverage"),
  purpose: () => import("./views/purpose"),
  economic: () => import("./views/economic"),
  execution: () => import("./views/execution"),
  compare: () => import("./views/compare"),
  "three-public": () => import("./views/three-public"),
  projects: () => import("./views/projects"),
  balance: () => import("./views/balance"),
  search: () => import("./views/search"),
  queries: () => import("./views/queries"),
};
const QUESTIONS: ViewName[] = [
  "coverage",
  "purpose",
  "economic",
  "execution",
  "compare",
  "three-public",
  "projects",
  "balance",
];
const LANGUAGE = "budget-explorer-language";

let core: Core | undefined;
let turn = 0;
let shown: { frame: string; view: HTMLElement; context: Context } | undefined;

function language(): Language {
  const wanted = readAddress(location.hash).lang ?? localStorage.getItem(LANGUAGE);
  if (wanted === "zh" || wanted === "en") return wanted;
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

/** Show what the address says. Of two that overlap, the later one wins. */
async function show(): Promise<void> {
  turn += 1;
  const mine = turn;
  const context = newContext(core);
  document.documentElement.lang = context.language === "zh" ? "zh-CN" : "en";
  document.title = `${context.text.views[context.state.view]} · ${context.text.title}`;
  const waiting = setTimeout(() => document.body.classList.add("waiting"), 150);
  try {
    core ??= await readCore();
    const view = await viewOf(newContext(core));
    if (mine !== turn) return;
    const { context: drawn } = view;
    if (location.hash !== address(drawn.state)) {
      history.replaceState(null, "", address(drawn.state));
    }
    const beside = await drawer(drawn);
    if (mine !== turn) return;
    put(drawn, view.view, beside);
  } catch (error) {
    if (mine === turn) put(context, failure(context, error), null);
  } finally {
    clearTimeout(waiting);
    if (mine === turn) {
      document.body.classList.remove("waiting");
      document.body.dataset.ready = String(mine);
      performance.mark("ready");
    }
  }
}

function newContext(known: Core | undefined): Context {
  const chosen = language();
  const state = { ...readAddress(location.hash), lang: chosen };
  return new Context(state, known ?? emptyCore(), chosen, texts(chosen));
}

/** The view of the address; only what is beside it changes if the rest of the address does not. */
async function viewOf(context: Context): Promise<{ view: HTMLElement; context: Context }> {
  const frame = changed(context.state, { figure: undefined, line: undefined });
  if (shown?.frame === frame && shown.view.isConnected) {
    // Links inside the view were made for another state of what is beside it, and stay right:
    // each says completely what it opens.
    const again = newContext(core);
    for (const [key, figure] of shown.context.figures) again.figures.set(key, figure);
    return { view: shown.view, context: again };
  }
  const { view } = await LOADERS[context.state.view]();
  const { text, state } = context;
  const parts = [await view(context)].flat();
  const element = h(
    "main",
    { id: "content", tabindex: "-1", class: `view-${state.view}` },
    h("h1", {}, text.views[state.view]),
    h("p", { class: "lead" }, text.leads[state.view]),
    ...parts,
  );
  const settled = changed(context.state, { figure: undefined, line: undefined });
  shown = { frame: settled, view: element, context };
  return { view: element, context };
}

function put(context: Context, view: HTMLElement, beside: HTMLElement | null): void {
  const app = document.getElementById("app");
  if (!app) return;
  const before = app.querySelector("main");
  const typing = document.activeElement instanceof HTMLInputElement;
  const frame = h("div", { class: "frame" }, questions(context), view);
  if (app.querySelector(".top") && typing) {
    app.querySelector(".frame")?.replaceWith(frame);
    app.querySelector(".drawer")?.remove();
    if (beside) app.append(beside);
  } else {
    app.replaceChildren(top(context), frame, footer(context), ...(beside ? [beside] : []));
  }
  // On a phone the questions are one line that is scrolled.
  const list = frame.querySelector(".questions");
  const current = frame.querySelector<HTMLElement>(".questions [aria-current]");
  if (list && current) list.scrollLeft = current.offsetLeft - list.clientWidth / 3;
  document.body.classList.toggle("has-drawer", beside !== null);
  if (beside) beside.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  else if (before !== view && !typing) scrollTo({ top: 0 });
}

function top(context: Context): HTMLElement {
  const { state, text } = context;
  const other = context.language === "zh" ? "en" : "zh";
  const input = h("input", {
    type: "search",
    name: "q",
    placeholder: text.search,
    "aria-label": text.search,
    value: state.q ?? "",
    autocomplete: "off",
  });
  const search = () => {
    const target = elsewhere(state, "search", { q: input.value.trim() });
    if (readAddress(location.hash).view === "search") history.replaceState(null, "", target);
    else history.pushState(null, "", target);
    void show();
  };
  input.addEventListener("input", (event) => {
    if (!(event as InputEvent).isComposing) search();
  });
  input.addEventListener("compositionend", search);
  return h(
    "header",
    { class: "top" },
    h("a", { class: "skip", href: "#content", onclick: skip }, text.skip),
    h(
      "a",
      { class: "brand", href: elsewhere({ ...state, body: "" }, "coverage", {}) },
      h("b", {}, text.title),
      h("small", {}, text.subtitle),
    ),
    h(
      "form",
      {
        role: "search",
        onsubmit: (event) => {
          event.preventDefault();
          search();
        },
      },
      input,
    ),
    h(
      "nav",
      { class: "links" },
      h("a", { href: elsewhere(state, "queries") }, text.views.queries),
      h("a", { href: "docs/index.html" }, text.docs),
      h(
        "a",
        {
          class: "language",
          href: changed(state, { lang: other }),
          lang: other === "zh" ? "zh-CN" : "en",
          onclick: () => localStorage.setItem(LANGUAGE, other),
        },
        text.otherLanguage,
      ),
    ),
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function questions(context: Context): HTMLElement {
  const { state, text } = context;
  return h(
    "nav",
    { class: "questions", "aria-label": text.title },
    h(
      "ol",
      {},
      ...QUESTIONS.map((name) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              href: elsewhere(state, name),
              "aria-current": name === state.view ? "page" : null,
            },
            text.views[name],
          ),
        ),
      ),
    ),
  );
}

function footer(context: Context): HTMLElement {
  const { text } = context;
  return h(
    "footer",
    { class: "foot" },
    h("span", { class: "print-only" }, `${text.printNote} · ${location.href}`),
  );
}

function failure(context: Context, error: unknown): HTMLElement {
  const { text } = context;
  return h(
    "main",
    { id: "content", class: "failure" },
    h("h1", {}, text.failed),
    h("p", {}, error instanceof Error ? error.message : String(error)),
    h("button", { type: "button", onclick: () => void show() }, text.retry),
  );
}

function emptyCore(): Core {
  return {
    documents: [],
    departments: [],
    coverage: [],
    document: new Map(),
    department: new Map(),
    fund: new Map(),
    form: new Map(),
    account: new Map(),
  };
}

addEventListener("hashchange", () => void show());
addEventListener("keydown", (event) => {
  const state = readAddress(location.hash);
  if (event.key === "Escape" && (state.figure ?? state.line) !== undefined) {
    location.hash = changed(state, { figure: undefined, line: undefined });
  }
});
void show();
