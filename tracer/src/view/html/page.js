'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const all = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const about = byId('side').cloneNode(true);
  const state = { run: null, node: '', view: 'path' };

  const story = (run) => {
    if (!run) return data.operation + ': all paths that a call can take.';
    if (run.fault) return 'Broke: ' + run.fault + '. Nothing was written.';
    if (run.refused) return run.refused.status + ' ' + run.refused.code + ': ' + run.refused.message + '. Nothing was written.';
    const rows = run.changed.length;
    const did = run.mode === 'dry_run' ? 'would have changed' : 'changed';
    return 'Done: ' + did + ' ' + rows + (rows === 1 ? ' row.' : ' rows.') + (run.spec_hash === data.hash ? '' : ' Recorded on another version of this operation.');
  };

  const visits = (id) => state.run ? state.run.steps.filter((step) => step.node === id) : [];
  const stop = () => state.run && (state.run.refused ? state.run.refused.node.split('!')[0] : state.run.fault && (state.run.steps.at(-1) || {}).node);

  function paint() {
    const run = state.run, stopped = stop();
    document.body.classList.toggle('on', !!run);
    all('.row').forEach((row) => {
      const id = row.dataset.node, seen = visits(id);
      row.dataset.st = !seen.length ? 'none' : id === stopped ? 'bad' : 'ok';
      const values = seen.slice(-1).flatMap((step) => step.values).map(([name, value]) => name + ' = ' + value);
      const times = seen.length > 1 ? seen.length + ' times' + (values.length ? ', last: ' : '') : '';
      row.querySelector('.v').textContent = run && seen.length ? (id === stopped ? '✕ ' : '✓ ') + times + values.slice(0, 4).join('\n') : '';
    });
    all('.exit').forEach((exit) => exit.classList.toggle('hit', !!run && visits(exit.dataset.id).length > 0));
    const phaseOf = (rows) => rows.some((row) => row.dataset.st === 'bad') ? 'bad' : rows.some((row) => row.dataset.st === 'ok') ? 'ok' : 'none';
    all('nav a').forEach((link) => {
      const section = byId(link.hash.slice(1)), result = phaseOf(all('.row', section));
      section.dataset.st = result;
      if (run) link.dataset.st = result; else delete link.dataset.st;
      link.querySelector('i').textContent = !run ? '' : result === 'ok' ? '✓' : result === 'bad' ? '✕' : '·';
    });
    byId('story').textContent = story(run);
    all('[data-run]').forEach((button) => button.setAttribute('aria-checked', String(button.dataset.run === (run ? run.run : ''))));
    details();
  }

  const pair = (list, name, value) => { list.append(make('dt', name), make('dd', value)); };

  function details() {
    const side = byId('side'), node = data.nodes[state.node];
    all('[aria-current]').forEach((element) => element.removeAttribute('aria-current'));
    if (!node) { side.replaceChildren(...about.cloneNode(true).childNodes); if (state.run) side.append(changes(state.run)); return; }
    const card = byId('n-' + state.node);
    if (card) card.setAttribute('aria-current', 'true');
    side.replaceChildren(make('h2', node.title));
    const list = make('dl');
    pair(list, 'Step', state.node); pair(list, 'Kind', node.kind); pair(list, 'Phase', node.phase);
    if (node.text && !node.exit) pair(list, 'Says', node.text);
    if (node.src) pair(list, 'Spec', node.src);
    side.append(list);
    const seen = visits(state.node);
    if (seen.length) {
      side.append(make('h3', 'In this run'));
      const values = make('dl');
      const last = seen.at(-1), at = state.run.steps.indexOf(last), next = state.run.steps[at + 1];
      if (seen.length > 1) pair(values, 'Visits', String(seen.length));
      pair(values, 'Began', '+' + (last.at_us / 1000).toFixed(2) + ' ms');
      if (next) pair(values, 'Took', ((next.at_us - last.at_us) / 1000).toFixed(3) + ' ms');
      last.values.forEach(([name, value]) => pair(values, name, value));
      side.append(values);
    }
    const outs = Object.entries(data.nodes).filter(([id, it]) => it.exit && (id === state.node || id.startsWith(state.node + '!')));
    if (outs.length) side.append(make('h3', 'Ways out'));
    outs.forEach(([id, it]) => {
      const hit = state.run && state.run.refused && state.run.refused.node === id;
      const box = make('div', undefined, 'out' + (hit ? ' hit' : ''));
      box.append(make('b', it.exit.status + ' ' + it.exit.code), make('p', hit ? state.run.refused.message : it.exit.message), make('p', 'Fix: ' + (hit ? state.run.refused.fix : it.exit.fix)));
      side.append(box);
    });
  }

  function changes(run) {
    const box = make('div');
    box.append(make('h3', 'Run ' + run.run));
    const list = make('dl');
    pair(list, 'Agent', run.agent); pair(list, 'Began', run.started); pair(list, 'Attempts', String(run.attempts));
    run.changed.forEach((row) => pair(list, row.resource, row.id + ', version ' + row.from_version + ' → ' + row.to_version));
    box.append(list);
    return box;
  }

  function hash() {
    const parts = new URLSearchParams();
    if (state.run) parts.set('run', state.run.run);
    if (state.node) parts.set('node', state.node);
    if (state.view !== 'path') parts.set('view', state.view);
    history.replaceState(null, '', '#' + parts.toString());
  }

  function show(run, node, scroll) {
    state.run = run; state.node = node;
    paint();
    const element = byId('n-' + node);
    if (scroll && element) element.scrollIntoView({ block: 'center' });
    hash();
  }

  function view(name) {
    state.view = name;
    byId('path').hidden = name !== 'path';
    byId('outline').hidden = name !== 'text';
    byId('v-path').setAttribute('aria-pressed', String(name === 'path'));
    byId('v-text').setAttribute('aria-pressed', String(name === 'text'));
    hash();
  }

  function find(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    all('.card, .exit').forEach((element) => {
      const node = data.nodes[element.dataset.id] || {};
      const hay = [element.dataset.id, node.title, node.text, node.kind, node.exit && node.exit.message].join(' ').toLowerCase();
      const hit = words.length > 0 && words.every((word) => hay.includes(word));
      element.classList.toggle('hitq', hit);
      hits += hit;
    });
    document.body.classList.toggle('find', words.length > 0);
    byId('found').textContent = words.length ? hits + ' found' : '';
  }

  const choose = (id) => data.runs.find((run) => run.run === id) || null;
  const endOf = (run) => run ? (run.refused ? run.refused.node : '') : '';
  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.dataset.run !== undefined) { const run = choose(button.dataset.run); show(run, endOf(run), true); }
    else if (button.dataset.id) show(state.run, button.dataset.id === state.node ? '' : button.dataset.id, false);
    else if (button.id === 'v-path') view('path');
    else if (button.id === 'v-text') view('text');
    else if (button.id === 'only') only();
    else if (button.id === 'theme') theme();
  });
  const only = () => byId('only').setAttribute('aria-pressed', String(document.body.classList.toggle('only')));
  const theme = () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  };
  const move = (by) => {
    const cards = all('.card').filter((card) => card.offsetParent);
    const at = cards.findIndex((card) => card.dataset.id === state.node);
    const next = cards[Math.max(0, Math.min(cards.length - 1, at + by))];
    if (next) { show(state.run, next.dataset.id, true); next.focus({ preventScroll: true }); }
  };
  const step = (by) => {
    const at = state.run ? data.runs.indexOf(state.run) : -1;
    const run = data.runs[at + by] || null;
    show(run, endOf(run), true);
  };
  byId('find').addEventListener('input', (event) => find(event.target.value));
  document.addEventListener('keydown', (event) => {
    if (event.target.tagName === 'INPUT') { if (event.key === 'Escape') { event.target.value = ''; find(''); event.target.blur(); } return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), n: () => step(1), p: () => step(-1), o: only, t: theme, '/': () => byId('find').focus(), Escape: () => show(state.run, '', false) };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  const load = () => {
    const parts = new URLSearchParams(location.hash.slice(1));
    if (parts.get('view') === 'text') view('text');
    if (parts.get('theme')) document.documentElement.dataset.theme = parts.get('theme');
    const run = choose(parts.get('run'));
    show(run, parts.get('node') || endOf(run), true);
    if (parts.get('run') && !run) byId('story').textContent = 'The run ' + parts.get('run') + ' is not among those on this page.';
  };
  addEventListener('hashchange', load);
  load();
})();
