// The browser's side of the live preview: hears from the server what changed, patches the
// open page in place, and shows what is wrong. Never part of a built site.
(() => {
  "use strict";
  const ownPath = "/_weeknotes/client.js";
  const own = document.currentScript;
  const base = new URL(own.src).pathname.slice(0, -ownPath.length);
  const onDashboard = location.pathname.startsWith(base + "/_weeknotes/");
  let tag = own.dataset.tag; // the bytes of the page that is shown

  // ---- The connection

  const firstDelay = 250;
  let source = null;
  let asleep = false; // out of sight: a browser allows few connections, so a hidden tab takes none
  let delay = firstDelay;
  let retryTimer, stoppedTimer;

  function connect() {
    if (source || asleep) return;
    clearTimeout(retryTimer);
    setDown(true);
    const query = `path=${encodeURIComponent(location.pathname)}&tag=${encodeURIComponent(tag)}`;
    source = new EventSource(`${base}/_weeknotes/events?${query}`);
    source.onopen = () => { setDown(false); showStopped(false); };
    source.onerror = reconnect; // not left to the browser, which would send the old tag again
    source.addEventListener("page", (event) => pageChanged(JSON.parse(event.data).tag));
    source.addEventListener("moved", (event) => follow(JSON.parse(event.data).to));
    source.addEventListener("problems", (event) => {
      if (!fetchFailed) delay = firstDelay;
      showProblems(event.data);
    });
  }

  function disconnect() {
    source?.close();
    source = null;
    clearTimeout(retryTimer);
  }

  function reconnect() {
    disconnect();
    if (asleep) return;
    setDown(true);
    retryTimer = setTimeout(connect, delay);
    delay = Math.min(delay * 1.7, 3000);
  }

  function setDown(down) {
    if (down) {
      stoppedTimer ??= setTimeout(showStopped, 2000, true);
    } else {
      clearTimeout(stoppedTimer);
      stoppedTimer = undefined;
    }
  }

  function sleep() {
    asleep = true;
    disconnect();
    setDown(false);
  }

  function wake() {
    if (document.visibilityState === "hidden") return sleep();
    asleep = false;
    delay = firstDelay;
    connect();
  }

  function follow(to) {
    const target = new URL(to, location.href);
    if (target.origin === location.origin) location.replace(target.pathname + target.search + location.hash);
  }

  // ---- Fetching the page

  let wantedTag = null;
  let fetching = false;
  let fetchFailed = false;

  async function pageChanged(newTag) {
    wantedTag = newTag;
    if (fetching) return; // the loop below sees it
    fetching = true;
    try {
      while (wantedTag !== null && wantedTag !== tag) {
        wantedTag = null;
        showPage(await fetchPage());
        fetchFailed = false;
        delay = firstDelay;
      }
    } catch {
      fetchFailed = true;
      reconnect(); // the server then compares the tags anew
    } finally {
      fetching = false;
    }
  }

  async function fetchPage() {
    const response = await fetch(location.pathname + location.search, {
      cache: "no-store",
      headers: { accept: "text/html" },
      signal: AbortSignal.timeout(30000),
    });
    if (!response.headers.get("content-type")?.includes("html")) throw new Error("not a page");
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!findOwn(page)) throw new Error("not a page of the preview");
    return page;
  }

  const isOwn = (node) => node.nodeName === "SCRIPT" && node.getAttribute("src") === own.getAttribute("src");
  const findOwn = (page) => [...page.scripts].find(isOwn);

  function showPage(page) {
    const newTag = findOwn(page).dataset.tag;
    if (newTag === tag) return;
    tag = newTag;
    try {
      keepPlace(() => keepFocus(() => patch(page)));
    } catch {
      location.reload();
    }
    document.dispatchEvent(new CustomEvent("weeknotes:updated"));
  }

  // ---- Keeping the reader's place

  const blocks = "[id], p, li, dt, dd, h1, h2, h3, h4, h5, h6, pre, figure, blockquote, tr, summary";

  function keepPlace(change) {
    const marks = scrollY > 0 ? visibleMarks() : [];
    change();
    const staying = marks.filter(({ element }) => element.isConnected && element.getClientRects().length);
    const mark = staying.find(({ element, text }) => element.textContent === text) ?? staying[0];
    if (!mark) return;
    const moved = mark.element.getBoundingClientRect().top - mark.top;
    if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
  }

  // The blocks in view, the one nearest the top first. Pinned ones tell nothing of the place.
  function visibleMarks() {
    const marks = [];
    for (const element of document.body.querySelectorAll(blocks)) {
      const { top, bottom, height } = element.getBoundingClientRect();
      if (height && bottom > 0 && top < innerHeight) marks.push({ element, top, text: element.textContent });
    }
    marks.sort((a, b) => Math.abs(a.top) - Math.abs(b.top));
    return marks.filter(({ element }) => !isPinned(element));
  }

  function isPinned(element) {
    for (let at = element; at; at = at.parentElement) {
      if (/fixed|sticky/.test(getComputedStyle(at).position)) return true;
    }
    return false;
  }

  function keepFocus(change) {
    const focused = document.activeElement;
    change();
    if (document.activeElement !== focused && focused?.isConnected) focused.focus({ preventScroll: true });
  }

  // ---- Patching the document

  // The attributes of each element as the server last sent them. Only what is new against
  // them is set, so that what the reader and scripts did since (an opened <details>) stays.
  const served = new WeakMap();
  const standsFor = new WeakMap(); // a stylesheet that is loading → the old ones it is to replace
  const outgoing = new Set(); // those old ones
  let oldNamed, newNamed, claimed, leaving, oldScripts, newScripts; // of the patch under way

  const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;
  const isStylesheet = (node) => node.nodeName === "LINK" && node.relList.contains("stylesheet");
  const attributesOf = (element) => new Map([...element.attributes].map(({ name, value }) => [name, value]));

  function remember(node) {
    if (!isElement(node)) return;
    for (const element of [node, ...node.querySelectorAll("*")]) served.set(element, attributesOf(element));
  }

  // A name under which an element is found again wherever it has moved.
  function nameOf(node) {
    if (!isElement(node) || outgoing.has(node)) return null;
    if (isOwn(node)) return "own script";
    if (isStylesheet(node)) return `style ${node.getAttribute("href")?.replace(/[.-][0-9a-f]{8,}(?=\.css)|\?.*$/g, "")}`;
    return node.id ? `${node.nodeName}#${node.id}` : null;
  }

  function namedIn(root) {
    const named = [...root.querySelectorAll("[id], link, script[data-tag]")].reverse();
    return new Map(named.map((element) => [nameOf(element), element]).filter(([name]) => name));
  }

  function patch(page) {
    // For a parser that runs no scripts <noscript> holds elements, in the open page it is text.
    for (const element of page.querySelectorAll("noscript")) element.textContent = element.innerHTML;
    oldNamed = namedIn(document);
    newNamed = namedIn(page);
    claimed = new Set();
    leaving = new Set();
    oldScripts = new Set([...document.scripts].map((script) => script.outerHTML));
    newScripts = [];
    morphAttributes(document.documentElement, page.documentElement);
    morph(document.head, page.head);
    morph(document.body, page.body);
    for (const node of leaving) node.remove();
    for (const script of newScripts) run(script);
  }

  function morph(old, next) {
    // isEqualNode does not look into a <template>, its HTML does.
    if (old.isEqualNode(next) && (!isElement(old) || old.outerHTML === next.outerHTML)) return remember(old);
    if (!isElement(old)) old.nodeValue = next.nodeValue;
    else if (isStylesheet(old) && old.getAttribute("href") !== next.getAttribute("href")) swapStylesheet(old, next);
    else if (/^(SCRIPT|TEMPLATE)$/.test(old.nodeName) && !isOwn(old)) {
      create(next, old.parentNode, old);
      old.remove();
    } else {
      const otherMedia = old instanceof HTMLMediaElement && old.innerHTML !== next.innerHTML;
      morphAttributes(old, next);
      morphChildren(old, next);
      if (otherMedia) old.load();
    }
  }

  function morphAttributes(old, next) {
    const before = served.get(old) ?? attributesOf(old);
    const after = attributesOf(next);
    for (const [name, value] of after) {
      if (before.get(name) !== value) old.setAttributeNode(next.getAttributeNode(name).cloneNode());
    }
    for (const name of before.keys()) if (!after.has(name)) old.removeAttribute(name);
    served.set(old, after);
  }

  function morphChildren(parent, nextParent) {
    const oldNodes = [...parent.childNodes].filter((node) => !outgoing.has(node));
    const partners = findPartners(parent, oldNodes, [...nextParent.childNodes]);
    const kept = new Set(partners.values());
    // They go in the end only: what is inside may yet be claimed for another place.
    for (const node of oldNodes) if (!kept.has(node) && !claimed.has(node)) leaving.add(node);
    let place = parent.firstChild;
    for (const next of nextParent.childNodes) {
      while (place && !kept.has(place)) place = place.nextSibling;
      const old = partners.get(next);
      if (!old) create(next, parent, place);
      else {
        if (old === place) place = place.nextSibling;
        else move(old, parent, place);
        morph(old, next);
      }
    }
  }

  // Which old node each new one continues: the one with its name, else one with the same
  // content, else one of its kind that follows where the node before it was found.
  function findPartners(parent, oldNodes, nextNodes) {
    const partners = new Map();
    const free = new Set(oldNodes.filter((node) => !claimed.has(node) && !newNamed.has(nameOf(node))));
    const take = (next, old) => { partners.set(next, old); free.delete(old); };
    for (const next of nextNodes) {
      const old = oldNamed.get(nameOf(next));
      if (!old || claimed.has(old) || old.contains(parent)) continue;
      claimed.add(old);
      leaving.delete(old);
      take(next, old);
    }
    const sameContent = Map.groupBy([...free].filter(isElement), (old) => old.outerHTML);
    for (const next of nextNodes) {
      const old = isElement(next) && !partners.has(next) && sameContent.get(next.outerHTML)?.shift();
      if (old) take(next, old);
    }
    let following = oldNodes[0];
    for (const next of nextNodes) {
      let old = partners.get(next) ?? following;
      while (old && free.has(old) && old.nodeName !== next.nodeName) old = old.nextSibling;
      if (old && free.has(old)) take(next, old);
      if (partners.has(next)) following = partners.get(next).nextSibling;
    }
    return partners;
  }

  function move(node, parent, before) {
    // moveBefore keeps focus, playing media and frames as they are.
    if (parent.moveBefore && node.isConnected && parent.isConnected) parent.moveBefore(node, before);
    else parent.insertBefore(node, before);
  }

  function create(next, parent, before) {
    // A new element around old named ones is made empty and filled, so that those are moved.
    const aroundOld = isElement(next) && [...namedIn(next).keys()].some((name) => oldNamed.has(name));
    const node = document.importNode(next, !aroundOld);
    remember(node);
    parent.insertBefore(node, before);
    if (aroundOld) morphChildren(node, next);
    else if (node.nodeName === "SCRIPT") newScripts.push(node);
    else if (isElement(node)) newScripts.push(...node.querySelectorAll("script"));
    return node;
  }

  // A parsed script does not run, one made anew does. One the page had before ran already.
  function run(parsed) {
    if (isOwn(parsed) || oldScripts.has(parsed.outerHTML) || !parsed.isConnected) return;
    const script = document.createElement("script");
    for (const { name, value } of parsed.attributes) script.setAttribute(name, value);
    script.async = parsed.hasAttribute("async");
    script.text = parsed.text;
    parsed.replaceWith(script);
    remember(script);
  }

  // The old stylesheet goes when the new one is there, so the page is never without.
  function swapStylesheet(old, next) {
    const link = create(next, old.parentNode, old.nextSibling);
    const olds = [...(standsFor.get(old) ?? []), old];
    standsFor.set(link, olds);
    olds.forEach((one) => outgoing.add(one));
    link.onload = link.onerror = () => {
      for (const one of olds) {
        one.remove();
        outgoing.delete(one);
      }
    };
  }

  // ---- What is wrong, in an element of its own that the page's styles do not reach

  const host = document.createElement("weeknotes-preview");
  const layer = make("div", { className: "layer", hidden: true });
  const badges = make("div", { className: "badges", role: "status", ariaLive: "polite" });
  let shownProblems = '{"errors":0,"warnings":0,"diagnostics":[]}';
  let problems = JSON.parse(shownProblems);
  let isOpen = false; // the panel with the list of them
  let isStopped = false;
  let focusBefore = null;

  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children.filter(Boolean));
    return element;
  }

  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

  function summary() {
    const { errors, warnings } = problems;
    return [errors && count(errors, "error"), warnings && count(warnings, "warning")].filter(Boolean).join(", ");
  }

  function showProblems(data) {
    if (data === shownProblems || onDashboard) return; // the dashboard lists them itself
    shownProblems = data;
    problems = JSON.parse(data);
    if (problems.errors) isOpen = recall() !== data;
    else if (!problems.warnings || layer.classList.contains("over")) isOpen = false;
    const hadFocus = layer.contains(host.shadowRoot.activeElement);
    render();
    if (isOpen && (hadFocus || (problems.errors && !isTyping()))) focusPanel();
    else if (hadFocus) leavePanel();
  }

  function showStopped(stopped) {
    if (stopped === isStopped) return;
    isStopped = stopped;
    render();
  }

  function setOpen(open) {
    const hadFocus = layer.contains(host.shadowRoot.activeElement);
    isOpen = open;
    if (problems.errors) recall(open ? "" : shownProblems);
    render();
    if (open) focusPanel();
    else if (hadFocus) leavePanel();
  }

  // A closed panel stays closed on the next page too, until the problems are others.
  function recall(dismissed) {
    try {
      if (dismissed !== undefined) sessionStorage.setItem("weeknotes:dismissed", dismissed);
      return sessionStorage.getItem("weeknotes:dismissed");
    } catch {
      return null; // storage is full or not allowed
    }
  }

  function isTyping() {
    const focused = document.activeElement;
    return focused?.isContentEditable || /^(INPUT|TEXTAREA|SELECT|IFRAME)$/.test(focused?.nodeName);
  }

  function focusPanel() {
    if (document.activeElement !== host) focusBefore = document.activeElement;
    layer.querySelector(".panel").focus({ preventScroll: true });
  }

  function leavePanel() {
    const target = focusBefore?.isConnected && focusBefore !== document.body ? focusBefore : badges.querySelector("button");
    target?.focus({ preventScroll: true });
    focusBefore = null;
  }

  function render() {
    layer.hidden = !isOpen;
    layer.className = problems.errors ? "layer over" : "layer corner";
    layer.replaceChildren(...(isOpen ? [panel()] : []));
    const stopped = isStopped && make("span", { className: "badge" }, "Preview stopped");
    badges.replaceChildren(...[stopped, problemsBadge()].filter(Boolean));
  }

  function problemsBadge() {
    if (isOpen || !summary()) return null;
    const [className, text] = problems.errors
      ? ["badge error", count(problems.errors, "error")]
      : ["badge warning", count(problems.warnings, "warning")];
    return make("button", { type: "button", className, onclick: () => setOpen(true) }, text);
  }

  function panel() {
    const below = problems.good ? "the last good version of this page is below" : "the site as far as it came is below";
    const after = problems.errors ? `: ${below}` : "";
    const title = make("h2", { id: "title" }, make("strong", {}, summary()), after);
    const close = make("button", { type: "button", className: "close", onclick: () => setOpen(false) }, "Close");
    const sorted = problems.diagnostics.toSorted((a, b) => (b.severity === "error") - (a.severity === "error"));
    const dialog = make("section", { className: "panel", role: "dialog", ariaModal: "false", tabIndex: -1 },
      make("header", {}, title, close), make("ol", {}, ...sorted.map(entry)));
    dialog.setAttribute("aria-labelledby", "title");
    return dialog;
  }

  function entry(problem) {
    const word = make("strong", {}, problem.severity === "error" ? "Error" : "Warning");
    return make("li", { className: problem.severity },
      make("p", { className: "message" }, word, " ", ...withCode(problem.message)),
      problem.path && make("p", { className: "place" }, place(problem)),
      problem.source ? excerpt(problem) : problem.label && make("p", {}, ...withCode(problem.label)),
      ...(problem.notes ?? []).map((note) => make("p", {}, "note: ", ...withCode(note))),
      problem.help && make("p", {}, "help: ", ...withCode(problem.help)));
  }

  function place({ path, line, column, editor }) {
    const text = [path, line, column].filter(Boolean).join(":");
    const opensHere = editor && !/^\s*(javascript|data):/i.test(editor);
    return opensHere ? make("a", { href: editor, title: "Open in the editor" }, text) : text;
  }

  function excerpt({ line, source: text, underline, label }) {
    const [start, end] = underline ?? [0, 0];
    const marked = text.slice(start, Math.max(end, start + 1)) || " ";
    const code = underline ? [text.slice(0, start), make("mark", {}, marked), text.slice(start + marked.length)] : [text];
    return make("pre", {},
      make("span", { className: "number" }, line), make("code", {}, ...code),
      label && make("span", { className: "label" }, ...withCode(label)));
  }

  // Messages put what is to be typed or read literally between backticks.
  function withCode(text) {
    const parts = text.split("`");
    if (parts.length % 2 === 0) return [text];
    return parts.map((part, index) => (index % 2 ? make("code", {}, part) : part));
  }

  function mount() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    host.attachShadow({ mode: "open" }).append(layer, badges);
    host.shadowRoot.adoptedStyleSheets = [sheet];
    layer.onclick = (event) => { if (event.target === layer) setOpen(false); };
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && isOpen && !event.defaultPrevented) setOpen(false);
    });
    document.documentElement.append(host);
  }

  const css = `
    :host { all: initial !important; }
    @media print { :host { display: none !important; } }
    *, ::before { box-sizing: border-box; margin: 0; padding: 0; }
    [hidden] { display: none !important; }
    .layer, .badges {
      --paper: #fff; --raised: #f5f5f3; --ink: #24272b; --soft: #5c6168; --rule: #dcdcd8;
      --error: #b3261e; --warning: #7c5200; --link: #1f5fa8; --shade: rgb(28 28 26 / .42);
      position: fixed; z-index: 2147483647; color-scheme: light dark; color: var(--ink);
      font: .9375em/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    @media (prefers-color-scheme: dark) {
      .layer, .badges {
        --paper: #212326; --raised: #2b2e32; --ink: #e7e7e4; --soft: #abb0b7; --rule: #43474d;
        --error: #ff9d94; --warning: #ecc06c; --link: #93c3f5; --shade: rgb(0 0 0 / .58);
      }
    }
    .over { inset: 0; background: var(--shade); padding: min(8vh, 5em) 12px 12px; animation: appear .15s; }
    .corner { right: 12px; bottom: 12px; left: 12px; pointer-events: none; }
    .panel {
      max-width: 46em; max-height: 100%; margin: 0 auto; overflow: auto; overscroll-behavior: contain;
      background: var(--paper); border: 1px solid var(--rule); border-radius: 8px; box-shadow: 0 12px 40px rgb(0 0 0 / .25);
    }
    .corner .panel { max-width: 32em; max-height: min(70vh, 36em); margin: 0 0 0 auto; pointer-events: auto; }
    header { position: sticky; top: 0; background: var(--paper); display: flex; align-items: baseline; justify-content: space-between; gap: 16px; padding: 12px 12px 12px 20px; border-bottom: 1px solid var(--rule); }
    h2 { font: inherit; color: var(--soft); text-wrap: pretty; }
    h2 strong { color: var(--ink); }
    ol { list-style: none; }
    li { padding: 16px 20px; overflow-wrap: anywhere; }
    li + li { border-top: 1px solid var(--rule); }
    li > * + * { margin-top: 6px; }
    .error { --accent: var(--error); }
    .warning { --accent: var(--warning); }
    .message { font-size: 1.0667em; }
    .message strong { color: var(--accent); margin-right: .25em; }
    .place { color: var(--soft); user-select: all; }
    .place, pre, code { font-family: ui-monospace, "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; }
    a { color: var(--link); text-underline-offset: .2em; }
    p code { padding: .1em .3em; background: var(--raised); border-radius: 3px; font-size: .875em; }
    pre { display: grid; grid-template-columns: auto 1fr; column-gap: 14px; margin: 10px 0; padding: 10px 14px; background: var(--raised); border-radius: 5px; }
    pre, pre code { white-space: pre-wrap; }
    .number { color: var(--soft); user-select: none; }
    .label { grid-column: 2; color: var(--accent); }
    .label code, pre code { font: inherit; }
    mark { color: inherit; background: none; text-decoration: underline 2px var(--accent); text-underline-offset: .3em; text-decoration-skip-ink: none; font-weight: 600; }
    .badges { right: 12px; bottom: 12px; display: flex; flex-wrap: wrap; justify-content: end; gap: 8px; }
    button, .badge { padding: 5px 12px; background: var(--paper); color: var(--ink); border: 1px solid var(--rule); border-radius: 6px; font: inherit; }
    button { cursor: pointer; min-height: 36px; }
    .badge { display: flex; align-items: center; box-shadow: 0 2px 10px rgb(0 0 0 / .18); color: var(--soft); }
    .badge.warning { color: var(--warning); }
    .badge.error { background: #b3261e; border-color: #b3261e; color: #fff; font-weight: 600; }
    .close { flex: none; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    .panel:focus { outline: 0; }
    @keyframes appear { from { opacity: 0; } }
    @media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
  `;

  // ---- Begin

  remember(document.documentElement);
  mount();
  addEventListener("pagehide", sleep);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
  wake();
})();
