// What people do: choose, walk, find, fold, share. The address always says what is shown.
document.documentElement.classList.add('js');

function address(change) {
  const next = { ...state, ...change }, parts = new URLSearchParams();
  if (next.run) parts.set('run', next.run.run);
  if (next.node) parts.set('node', next.node);
  if (next.run && next.at >= 0) parts.set('at', String(next.at));
  if (next.view !== 'path') parts.set('view', next.view);
  return '#' + parts.toString().replaceAll('%21', '!');
}

function draw(problem) {
  byId('path').hidden = state.view !== 'path';
  byId('outline').hidden = state.view !== 'text';
  byId('outline').textContent = state.run ? asText(state.run) : outlined;
  byId('v-path').setAttribute('aria-pressed', String(state.view === 'path'));
  byId('v-text').setAttribute('aria-pressed', String(state.view === 'text'));
  paintPath(); paintTime(); paintStory(); paintNotice(problem); details(); paintMarks();
}
const outlined = byId('outline').textContent;

function set(change) {
  Object.assign(state, change);
  history.replaceState(null, '', address({}));
  draw();
}

function reveal(id, focus) {
  const element = byId('n-' + id);
  if (!element) return;
  const fold = element.closest('details');
  if (fold) fold.open = true;
  element.scrollIntoView({ block: 'center' });
  if (focus) element.focus({ preventScroll: true });
}

const go = (id, focus, at) => { set({ node: id, at: at === undefined ? -1 : at }); reveal(id, focus); };
const endOf = (run) => !run ? '' : run.refused ? run.refused.node : run.stop || '';

function choose(id) {
  const run = runs.find((run) => run.run === id) || null;
  set({ run, node: endOf(run), at: -1 });
  if (run) reveal(endOf(run) || (run.steps[0] || {}).node);
}

// Along the run, visit by visit; along the path when no run is shown.
function walk(by) {
  if (!state.run) { move(by); return; }
  const steps = state.run.steps;
  let at = state.at >= 0 ? state.at : state.node ? shown(state.run, state.node) : by > 0 ? -1 : steps.length;
  at = Math.max(0, Math.min(steps.length - 1, at + by));
  go(steps[at].node, true, at);
}

function move(by) {
  const seen = cards.filter((card) => card.offsetParent), at = seen.findIndex((card) => card.dataset.id === home(state.node));
  const next = seen[Math.max(0, Math.min(seen.length - 1, at + by))];
  if (next) go(next.dataset.id, true);
}

function sideways(by) {
  const row = byId('n-' + home(state.node));
  const places = row ? [row, ...all('.exit', row.parentElement)].filter((place) => place.offsetParent) : [];
  const next = places[places.findIndex((place) => place.dataset.id === state.node) + by];
  if (next) go(next.dataset.id, true);
}

