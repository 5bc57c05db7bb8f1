// The panel at the right: the operation, the run, or the step or way out that is chosen.
const side = byId('side');
const about = [...side.childNodes].map((child) => child.cloneNode(true));

// A long name is broken between its words, not within them.
function names(element) {
  const parts = element.textContent.split(/(?<=[/._!])/);
  element.replaceChildren(...parts.flatMap((part) => [part, make('wbr')]));
  return element;
}

function facts(pairs) {
  const list = make('dl');
  pairs.filter(([, value]) => value).forEach(([name, value, code]) => {
    const fact = make('dd');
    fact.append(code ? names(make('code', value)) : value);
    list.append(make('dt', name), fact);
  });
  return list;
}

function link(text, run, node) {
  const item = make('li'), a = make('a', text);
  a.href = address({ run, node, view: 'path', at: -1 });
  item.append(a);
  return item;
}

// What is wrong with an argument, or what a rule says of several.
function wrong(error) {
  return (error.pointer ? 'expected ' : '') + error.expected + (error.got ? ', got ' + error.got : '') + (error.meant ? '; did you mean `' + error.meant + '`?' : '');
}

// What is wrong with each argument, as the call was told.
function errorList(errors) {
  const list = make('dl', undefined, 'read');
  errors.forEach((error) => {
    list.append(make('dt', (error.pointer || error.code).replace(/^\//, ''), 'mono'));
    list.append(prose('dd', (error.pointer ? error.code + ': ' : '') + wrong(error)));
  });
  return list;
}

function wayOut(node) {
  const refused = state.run && state.run.refused && state.run.refused.node === node.id ? state.run.refused : null;
  const box = make('div', undefined, refused ? 'out hit' : 'out');
  box.append(make('span', node.exit.status + ' ' + node.exit.code, 'tag bad'), refused ? ' taken in this run' : node.exit.builtin ? ' built in' : '');
  box.append(prose('p', (refused || node.exit).message));
  if (['Identity', 'Permission'].includes((nodes.get(home(node.id)) || {}).phase)) box.append(make('p', 'A call that ends here leaves no run.'));
  if ((refused || node.exit).fix) box.append(prose('p', 'Fix: ' + (refused || node.exit).fix));
  if (refused && refused.errors) box.append(make('h3', many(refused.errors.length, 'fault')), errorList(refused.errors));
  const next = node.exit.next || [];
  if (next.length) {
    const line = make('p', 'May help: ');
    next.forEach((name, at) => {
      const a = make('a', name);
      a.href = encodeURIComponent(name) + data.suffix;
      line.append(at ? ', ' : '', a);
    });
    box.append(line);
  }
  return box;
}

// Between what is asked of a call alone and its first step in the database it waits for others.
function waits(run, step) {
  const next = run.steps[run.steps.indexOf(step) + 1], outside = (step) => ['Identity', 'Permission', 'Input'].includes((nodes.get(home(step.node)) || {}).phase);
  return !!next && outside(step) && !outside(next);
}

function inThisRun(run, node) {
  const visits = run.visits.get(node.id) || [];
  if (!visits.length) return [make('h3', 'In this run'), make('p', 'Not reached.')];
  const step = run.steps[shown(run, node.id)], stopped = run.stop === node.id && (step.way === 'exit' || !!run.fault);
  const parts = [make('h3', 'In this run'), facts([
    ['Result', [stopped ? 'stopped here' : 'passed', node.kind === 'rule' ? '' : verdict(step, stopped)].filter(Boolean).join(', ')],
    ['Item', step.round ? String(step.round) : ''],
    ['Began', '+' + us(step.at_us)],
    ['Took', node.kind === 'outcome' ? '' : us(step.took) + (waits(run, step) ? ', with the wait for its turn at the database' : '')],
  ])];
  const read = reads(step);
  if (read.length) {
    const list = make('dl', undefined, 'read');
    read.forEach(([name, value]) => list.append(names(make('dt', name, 'mono')), make('dd', value, 'mono')));
    parts.push(make('h3', 'Read here'), list);
  }
  if (visits.length > 1) parts.push(make('h3', many(visits.length, 'visit')), visitTable(run, visits));
  return parts;
}

function visitTable(run, visits) {
  const table = make('table'), head = make('tr'), top = make('thead'), body = make('tbody');
  head.append(make('th', 'Visit'), make('th', 'Read'), make('th', 'Took', 'num'));
  top.append(head);
  visits.slice(0, 100).forEach((at, number) => {
    const step = run.steps[at], line = make('tr'), cell = make('td'), go = make('button', String(number + 1));
    go.dataset.at = String(at);
    if (at === shown(run, step.node)) go.setAttribute('aria-current', 'true');
    cell.append(go);
    line.append(cell, make('td', said(step, step.way === 'exit')), make('td', us(step.took), 'num'));
    body.append(line);
  });
  table.append(top, body);
  return table;
}

function actions() {
  const box = make('div', undefined, 'actions');
  const copy = make('button', 'Copy link'), close = make('button', 'Close');
  copy.id = 'copy';
  close.id = 'close';
  box.append(copy, close);
  return box;
}

// What became of the fields of a row.
function became(fields) {
  const list = make('dl', undefined, 'read');
  fields.forEach((field) => list.append(make('dt', field.name, 'mono'), make('dd', turn(field), 'mono')));
  return list;
}

function ofRun(run) {
  const parts = [names(make('h2', 'Run ' + run.run, 'name')), facts([
    ['Did', data.narrated[run.run]],
    ['Agent', run.agent],
    ['Began', run.started],
    ['Took', us(run.total)],
    ['Mode', run.mode === 'dry_run' ? 'dry run, nothing kept' : 'real'],
    ['Attempts', run.attempts > 1 ? String(run.attempts) : ''],
  ])];
  if (run.changed.length && !run.refused && !run.fault) {
    const table = make('table'), body = make('tbody'), top = make('thead'), head = make('tr');
    head.append(make('th', 'Row'), make('th', 'Version', 'num'));
    top.append(head);
    run.changed.forEach((row) => {
      const line = make('tr'), name = make('td', row.resource + ' ');
      name.append(make('code', row.id));
      if (row.fields) name.append(became(row.fields));
      line.append(name, make('td', row.from_version ? row.from_version + ' → ' + row.to_version : 'new', 'num'));
      body.append(line);
    });
    table.append(top, body);
    parts.push(make('h3', run.mode === 'dry_run' ? 'Would have changed' : 'Changed'), table);
  }
  return parts;
}

function details() {
  const run = state.run, id = state.node, node = nodes.get(id);
  if (!node) {
    side.replaceChildren(...(run ? ofRun(run) : []), ...about.map((child) => child.cloneNode(true)));
    return;
  }
  const step = nodes.get(home(id)) || node;
  side.replaceChildren(make('h2', step.title), names(make('div', data.operation + '/' + id, 'id')), facts([
    ['Kind', step.kind],
    ['Says', step.text, true],
    [{ event: 'Event', loop: 'Each' }[step.kind] || 'Resource', step.subject],
    ['Bound', step.most],
    ['Argument', step.pointer, true],
    ['Spec', step.src || 'built in, no line in the spec', !!step.src],
  ]));
  if (run) side.append(...inThisRun(run, step));
  const outs = data.nodes.filter((other) => other.exit && home(other.id) === step.id);
  if (outs.length) side.append(make('h3', 'Ways out'), ...outs.map(wayOut));
  const through = runs.filter((other) => other.visits.has(id));
  if (through.length) {
    const list = make('ul');
    through.slice(0, 12).forEach((other) => list.append(link(other.agent + ', ' + other.started.slice(0, 19).replace('T', ' ') + ': ' + story(other)[0], other, id)));
    side.append(make('h3', 'Runs through here (' + through.length + ')'), list);
  }
  side.append(actions());
}
