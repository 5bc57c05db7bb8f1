// What a run did, read once: which ways it took, when, and what it read.
const data = JSON.parse(document.getElementById('data').textContent);
const nodes = new Map(data.nodes.map((node) => [node.id, node]));
const home = (id) => id.split('!')[0];
const isExit = (id) => id.includes('!');

const us = (time) => time < 1000 ? time + ' µs' : time < 1e6 ? (time / 1000).toFixed(2) + ' ms' : (time / 1e6).toFixed(1) + ' s';
const many = (count, what) => count + ' ' + what + (count === 1 ? '' : 's');

function around(id) {
  const loops = [];
  for (let node = nodes.get(id); node && node.loop; node = nodes.get(node.loop)) loops.push(node.loop);
  return loops;
}

function prepare(run) {
  run.changed = run.changed || [];
  run.visits = new Map();
  run.taken = new Set();
  const rounds = new Map();
  run.steps.forEach((step, at) => {
    const next = run.steps[at + 1];
    step.values = step.values || [];
    step.took = next ? next.at_us - step.at_us : 0;
    if (step.way === 'item') rounds.set(step.node, (step.item || 0) + 1);
    const loop = (nodes.get(home(step.node)) || {}).loop;
    step.round = loop ? rounds.get(loop) : undefined;
    if (!run.visits.has(step.node)) run.visits.set(step.node, []);
    run.visits.get(step.node).push(at);
    if (!next || isExit(next.node)) return;
    run.taken.add(step.node + ' ' + step.way).add(step.node + ' any');
    if (around(step.node).includes(next.node)) run.taken.add(next.node + ' again');
  });
  run.unknown = [...run.visits.keys()].filter((id) => !nodes.has(id));
  const last = run.steps.at(-1);
  run.stop = run.refused ? home(run.refused.node) : run.fault && last ? last.node : '';
  run.total = last ? last.at_us : 0;
  return run;
}
const runs = data.runs.map(prepare);

// Where a run went beyond a part of the path: from a step in it to one that is not.
const leaves = (run, within) => run.steps.some((step, at) => {
  const next = run.steps[at + 1];
  return next && !isExit(next.node) && within.has(step.node) && !within.has(next.node);
});

// What was read at a visit, one line an expression; one that was read often shows what it was, each once.
function reads(step) {
  const named = new Map();
  step.values.forEach(([name, value]) => named.set(name, [...(named.get(name) || []), value]));
  return [...named].map(([name, values]) => {
    const each = [...new Set(values)];
    const shown = each.slice(0, 4).join(', ') + (each.length > 4 ? ', …' : '');
    return [name, values.length > each.length || each.length > 1 ? shown + ' (' + values.length + ' times)' : shown];
  });
}

function verdict(step, stopped) {
  const node = nodes.get(step.node) || {};
  // A rule is titled by what is refused, and its condition says what has to hold: yes and no would answer either.
  if (node.kind === 'rule') return stopped ? 'refused' : 'passed';
  if (node.kind === 'choice') return step.way === 'then' ? 'yes' : step.way === 'else' ? 'no' : '';
  if (node.kind === 'loop') return step.way === 'item' ? 'item ' + ((step.item || 0) + 1) : 'none left';
  return '';
}

// One line for a visit: how it went, and what was read.
function said(step, stopped) {
  const read = reads(step).map(([name, value]) => name + ' = ' + value), result = verdict(step, stopped);
  return !read.length ? result : result ? result + ', with ' + read.join(', ') : read.join(', ');
}

// What a field was and would have been; of a new row there is no before.
const turn = (field) => (field.before == null ? '' : field.before + ' → ') + (field.after == null ? 'absent' : field.after);

const sentence = (text) => /[.!?]$/.test(text) ? text : text + '.';

function story(run) {
  if (run.fault) return ['fault', 'It broke: ' + sentence(run.fault)];
  if (run.refused) return [run.refused.status + ' ' + run.refused.code, sentence(run.refused.message) + ' Nothing was written.'];
  const rows = run.changed.length;
  const dry = run.mode === 'dry_run';
  const did = !rows ? 'No row ' + (dry ? 'would have changed' : 'was changed') : many(rows, 'row') + (dry ? ' would have changed' : rows === 1 ? ' was changed' : ' were changed');
  return [dry ? '200 dry run' : '200 done', did + ', ' + many(run.visits.size, 'step') + ', ' + us(run.total) + '.'];
}

function asText(run) {
  const [code, words] = story(run);
  const lines = ['run ' + run.run + ' of ' + data.operation + ' by ' + run.agent + ', ' + run.started, code + ': ' + words, ''];
  run.steps.forEach((step) => {
    const node = nodes.get(step.node);
    const round = step.way === 'item' ? ' #' + ((step.item || 0) + 1) : '';
    const result = verdict(step, step.way === 'exit');
    const title = !node ? 'not in this graph' : node.exit ? node.exit.status + ' ' + node.exit.code : node.title;
    lines.push(us(step.at_us).padStart(10) + '  ' + '  '.repeat(around(step.node).length) + step.node + round + '  ' + title + (result ? ' → ' + result : ''));
    reads(step).forEach(([name, value]) => lines.push(' '.repeat(14) + name + ' = ' + value));
  });
  if (run.refused) {
    (run.refused.errors || []).forEach((error) => lines.push(' '.repeat(14) + [error.pointer, error.code].filter(Boolean).join(' ') + ': ' + wrong(error)));
    lines.push('', 'fix: ' + run.refused.fix);
  }
  else run.changed.forEach((row) => {
    lines.push('          ' + row.resource + ' ' + row.id + ', version ' + row.from_version + ' → ' + row.to_version);
    (row.fields || []).forEach((field) => lines.push(' '.repeat(14) + field.name + ': ' + turn(field)));
  });
  return lines.join('\n') + '\n';
}