let hits = [], hit = -1;
function find(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  hits = cards.concat(exits).filter((element) => {
    const node = nodes.get(element.dataset.id) || {}, exit = node.exit || {};
    const hay = [node.id, node.title, node.text, node.kind, node.subject, node.src, exit.status, exit.message, exit.fix].join(' ').toLowerCase();
    const found = words.length > 0 && words.every((word) => hay.includes(word));
    element.classList.toggle('hitq', found);
    return found;
  }).sort((a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
  hit = -1;
  document.body.classList.toggle('find', words.length > 0);
  byId('found').textContent = words.length ? hits.length + ' found' : '';
}

function nextHit(by) {
  if (!hits.length) return;
  hit = (hit + by + hits.length) % hits.length;
  go(hits[hit].dataset.id);
}

function theme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
}

async function copy(button) {
  try { await navigator.clipboard.writeText(location.href); button.textContent = 'Copied'; } catch { button.textContent = 'Copy it from the address bar'; }
}

const only = () => { if (state.run) set({ only: !state.only }); };
const pressed = { 'v-path': () => set({ view: 'path' }), 'v-text': () => set({ view: 'text' }), only, theme, back: () => walk(-1), forth: () => walk(1), copy, close: () => set({ node: '', at: -1 }) };
document.addEventListener('click', (event) => {
  const link = event.target.closest('nav a');
  if (link) {
    event.preventDefault();
    const section = byId(link.hash.slice(1));
    if (state.view !== 'path') set({ view: 'path' });
    section.open = true;
    section.scrollIntoView({ block: 'start' });
  }
  const button = event.target.closest('button');
  if (!button) return;
  if (button.dataset.run !== undefined) choose(button.dataset.run);
  else if (button.dataset.go) go(button.dataset.go);
  else if (button.dataset.at) go(state.node, false, Number(button.dataset.at));
  else if (button.dataset.id) set({ node: button.dataset.id, at: -1 });
  else if (pressed[button.id]) pressed[button.id](button);
});
byId('pick').addEventListener('change', (event) => choose(event.target.value));
byId('find').addEventListener('input', (event) => find(event.target.value));
byId('find').addEventListener('keydown', (event) => {
  if (event.key === 'Enter') nextHit(event.shiftKey ? -1 : 1);
  if (event.key === 'Escape') { event.target.value = ''; find(''); event.target.blur(); }
});

function alongRuns(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key], list = all('[role=radio]');
  const next = by && list[list.indexOf(document.activeElement) + by];
  if (!next) return;
  event.preventDefault();
  choose(next.dataset.run);
  next.focus();
}

const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), ArrowRight: () => sideways(1), ArrowLeft: () => sideways(-1), n: () => walk(1), p: () => walk(-1), o: only, t: theme, '/': () => byId('find').focus(), '?': () => byId('help').showModal(), Escape: () => set({ node: '', at: -1 }) };
document.addEventListener('keydown', (event) => {
  if (event.target.matches('input, select') || event.ctrlKey || event.metaKey || event.altKey || byId('help').open) return;
  if (event.target.matches('[role=radio]') && event.key.startsWith('Arrow')) { alongRuns(event); return; }
  if (event.key.startsWith('Arrow') && !(event.target === document.body || event.target.matches('.card, .exit'))) return;
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

// Why a run can be missing, and what to do.
function missing(run) {
  const here = 'The run ' + run + ' is not on this page';
  if (data.suffix) return [here + ', which is drawn from files and shows no calls of a service. Open /tracer/ of the service that answered, and there the operation that was called.'];
  const asked = new URLSearchParams(location.search).get('run') === run;
  const causes = ' It may be mistyped, a call of another operation, or one that another service or database recorded: compare it with `run` in the answer of the call, and open the page of the operation that was called, where it was called.';
  if (asked) return [here + ', nor among the older calls of this operation that are kept.' + causes];
  const link = make('a', 'Look for it among the older calls');
  link.href = '?run=' + encodeURIComponent(run) + '#run=' + encodeURIComponent(run);
  return [here + ', which shows the newest calls; it may be an older one.' + causes + ' ', link];
}

function read() {
  const parts = new URLSearchParams(location.hash.slice(1)), problems = [];
  const run = runs.find((run) => run.run === parts.get('run')) || null;
  if (parts.get('run') && !run) problems.push(...missing(parts.get('run')));
  const node = parts.get('node') || endOf(run);
  if (parts.get('node') && !nodes.has(node)) problems.push(' There is no step ' + node + ' in this graph.');
  const at = Number(parts.get('at') || -1);
  Object.assign(state, { run, node: nodes.has(node) ? node : '', at: run && run.steps[at] ? at : -1, view: parts.get('view') === 'text' ? 'text' : 'path' });
  if (['dark', 'light'].includes(parts.get('theme'))) document.documentElement.dataset.theme = parts.get('theme');
  draw(problems);
  if (state.node) reveal(state.node);
}
addEventListener('hashchange', read);
read();
