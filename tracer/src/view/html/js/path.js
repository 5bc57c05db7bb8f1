// The run over the path: cards, wires, ways out, phases, time.
const all = (selector, root) => [...(root || document).querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const make = (tag, text, className) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
};
// The same of words in which names stand between backticks.
const prose = (tag, text) => {
  const element = make(tag);
  text.split('`').forEach((part, at) => element.append(at % 2 ? make('code', part) : part));
  return element;
};
const rows = all('.row'), cards = all('.card'), exits = all('.exit'), wires = all('.w');
const inside = new Map(all('.flow li').map((li) => [li, new Set(all('.row', li).map((row) => row.dataset.node))]));
const state = { run: null, node: '', at: -1, view: 'path', only: false };

// The visit that a card shows: the one that is looked at, else the last.
function shown(run, id) {
  const visits = run.visits.get(id) || [];
  if (visits.includes(state.at)) return state.at;
  const before = visits.filter((at) => state.at < 0 || at <= state.at);
  return before.length ? before.at(-1) : visits.length ? visits[0] : -1;
}

function paintCard(run, row) {
  const id = row.dataset.node, card = row.firstElementChild;
  const visits = run ? run.visits.get(id) || [] : [];
  const stopped = !!run && run.stop === id;
  row.dataset.st = !visits.length ? 'none' : stopped ? 'bad' : 'ok';
  let value = '', say = '', kind = card.dataset.words;
  if (run) say = !visits.length ? ', not reached' : stopped ? ', stopped here' : ', passed';
  if (visits.length) {
    const step = run.steps[shown(run, id)];
    const bad = stopped && (step.way === 'exit' || !!run.fault);
    const items = visits.filter((at) => run.steps[at].way === 'item').length;
    const round = visits.length > 1 && step.round && card.dataset.kind !== 'loop' ? 'item ' + step.round : '';
    const words = card.dataset.kind === 'loop' && state.at !== shown(run, id) ? many(items, 'item') + (step.round ? ' in all' : '') : said(step, bad);
    value = [round, words].filter(Boolean).join(': ');
    if (value) value = (bad ? '✕ ' : '✓ ') + value;
    kind = (visits.length > 1 ? visits.length + ' × · ' : '') + us(visits.reduce((sum, at) => sum + run.steps[at].took, 0));
    if (visits.some((at) => waits(run, run.steps[at]))) kind += ' with wait';
    if (card.dataset.kind === 'outcome') kind = 'outcome';
  }
  card.querySelector('.v').textContent = value;
  card.querySelector('.k').textContent = kind;
  card.querySelector('.say').textContent = say;
}

function lit(run, wire) {
  const way = wire.dataset.w;
  if (!run) return false;
  const within = inside.get(wire.closest('li'));
  if (way === '@leave') return leaves(run, within);
  if (way === '@enter') return [...within].some((id) => run.visits.has(id));
  return run.taken.has(way);
}

function paintPath() {
  const run = state.run;
  document.body.classList.toggle('on', !!run);
  document.body.classList.toggle('only', !!run && state.only);
  rows.forEach((row) => paintCard(run, row));
  wires.forEach((wire) => wire.classList.toggle('lit', lit(run, wire)));
  exits.forEach((exit) => exit.classList.toggle('hit', !!run && run.visits.has(exit.dataset.id)));
  all('.exits').forEach((box) => box.classList.toggle('hit', !!box.querySelector('.hit')));
  const mark = (element, within) => {
    const has = (st) => within.some((row) => row.dataset.st === st);
    element.dataset.st = has('bad') ? 'bad' : has('ok') ? 'ok' : 'none';
  };
  all('.flow li, .phase, .frame').forEach((element) => mark(element, all('.row', element)));
  all('nav a').forEach((link) => {
    const st = byId(link.hash.slice(1)).dataset.st, count = all('.row', byId(link.hash.slice(1))).length;
    if (run) link.dataset.st = st; else delete link.dataset.st;
    link.querySelector('i').textContent = !run ? count : st === 'ok' ? '✓' : st === 'bad' ? '✕' : '·';
  });
}

function paintTime() {
  const run = state.run, bar = byId('bar');
  byId('time').hidden = !run || !run.total;
  bar.replaceChildren();
  if (!run) return;
  byId('total').textContent = us(run.total);
  run.visits.forEach((visits, id) => {
    const node = nodes.get(id);
    if (!node || node.exit) return;
    const took = visits.reduce((sum, at) => sum + run.steps[at].took, 0);
    const button = make('button', undefined, run.stop === id ? 'bad' : '');
    button.dataset.go = id;
    button.tabIndex = -1;
    button.title = node.title + ': ' + us(took);
    button.setAttribute('aria-label', button.title);
    button.style.flexGrow = String(Math.max(took, 1));
    bar.append(button);
  });
}

function paintStory() {
  const run = state.run, line = byId('story');
  line.replaceChildren();
  byId('walk').hidden = !run;
  byId('only').setAttribute('aria-pressed', String(state.only));
  if (run) {
    const [code, words] = story(run);
    line.append(make('span', code, run.refused || run.fault ? 'tag bad' : 'tag ok'), ' ', prose('span', words));
  } else {
    line.append(make('strong', 'All paths.'), ' ' + many(rows.length, 'step') + ', ' + many(exits.length, 'way') + ' out.');
  }
}

function paintNotice(problem) {
  const run = state.run, parts = [...(problem || [])];
  if (run && run.spec_hash !== data.hash) {
    parts.push(' This run walked another version of the operation (' + run.spec_hash.slice(0, 12) + '). It is shown on the present one, by the names of its steps.');
    if (run.unknown.length) parts.push(' No longer there: ' + run.unknown.join(', ') + '.');
  }
  byId('notice').hidden = !parts.length;
  byId('notice').replaceChildren(...parts);
}

function paintMarks() {
  cards.concat(exits, all('#bar button')).forEach((element) => {
    const here = (element.dataset.id || element.dataset.go) === state.node;
    if (here) element.setAttribute('aria-current', 'true'); else element.removeAttribute('aria-current');
  });
  const current = byId('n-' + home(state.node));
  cards.forEach((card, at) => { card.tabIndex = current ? (card === current ? 0 : -1) : at ? -1 : 0; });
  exits.forEach((exit) => { exit.tabIndex = exit.dataset.id === state.node ? 0 : -1; });
  all('[role=radio]').forEach((button) => {
    const on = button.dataset.run === (state.run ? state.run.run : '');
    button.setAttribute('aria-checked', String(on));
    button.tabIndex = on ? 0 : -1;
  });
  byId('pick').value = state.run ? state.run.run : '';
  document.body.classList.toggle('sel', !!state.node);
}
